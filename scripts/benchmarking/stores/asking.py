"""Asks one question after the other and says how long the answers took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from benchmarking.latency import percentile
from benchmarking.stores.questions import Question
from benchmarking.table import Row

Ask = Callable[[Question], object]


@dataclass(frozen=True)
class Spread:
    """Seconds of calls: what passed, and the processor time that this process took meanwhile.

    The second tells what the first would be where nothing else runs, as far as one core does all the work.
    """

    calls: int
    p50: float
    p95: float
    p99: float
    longest: float
    cpu_p50: float
    cpu_p99: float

    @classmethod
    def of(cls, walls: Sequence[float], cpus: Sequence[float]) -> Self:
        """Of the times of single calls. Raises ValueError if there are none."""
        p50, p95, p99, longest = (percentile(walls, share) for share in (0.5, 0.95, 0.99, 1.0))
        return cls(len(walls), p50, p95, p99, longest, percentile(cpus, 0.5), percentile(cpus, 0.99))

    def row(self, what: str) -> Row:
        """The percentiles in milliseconds."""
        figure = " ".join(f"{1000 * value:7.1f}" for value in (self.p50, self.p95, self.p99, self.longest))
        cpu = f"processor time p50 {1000 * self.cpu_p50:.1f}, p99 {1000 * self.cpu_p99:.1f}"
        return Row(what, figure + " ms", f"{cpu}; {self.calls} calls")


@dataclass(frozen=True)
class Answers:
    """How long the questions of each kind took, and all of them. ``through``: what was asked; ``bar``: what ``p99`` of
    all is to be at most."""

    through: str
    by_kind: Mapping[str, Spread]
    together: Spread
    bar: float | None = None

    def rows(self) -> Iterator[Row]:
        """A line for each kind, and one for all."""
        yield Row("", "    p50     p95     p99     max   ", self.through)
        for kind, spread in self.by_kind.items():
            yield spread.row(kind)
        yield self.together.row("all")
        if self.bar is not None:
            yield Row("wanted", f"{1000 * self.bar:.0f} ms", "p99 of all at most, on two cores with nothing else to do")


def answers(
    through: str, ask: Ask, questions: Sequence[Question], *, rounds: int = 1, bar: float | None = None
) -> Answers:
    """Ask all questions ``rounds`` times, after some that do not count. Raises ValueError if there are none."""
    for question in questions[:20]:
        ask(question)
    walls: dict[str, list[float]] = {kind: [] for kind in sorted({question.kind for question in questions})}
    cpus: dict[str, list[float]] = {kind: [] for kind in walls}
    for _ in range(rounds):
        for question in questions:
            start, cpu = time.perf_counter(), time.process_time()
            ask(question)
            walls[question.kind].append(time.perf_counter() - start)
            cpus[question.kind].append(time.process_time() - cpu)
    return Answers(
        through=through,
        by_kind={kind: Spread.of(walls[kind], cpus[kind]) for kind in walls},
        together=Spread.of([t for each in walls.values() for t in each], [t for each in cpus.values() for t in each]),
        bar=bar,
    )
