"""The batch run into a store: what the store has is not annotated again, and what is annotated is stored in the order
of the inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ainoi import AnnotatedArticle
from ainoi.resolve.registry import Registry
from ainoi_service.batch.annotating import Batch, BatchAnnotator, Engine, batches
from ainoi_service.batch.items import ErrorRow, InputError, Item, Read, Unread, row_of
from ainoi_service.batch.run import Counts, ErrorSink, tagged
from ainoi_service.similar.matrix import packed
from ainoi_service.store.engine import Store
from ainoi_service.store.errors import StoreError
from ainoi_service.store.ingest import Annotation, known, prepared, put_many

AT_ONCE = 32
"""Articles in one transaction."""


class StoreAnnotator(BatchAnnotator, Protocol):
    """What a run into a store needs of the model layer; ``ainoi.Annotator`` is one."""

    @property
    def registry(self) -> Registry:
        """Who is known."""

    def name_in(self, mention: str) -> str:
        """The name alone in what people write to ask for somebody."""

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Vectors ``[texts, size]`` of unit length."""


@dataclass(slots=True)
class StoreCounts(Counts):
    """What a run did to a store. ``articles`` are those that were annotated."""

    known: int = 0


def run_into_store(
    items: Iterable[Item | Unread],
    engine: Engine,
    annotator: StoreAnnotator,
    store: Store,
    errors: ErrorSink,
    *,
    batch_size: int = 1,
    on_progress: Callable[[Counts], None] | None = None,
) -> StoreCounts:
    """Annotate and store all ``items`` that ``store`` does not have just so: same text, same source, same model.

    Pages must have been extracted. Broken off and begun again, or done twice at a time, it leaves the same articles and
    quotes. Raises StoreError, and what the engine raises.
    """
    counts = StoreCounts()
    waiting: list[Annotation] = []

    def store_waiting() -> None:
        put_many(store, waiting)
        waiting.clear()

    for originals, results in tagged(engine, _work(batches(items, batch_size), engine, store, counts)):
        for original, result in zip(originals, results, strict=True):
            counts.add(result)
            if isinstance(result, ErrorRow):
                own_id = original.article.id if isinstance(original, Read) else result.id
                errors.write(result.model_copy(update={"id": own_id}))
            elif isinstance(original, Read):
                waiting.append(_annotation(original, result, annotator))
        if len(waiting) >= AT_ONCE:
            store_waiting()
        if on_progress is not None:
            on_progress(counts)
    store_waiting()
    return counts


def _work(
    cut: Iterable[Batch], engine: Engine, store: Store, counts: StoreCounts
) -> Iterator[tuple[list[Item | Unread], Batch]]:
    """Each batch as it was read, and as it is to be annotated: with the ids that articles have in the store."""
    for batch in cut:
        originals: list[Item | Unread] = []
        to_do: list[Item | Unread] = []
        for item in batch:
            if not isinstance(item, Read):
                originals.append(item)
                to_do.append(item)
                continue
            try:
                if known(store, item.article, engine.version) is not None:
                    counts.known += 1
                    continue
                to_do.append(replace(item, article=prepared(item.article)))
            except StoreError as error:
                if error.code != "bad_characters":
                    raise
                to_do.append(
                    row_of(InputError("bad_characters", str(error)), id=item.article.id, path=item.path, line=item.line)
                )
            originals.append(item)
        if to_do:
            yield originals, to_do


def _annotation(read: Read, annotated: AnnotatedArticle, annotator: StoreAnnotator) -> Annotation:
    quotes = annotated.quotes
    rows = annotator.embed([quote.text for quote in quotes]) if quotes else ()
    return Annotation(read.article, annotated, {quote.id: packed(row) for quote, row in zip(quotes, rows, strict=True)})
