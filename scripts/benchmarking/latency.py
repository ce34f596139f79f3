"""How long one call takes: the middle and the worst of many."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from math import ceil
from typing import TypeVar

from ainoi import Article
from benchmarking.articles import words_of
from benchmarking.clocks import waiting
from benchmarking.pipeline import Pipeline
from benchmarking.table import Row

T = TypeVar("T")


@dataclass(frozen=True)
class Latency:
    """Seconds of one call."""

    what: str
    calls: int
    p50: float
    p99: float

    def rows(self) -> Iterator[Row]:
        """The two percentiles."""
        yield Row("p50", f"{self.p50 * 1000:.1f} ms", self.what)
        yield Row("p99", f"{self.p99 * 1000:.1f} ms", f"of {self.calls} calls")


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that ``share`` of them do not exceed. Raises ValueError without samples."""
    if not samples:
        raise ValueError("a percentile needs samples")
    return sorted(samples)[max(0, ceil(share * len(samples)) - 1)]


def timed_calls(call: Callable[[T], object], inputs: Sequence[T], calls: int) -> list[float]:
    """Seconds of each of ``calls`` calls, one after the other, with the inputs in turn; every input once before."""
    for value in inputs:
        call(value)
    seconds = []
    for value in islice(cycle(inputs), calls):
        start = time.perf_counter()
        call(value)
        seconds.append(time.perf_counter() - start)
    return seconds


def measure(pipeline: Pipeline, articles: Sequence[Article], *, count: int, calls: int) -> Latency:
    """Annotate one of ``articles`` at a time with ``count`` threads."""
    wait = waiting(pipeline.device)

    with pipeline.with_threads(count) as own:

        def annotate(article: Article) -> None:
            own.annotator.annotate(article)
            wait()

        seconds = timed_calls(annotate, articles, calls)
    words = [words_of(article) for article in articles]
    what = f"{len(articles)} articles of {min(words)} to {max(words)} words, threads: {count}"
    return Latency(what, calls, percentile(seconds, 0.5), percentile(seconds, 0.99))
