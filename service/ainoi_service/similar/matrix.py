"""The vectors of all quotes of the index in memory, a block of rows for each of its segments."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from ainoi.schema import ModelVersion
from ainoi_service.search.documents import Columns
from ainoi_service.search.index import Snapshot
from ainoi_service.search.segment import Segment
from ainoi_service.store import embeddings
from ainoi_service.store.quotes import by_numbers
from ainoi_service.store.time_limit import unhurried

Embed = Callable[[Sequence[str]], npt.NDArray[np.float32]]
"""Vectors of texts, ``[texts, size]``, of unit length: ``ainoi.Annotator.embed``."""
Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A segment of the index, its quotes' vectors ``[quotes, size]``, and the roots of their lengths ``[quotes]``.

    ``rising``: the quotes in the order of their numbers.
    """

    segment: Segment
    vectors: Vectors
    roots: npt.NDArray[np.float32]
    rising: npt.NDArray[np.intp]

    def rows_of(self, numbers: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.intp]]:
        """``[numbers]``: which of them are here, and the rows where they are."""
        own = self.segment.columns.number
        at = np.minimum(np.searchsorted(own, numbers, sorter=self.rising), len(own) - 1)
        rows = self.rising[at]
        return own[rows] == numbers, rows


_AT_ONCE = 1000
_FEW = 2000
"""Articles up to which only theirs are read, not all vectors."""
_SHORT = 8
"""Words; a shorter quote counts as that long."""


def packed(vector: Vectors) -> bytes:
    """A vector as the store keeps it: float16, little-endian."""
    return vector.astype("<f2").tobytes()


class Matrix:
    """Follows the index: ``sync`` gives each segment's quotes their vectors, in their order.

    Vectors come from blocks that were there before, else from the store, else they are made from the text. Blocks of
    segments that are no longer in the index are let go, so what a take-down removes there is removed here.
    """

    def __init__(self, embed: Embed, model: ModelVersion) -> None:
        self._embed = embed
        self._model = model
        self._blocks: list[Block] = []
        self._turn = threading.Lock()

    def sync(self, connection: Connection, snapshot: Snapshot) -> list[Block]:
        """The block of every segment of ``snapshot``."""
        found = _following(snapshot, self._blocks)
        if found is None or len(found) < len(self._blocks):
            with self._turn, unhurried(connection):
                found = self._blocks = [self._block(connection, segment) for segment in snapshot.segments]
        return found

    def _block(self, connection: Connection, segment: Segment) -> Block:
        columns = segment.columns
        for block in self._blocks:
            if block.segment.columns is columns:
                return replace(block, segment=segment)
        size = self._embed([""]).shape[1]
        vectors = np.zeros((len(columns.number), size), dtype=np.float32)
        missing = np.ones(len(vectors), dtype=bool)
        for block in self._blocks:  # where segments were merged; a number is never given to another quote
            here, rows = block.rows_of(columns.number)
            vectors[here] = block.vectors[rows[here]]
            missing &= ~here
        if missing.any():
            self._read(connection, columns, vectors, missing)
        if missing.any():
            self._make(connection, columns, vectors, missing)
        roots = np.sqrt(np.maximum(segment.lengths(), _SHORT)).astype(np.float32)
        return Block(segment, vectors, roots, np.argsort(columns.number))

    def _read(self, connection: Connection, columns: Columns, vectors: Vectors, missing: npt.NDArray[np.bool_]) -> None:
        """Fill in what the store has."""
        articles = np.unique(columns.article[missing])
        few = articles.tolist() if len(articles) < _FEW else None
        row_of = dict(zip(columns.number[missing].tolist(), np.flatnonzero(missing).tolist(), strict=True))
        for number, vector in embeddings.vectors(connection, self._model, few):
            row = row_of.get(number)
            if row is not None and len(vector) == 2 * vectors.shape[1]:
                vectors[row] = np.frombuffer(vector, dtype="<f2")
                missing[row] = False

    def _make(self, connection: Connection, columns: Columns, vectors: Vectors, missing: npt.NDArray[np.bool_]) -> None:
        """Fill in what the store has not, from the texts; quotes that are gone meanwhile keep zeros."""
        rows = np.flatnonzero(missing)
        for first in range(0, len(rows), _AT_ONCE):
            row_of = {int(columns.number[row]): int(row) for row in rows[first : first + _AT_ONCE]}
            quotes = by_numbers(connection, list(row_of))
            vectors[[row_of[quote.number] for quote in quotes]] = self._embed([quote.text for quote in quotes])


def _following(snapshot: Snapshot, blocks: Sequence[Block]) -> list[Block] | None:
    """The blocks of the segments; None if one has none yet. Quotes that are gone are masked in the segment itself."""
    of = {id(block.segment.columns): block for block in blocks}
    if any(id(segment.columns) not in of for segment in snapshot.segments):
        return None
    return [replace(of[id(segment.columns)], segment=segment) for segment in snapshot.segments]
