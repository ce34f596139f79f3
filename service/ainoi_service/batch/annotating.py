"""From articles that were read to their annotations: the one place where the batch run meets the model.

A pure function of the annotator and the articles: the run in this process, its worker processes and Ray call the same.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from ainoi import AinoiError, AnnotatedArticle, Article
from ainoi.schema import ModelVersion
from ainoi_service.batch.items import ErrorRow, Extract, InputError, Item, Read, Unread, row_of

_log = logging.getLogger(__name__)

Result = AnnotatedArticle | ErrorRow
Batch = Sequence[Item | Unread]
"""Items that are annotated together. Their places in the input alone decide which: the last bits of an article's scores
depend on its company, so nothing that chance has a hand in may choose that."""

LARGEST_BATCH_CHARS = 1_000_000
"""A batch ends as soon as its texts have this many code points together, however few they are."""
MOST_WAITING = 1_000
"""Items, error rows included, in one batch."""
_SICK = re.compile("CUDA|cuDNN|CUBLAS|DefaultCPUAllocator")
"""What PyTorch says when its device or the memory fails."""


class SickProcessError(AinoiError):
    """The memory or the GPU of this process fails: what it annotates says nothing about the articles any more."""

    code = "sick_process"


class BatchAnnotator(Protocol):
    """What a batch run needs of the model layer; ``ainoi.Annotator`` is one."""

    @property
    def version(self) -> ModelVersion:
        """Which weights it has."""

    def annotate_batch(
        self, articles: Sequence[Article], *, with_text: bool = False
    ) -> Sequence[AnnotatedArticle | AinoiError]:
        """One result an article, in order: its annotation, or the error that says why there is none."""


def batches(items: Iterable[Item | Unread], size: int) -> Iterator[list[Item | Unread]]:
    """Cut ``items`` into batches of at most ``size`` articles, less where they are long; error rows do not count.

    Raises ``ValueError`` if ``size`` is below 1.
    """
    if size < 1:
        raise ValueError(f"batch_size must be at least 1, is {size}")
    batch: list[Item | Unread] = []
    articles = chars = 0
    for item in items:
        batch.append(item)
        if not isinstance(item, ErrorRow):
            articles, chars = articles + 1, chars + length(item)
        if articles >= size or chars >= LARGEST_BATCH_CHARS or len(batch) >= MOST_WAITING:
            yield batch
            batch, articles, chars = [], 0, 0
    if batch:
        yield batch


def length(item: Item | Unread) -> int:
    """Code points of an item's text or page."""
    if isinstance(item, Read):
        return len(item.article.text)
    return len(item.html) if isinstance(item, Unread) else 0


def annotate_items(annotator: BatchAnnotator, batch: Batch, extract: Extract, *, with_text: bool) -> list[Result]:
    """``annotate_batch`` for a batch that may hold pages, from which articles are extracted first, and error rows.

    Raises SickProcessError and NoReaderError.
    """
    items = [item.read(extract) if isinstance(item, Unread) else item for item in batch]
    reads = [item for item in items if isinstance(item, Read)]
    results = iter(annotate_batch(annotator, reads, with_text=with_text))
    return [next(results) if isinstance(item, Read) else item for item in items]


def annotate_batch(annotator: BatchAnnotator, reads: Sequence[Read], *, with_text: bool = False) -> list[Result]:
    """Annotations of ``reads``, in their order, and an error row for each of them that has none.

    An annotation carries its article's text if ``with_text`` or if the text was extracted from HTML. Raises
    SickProcessError, nothing else.
    """
    return [
        result.model_copy(update={"text": read.article.text})
        if isinstance(result, AnnotatedArticle) and (with_text or read.extracted)
        else result
        for read, result in zip(reads, _annotated(annotator, reads), strict=True)
    ]


def _annotated(annotator: BatchAnnotator, reads: Sequence[Read]) -> list[Result]:
    """Results of one batch. If the annotator raises, each article is tried alone: one must not cost the others.

    Raises SickProcessError.
    """
    if not reads:
        return []
    try:
        results = annotator.annotate_batch([read.article for read in reads])
    except Exception as error:  # a fault in the model layer must not end a run over an archive
        if isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and _SICK.search(str(error))):
            message = f"annotating {reads[0].path} failed: {type(error).__name__}: {error}"[:300]
            raise SickProcessError(message) from error
        fault = error
    else:
        return [
            error_row(result, read) if isinstance(result, AinoiError) else result
            for read, result in zip(reads, results, strict=True)
        ]
    if len(reads) > 1:
        return [result for read in reads for result in _annotated(annotator, [read])]
    _log.error("annotating %s failed", reads[0].path, exc_info=fault)
    return [error_row(AinoiError(f"the annotator failed: {type(fault).__name__}: {fault}"[:200]), reads[0])]


def error_row(error: AinoiError, read: Read) -> ErrorRow:
    """The error row of an article that was read but could not be annotated."""
    return row_of(error, id=read.article.id, path=read.path, line=read.line)


def died_row(item: Read | Unread) -> ErrorRow:
    """The error row of an article on which processes end that annotate it."""
    message = "the process that annotated this article died, and so did the next one"
    id = item.article.id if isinstance(item, Read) else item.id
    return row_of(InputError("worker_died", message), id=id, path=item.path, line=item.line)


class Engine(Protocol):
    """Annotates batches: in this process, in processes of this machine, on a cluster."""

    @property
    def version(self) -> ModelVersion:
        """Which weights it has."""

    def results(self, batches: Iterable[Batch]) -> Iterator[list[Result]]:
        """What became of each batch, in the order of the batches: a result for each of its items, in their order.

        Reads ``batches`` some way ahead. Error rows among the items are passed on.
        """


class OwnProcess:
    """The engine that annotates where it stands."""

    def __init__(self, annotator: BatchAnnotator, extract: Extract, *, with_text: bool = False) -> None:
        self._annotator = annotator
        self._extract = extract
        self._with_text = with_text

    @property
    def version(self) -> ModelVersion:
        """See :class:`Engine`."""
        return self._annotator.version

    def results(self, batches: Iterable[Batch]) -> Iterator[list[Result]]:
        """See :class:`Engine`; reads nothing ahead. Raises SickProcessError and NoReaderError."""
        for batch in batches:
            yield annotate_items(self._annotator, batch, self._extract, with_text=self._with_text)
