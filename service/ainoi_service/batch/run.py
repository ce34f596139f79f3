"""The batch run: read, annotate in batches, write in order; a bad input costs only itself."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ainoi import AinoiError, AnnotatedArticle, Article
from ainoi_service.batch.items import ErrorRow, Item, Read
from ainoi_service.batch.reading import row_of
from ainoi_service.batch.writing import Writer

_log = logging.getLogger(__name__)

LARGEST_BATCH_CHARS = 1_000_000
"""A batch is annotated as soon as its texts have this many code points together, however few they are."""
MOST_WAITING = 1_000
"""Items, error rows included, that are read before the first of them is put out."""


class BatchAnnotator(Protocol):
    """What the run needs of the model layer; ``ainoi.Annotator`` is one."""

    def annotate_batch(
        self, articles: Sequence[Article], *, with_text: bool = False
    ) -> Sequence[AnnotatedArticle | AinoiError]:
        """One result an article, in order: its annotation, or the error that says why there is none."""


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


def run(
    items: Iterable[Item],
    annotator: BatchAnnotator,
    writers: Sequence[Writer],
    errors: ErrorSink,
    *,
    with_text: bool = False,
    batch_size: int = 16,
    on_progress: Callable[[Counts], None] | None = None,
) -> Counts:
    """Annotate all ``items``, at most ``batch_size`` articles at a time, and put results and error rows out in order.

    An annotated article carries its text if ``with_text`` or if the text was extracted from HTML. ``on_progress`` is
    called after each batch. Raises what the writers raise; an article on which the annotator fails is an error row.
    """
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, is {batch_size}")
    counts = Counts()
    waiting: list[Item] = []
    articles = chars = 0

    def put_out() -> None:
        results = iter(_annotate(annotator, [item for item in waiting if isinstance(item, Read)]))
        for item in waiting:
            result = next(results) if isinstance(item, Read) else item
            if isinstance(result, ErrorRow):
                errors.write(result)
                counts.errors += 1
                continue
            if isinstance(item, Read) and (with_text or item.extracted):
                result = result.model_copy(update={"text": item.article.text})
            for writer in writers:
                writer.write(result)
            counts.articles += 1
            counts.quotes += len(result.quotes)
        waiting.clear()
        if on_progress is not None:
            on_progress(counts)

    for item in items:
        waiting.append(item)
        if isinstance(item, Read):
            articles, chars = articles + 1, chars + len(item.article.text)
        if articles >= batch_size or chars >= LARGEST_BATCH_CHARS or len(waiting) >= MOST_WAITING:
            put_out()
            articles = chars = 0
    put_out()
    return counts


def _annotate(annotator: BatchAnnotator, reads: Sequence[Read]) -> list[AnnotatedArticle | ErrorRow]:
    """Results of one batch. If the annotator raises, each article is tried alone: one must not cost the others."""
    if not reads:
        return []
    try:
        results = annotator.annotate_batch([read.article for read in reads])
    except Exception as error:  # a fault in the model layer must not end a run over an archive
        fault = error
    else:
        return [
            _row(result, read) if isinstance(result, AinoiError) else result
            for read, result in zip(reads, results, strict=True)
        ]
    if len(reads) > 1:
        return [result for read in reads for result in _annotate(annotator, [read])]
    _log.error("annotating %s failed", reads[0].path, exc_info=fault)
    return [_row(AinoiError(f"the annotator failed: {type(fault).__name__}: {fault}"[:200]), reads[0])]


def _row(error: AinoiError, read: Read) -> ErrorRow:
    return row_of(error, id=read.article.id, path=read.path, line=read.line)
