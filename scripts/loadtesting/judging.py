"""What was measured, against what is promised."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from loadtesting.driving import Call, seconds_of
from loadtesting.watching import Watch

MOST_LATENCY = 2.0
"""99th percentile of accepted requests under load, by that of the same articles of one caller alone."""
MOST_GROWTH = 0.05
"""Of memory, after the warm-up."""
MOST_PROBE_SECONDS = 0.1
"""99th percentile of ``/livez`` under load."""
WARM_UP = 0.2
"""Part of a run before memory is compared."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the report. ``kept``: whether the promise holds; None where nothing is promised."""

    what: str
    measured: str
    bar: str = ""
    kept: bool | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """What is measured before the load, and how much load is to come.

    ``alone``: calls of one caller, of which ``calls_alone`` were wanted. ``busy``: calls of as many as keep the workers
    busy. ``requests``: how many are to come, at ``times`` the sustainable rate.
    """

    calls_alone: int
    requests: int
    times: float
    alone: Sequence[Call]
    busy: Sequence[Call]

    @property
    def rate(self) -> float:
        """Articles a second that can be sustained, were they as long as those of ``alone``, which the load has too.

        Not those that were annotated are counted but their subwords: short articles are refused less often.
        """
        return subwords_a_second(self.busy) / mean_subwords(self.alone) if self.alone else 0.0

    @property
    def asked(self) -> float:
        """Requests a second under load."""
        return self.rate * self.times


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so great a share of the values does not exceed; NaN without values."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def subwords_a_second(calls: Sequence[Call]) -> float:
    """Of the articles that were annotated."""
    done = [call for call in calls if call.status == 200]
    return sum(call.subwords for call in done) / max(call.at + call.seconds for call in done) if done else 0.0


def mean_subwords(calls: Iterable[Call]) -> float:
    """Of these calls; NaN of none."""
    lengths = [call.subwords for call in calls]
    return statistics.fmean(lengths) if lengths else math.nan


def growth(memory: Sequence[int]) -> float:
    """By how much more memory is used in the last tenth than right after the warm-up. NaN for too few samples."""
    warm = memory[round(len(memory) * WARM_UP) :]
    tenth = len(warm) // 10
    if tenth < 1:
        return math.nan
    return statistics.median(warm[-tenth:]) / statistics.median(warm[:tenth]) - 1


def report(run: Run, loaded: Sequence[Call], watch: Watch) -> list[Row]:
    """Every promise of a run: ``loaded`` are the calls at ``run.asked`` a second.

    Short articles are refused less often than long ones, so those that were accepted are compared with the very same
    articles alone.
    """
    accepted = [call for call in loaded if call.status == 200]
    seconds_alone = {call.article: call.seconds for call in run.alone if call.status == 200}
    before, under = list(seconds_alone.values()), seconds_of(loaded, 200)
    same = [seconds_alone[call.article] for call in accepted if call.article in seconds_alone]
    all_p99, same_p99, p99 = (percentile(seconds, 0.99) for seconds in (before, same, under))
    ratio = p99 / same_p99
    answered = [call for call in (*run.alone, *run.busy, *loaded) if call.status in (200, 429)]
    lost = len(run.alone) + len(run.busy) + len(loaded) - len(answered)
    wrong = sum(not call.right for call in answered)
    probe = percentile([seconds for seconds, _ in watch.probes], 0.99)
    failed = sum(status != 200 for _, status in watch.probes) + sum(status != 200 for status in watch.ready)
    grown = growth(watch.memory)
    return [
        Row("alone: annotated", f"{len(before):,}", f"{run.calls_alone:,}", len(before) >= run.calls_alone),
        Row("alone: p50 and p99", f"{_ms(percentile(before, 0.5))}, {_ms(all_p99)}"),
        Row("sustainable", f"{run.rate:.1f} articles/s"),
        Row("asked for", f"{run.asked:.1f} requests/s"),
        Row("requests sent", f"{len(loaded):,}", f"{run.requests:,}", len(loaded) >= run.requests),
        Row("accepted, refused", f"{len(accepted):,}, {len(seconds_of(loaded, 429)):,}"),
        Row("mean subwords: asked, accepted", f"{mean_subwords(loaded):,.0f}, {mean_subwords(accepted):,.0f}"),
        Row("accepted: p50 and p99", f"{_ms(percentile(under, 0.5))}, {_ms(p99)}"),
        Row("the same articles alone: p99", _ms(same_p99)),
        Row("p99 by that of the same alone", f"{ratio:.2f}", f"at most {MOST_LATENCY:g}", ratio <= MOST_LATENCY),
        Row("p99 by that of all alone", f"{p99 / all_p99:.2f}"),
        Row("refused: p99", _ms(percentile(seconds_of(loaded, 429), 0.99))),
        Row("lost, or any other status", str(lost), "0", lost == 0),
        Row("answered wrong", str(wrong), "0", wrong == 0),
        Row("/livez: p99", _ms(probe), f"under {_ms(MOST_PROBE_SECONDS)}", probe < MOST_PROBE_SECONDS),
        Row("/livez, /readyz: other than 200", str(failed), "0", failed == 0),
        Row("most requests in at once", str(watch.deepest)),
        Row("memory of all processes", f"{max(watch.memory, default=0) / 1e6:,.0f} MB at most"),
        Row("its growth after the warm-up", f"{grown:+.1%}", f"at most {MOST_GROWTH:.0%}", grown <= MOST_GROWTH),
    ]


def table(rows: Sequence[Row]) -> str:
    """The rows side by side, with what became of each promise."""
    told = {True: "kept", False: "MISSED", None: ""}
    cells = [(row.what, row.measured, row.bar, told[row.kept]) for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells
    )


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms"
