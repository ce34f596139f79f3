"""The quotes of a store that are near a text: one object that follows the index and holds the vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from ainoi.schema import ModelVersion
from ainoi_service.search.index import Snapshot
from ainoi_service.search.lookup import Lookup
from ainoi_service.search.matching import Mask
from ainoi_service.search.segment import Segment
from ainoi_service.similar.candidates import candidates
from ainoi_service.similar.likeness import Likeness, shipped
from ainoi_service.similar.matrix import Block, Embed, Matrix
from ainoi_service.store.engine import Store
from ainoi_service.store.quotes import by_numbers
from ainoi_service.store.records import StoredQuote


@dataclass(frozen=True, slots=True)
class State:
    """The index and the vectors at one moment."""

    snapshot: Snapshot
    blocks: Sequence[Block]

    def masks(self, admit: Callable[[Segment], Mask]) -> list[Mask]:
        """Which documents of each segment ``admit`` lets in."""
        return [admit(block.segment) for block in self.blocks]


class Neighbours:
    """Finds quotes that are near a text. All threads may share one; a process needs one.

    ``embed`` is ``ainoi.Annotator.embed``, ``model`` the version of the same annotator.
    """

    def __init__(
        self, store: Store, lookup: Lookup, embed: Embed, model: ModelVersion, *, likeness: Likeness | None = None
    ) -> None:
        self.store = store
        self.embed = embed
        self.likeness = likeness or shipped()
        self._lookup = lookup
        self._matrix = Matrix(embed, model)

    def sync(self) -> State:
        """The index and the vectors as the store is now. The first call reads all vectors."""
        snapshot = self._lookup.sync()
        with self.store.read() as connection:
            return State(snapshot, self._matrix.sync(connection, snapshot))

    def cosines(self, text: str, others: Sequence[str]) -> list[float]:
        """Of ``text`` with each of the others; noughts where likeness does not ask for them."""
        if not self.likeness.reads_cosine:
            return [0.0] * len(others)
        vectors = self.embed([text, *others])
        cosines: list[float] = (vectors[1:] @ vectors[0]).tolist()
        return cosines

    def near(
        self,
        connection: Connection,
        state: State,
        text: str,
        admit: Callable[[Segment], Mask],
        *,
        by_words: int,
        by_vector: int,
    ) -> list[StoredQuote]:
        """The quotes that ``admit`` lets in and that share rare words with ``text``, or are near it as vectors."""
        masks = state.masks(admit)
        if not any(mask.any() for mask in masks):
            return []
        vector = self.embed([text])[0]
        numbers = candidates(state.blocks, masks, text, vector, by_words=by_words, by_vector=by_vector)
        return by_numbers(connection, numbers)
