"""How many articles a second: the whole pipeline by number of threads and in several processes, and the baseline in the
same rounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import mean, median

import torch

from ainoi import Article
from benchmarking.articles import words_of
from benchmarking.baseline import Baseline
from benchmarking.clocks import Lap, in_turn, lap, threads, waiting
from benchmarking.pipeline import Pipeline
from benchmarking.table import Row
from benchmarking.workers import Workers


@dataclass(frozen=True)
class Speed:
    """Medians over the rounds; ``cores_busy`` is processor time over time passed, less than the threads where other
    programs had their share."""

    articles_per_second: float
    subwords_per_second: float
    cores_busy: float


@dataclass(frozen=True)
class Throughput:
    """``pipeline`` by number of threads, ``workers`` by number of processes with one thread each. ``baseline`` is None
    where underthesea is missing; it uses one thread. ``device_bytes``: most memory taken on a GPU."""

    articles: int
    words: int
    subwords: int
    rounds: int
    pipeline: dict[int, Speed]
    workers: dict[int, Speed]
    baseline: Speed | None
    device_bytes: int | None

    def ways(self) -> dict[str, Speed]:
        """Every way in which the pipeline was run, by its name."""
        with_threads = {_threads(count): speed for count, speed in self.pipeline.items()}
        return with_threads | {f"{count} processes": speed for count, speed in self.workers.items()}

    @property
    def times_baseline(self) -> dict[str, float]:
        """How many times as fast as the baseline each way is."""
        if self.baseline is None:
            return {}
        slow = self.baseline.articles_per_second
        return {name: speed.articles_per_second / slow for name, speed in self.ways().items()}

    def rows(self) -> Iterator[Row]:
        """A line for each number of threads and of processes, and for the baseline."""
        yield Row(
            "read",
            f"{self.articles} articles",
            f"{self.words / self.articles:.0f} words and {self.subwords / self.articles:.0f} subwords an article; "
            f"medians of {self.rounds} rounds",
        )
        times = self.times_baseline
        for name, speed in self.ways().items():
            note = f"{speed.subwords_per_second:,.0f} subwords/s, {speed.cores_busy:.2f} cores busy"
            if name in times:
                note += f", {times[name]:.1f} x the baseline"
            yield Row(f"pipeline, {name}", f"{speed.articles_per_second:.2f} articles/s", note)
        if self.baseline is not None:
            note = f"{self.baseline.cores_busy:.2f} cores busy"
            yield Row("baseline, 1 thread", f"{self.baseline.articles_per_second:.2f} articles/s", note)
        if self.device_bytes is not None:
            yield Row("GPU memory", f"{self.device_bytes / 1e9:.2f} GB", "the most that was taken")


def measure(
    pipeline: Pipeline,
    baseline: Baseline | None,
    articles: Sequence[Article],
    *,
    counts: Sequence[int],
    rounds: int,
    workers: Workers | None = None,
) -> Throughput:
    """Read ``articles`` warm, ``rounds`` times with each number of threads in ``counts``, with ``workers`` and with the
    baseline."""
    wait = waiting(pipeline.device)
    pipeline.read(articles)
    if pipeline.device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(pipeline.device)

    def reading(own: Pipeline, count: int) -> Callable[[], Lap]:
        def run() -> Lap:
            with threads(count):
                return lap(lambda: own.read(articles), wait)

        return run

    runs = {}
    for count in counts:
        with pipeline.with_threads(count) as own:
            own.read(articles)
        runs[str(count)] = reading(own, count)
    if workers is not None:
        runs["workers"] = lambda: workers.lap(articles)
    if baseline is not None:
        baseline.annotate(articles[0].text)
        runs["baseline"] = lambda: lap(lambda: [baseline.annotate(a.text) for a in articles], lambda: None)
    laps = in_turn(runs, rounds)
    subwords = pipeline.subwords(articles)
    return Throughput(
        articles=len(articles),
        words=sum(map(words_of, articles)),
        subwords=subwords,
        rounds=rounds,
        pipeline={count: _speed(laps[str(count)], len(articles), subwords) for count in counts},
        workers={workers.count: _speed(laps["workers"], len(articles), subwords)} if workers is not None else {},
        baseline=_speed(laps["baseline"], len(articles), subwords) if baseline is not None else None,
        device_bytes=torch.cuda.max_memory_allocated(pipeline.device) if pipeline.device.type == "cuda" else None,
    )


def _speed(laps: Sequence[Lap], articles: int, subwords: int) -> Speed:
    seconds = median(one.wall for one in laps)
    return Speed(articles / seconds, subwords / seconds, mean(one.cpu / one.wall for one in laps))


def _threads(count: int) -> str:
    return f"{count} thread" + ("s" if count > 1 else "")
