"""The pipeline in several processes of one thread each, as ``scripts/annotate.py --workers`` reads."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from ainoi import Article
from ainoi.precision import Precision
from benchmarking.clocks import Lap
from benchmarking.pipeline import Pipeline

TOGETHER = 4
"""Articles handed to a process at a time: few, so that the processes end a round together."""

_pipeline: Pipeline | None = None
"""The pipeline of a worker process."""


class Workers:
    """``count`` processes, each with a pipeline of its own; ``workers`` makes them."""

    def __init__(self, pool: ProcessPoolExecutor, count: int) -> None:
        self.count = count
        self._pool = pool

    def lap(self, articles: Sequence[Article]) -> Lap:
        """Time all ``articles``; processor time is that of the processes together."""
        parts = [list(articles[first : first + TOGETHER]) for first in range(0, len(articles), TOGETHER)]
        start = time.perf_counter()
        cpu = sum(self._pool.map(_read, parts))
        return Lap(time.perf_counter() - start, cpu)


@contextmanager
def workers(model: Path | None, precision: Precision | None, count: int, warm: Sequence[Article]) -> Iterator[Workers]:
    """Processes on the CPU that have loaded the model and read ``warm``."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, context, initializer=_load, initargs=(model, precision)) as pool:
        made = Workers(pool, count)
        for _ in range(count):
            made.lap(warm)
        yield made


def _load(model: Path | None, precision: Precision | None) -> None:
    global _pipeline
    _pipeline = Pipeline.load(model, "cpu", precision, 1)


def _read(articles: Sequence[Article]) -> float:
    """Seconds of processor time that reading takes this process."""
    assert _pipeline is not None
    start = time.process_time()
    _pipeline.read(articles)
    return time.process_time() - start
