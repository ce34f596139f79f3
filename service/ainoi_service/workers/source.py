"""Where the model comes from: an annotator that is there, or a function that worker processes make theirs by."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ainoi import Article
from ainoi_service.workers.annotator import ServiceAnnotator
from ainoi_service.workers.process import ProcessStaff
from ainoi_service.workers.thread import ThreadStaff
from ainoi_service.workers.worker import Staff

MOST_WORKERS = 4
"""For memory: a further one would hold the model once more."""

GPU_BREADTH = 16
"""A GPU annotates so many articles in about the time of one."""


@dataclass(frozen=True, slots=True)
class ModelSource:
    """``load`` makes what this process itself uses: version, registry, names and vectors.

    ``worker``, picklable, makes the annotator of each of the ``workers`` processes; if it is None, one thread of this
    process annotates, with what ``load`` made. ``breadth``: how many times as much a batch holds, and as much may wait,
    as on a CPU.
    """

    load: Callable[[], ServiceAnnotator]
    worker: Callable[[], ServiceAnnotator] | None = None
    workers: int = 1
    breadth: int = 1

    def staff(self, annotator: ServiceAnnotator) -> Staff:
        """The workers; ``annotator`` is what ``load`` made."""
        return ThreadStaff(annotator) if self.worker is None else ProcessStaff(self.worker, self.workers)


def given(annotator: ServiceAnnotator) -> ModelSource:
    """One thread with this annotator."""
    return ModelSource(lambda: annotator)


def shipped(
    *, registry: Sequence[Path] = (), device: str = "cpu", threads: int | None = None, workers: int | None = None
) -> ModelSource:
    """Processes that hold the library's own model, which share the threads out among them.

    ``threads``: of all together, as many as the machine lets this process use if None. ``workers``: one for each
    of them if None, at most 4; one for a device that is no CPU.
    """
    threads = threads or _cores()
    if workers is None:
        workers = min(threads, MOST_WORKERS) if device == "cpu" else 1
    files = tuple(registry)
    return ModelSource(
        load=partial(_load, files, "cpu", max(threads // workers, 1)),
        worker=partial(_warm, files, device, max(threads // workers, 1)),
        workers=workers,
        breadth=1 if device == "cpu" else GPU_BREADTH,
    )


def _cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _load(registry: Sequence[Path], device: str, threads: int) -> ServiceAnnotator:
    from ainoi import Annotator  # and what reads the network, only now

    return Annotator.load(registry_files=registry, threads=threads, device=device)


def _warm(registry: Sequence[Path], device: str, threads: int) -> ServiceAnnotator:
    """Likewise, and ready: the first article takes no longer than the others."""
    from ainoi_service.pages.seeds import seeds

    annotator = _load(registry, device, threads)
    texts = [article.text for article in seeds() if article.text is not None]
    annotator.annotate_batch([Article(text=text) for text in texts])
    return annotator
