"""The batch run into one stream: read, annotate in batches, write in order; a bad input costs only itself."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from ainoi_service.batch.annotating import Batch, Engine, Result, batches
from ainoi_service.batch.items import ErrorRow, Item, Unread
from ainoi_service.batch.writing import Writer

T = TypeVar("T")


class ErrorSink(Protocol):
    """Takes error rows in order."""

    def write(self, row: ErrorRow) -> None:
        """Puts one row out."""


@dataclass(slots=True)
class Counts:
    """What a run did."""

    articles: int = 0
    quotes: int = 0
    errors: int = 0

    def add(self, result: Result) -> None:
        """Count one result."""
        if isinstance(result, ErrorRow):
            self.errors += 1
        else:
            self.articles += 1
            self.quotes += len(result.quotes)


def run(
    items: Iterable[Item | Unread],
    engine: Engine,
    writers: Sequence[Writer],
    errors: ErrorSink,
    *,
    batch_size: int = 1,
    on_progress: Callable[[Counts], None] | None = None,
) -> Counts:
    """Annotate all ``items``, at most ``batch_size`` articles at a time, and put results and error rows out in order.

    ``on_progress`` is called after each batch. Raises what the writers raise, WorkersError and what else the engine
    raises; an article on which the annotator fails is an error row.
    """
    counts = Counts()
    for results in engine.results(batches(items, batch_size)):
        put_out(results, writers, errors, counts)
        if on_progress is not None:
            on_progress(counts)
    return counts


def put_out(results: Iterable[Result], writers: Sequence[Writer], errors: ErrorSink, counts: Counts) -> None:
    """Write results in their order, and count them."""
    for result in results:
        counts.add(result)
        if isinstance(result, ErrorRow):
            errors.write(result)
            continue
        for writer in writers:
            writer.write(result)


def tagged(engine: Engine, work: Iterable[tuple[T, Batch]]) -> Iterator[tuple[T, list[Result]]]:
    """The results of each batch, with what stood beside it."""
    tags: deque[T] = deque()

    def untagged() -> Iterator[Batch]:
        for tag, batch in work:
            tags.append(tag)
            yield batch

    for results in engine.results(untagged()):
        yield tags.popleft(), results
