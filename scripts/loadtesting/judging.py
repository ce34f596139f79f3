"""What was measured, against what is promised."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from loadtesting.driving import Call, seconds_of
from loadtesting.watching import Watch

MOST_LATENCY = 2.0
"""99th percentile of accepted requests under load, by that of one caller alone."""
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


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so great a share of the values does not exceed; NaN without values."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def rate_of(calls: Sequence[Call]) -> float:
    """Articles annotated in a second."""
    ends = [call.at + call.seconds for call in calls if call.status == 200]
    return len(ends) / max(ends) if ends else 0.0


def growth(memory: Sequence[int]) -> float:
    """By how much more memory is used in the last tenth than right after the warm-up. NaN for too few samples."""
    warm = memory[round(len(memory) * WARM_UP) :]
    tenth = len(warm) // 10
    if tenth < 1:
        return math.nan
    return statistics.median(warm[-tenth:]) / statistics.median(warm[:tenth]) - 1


def report(alone: Sequence[Call], rate: float, loaded: Sequence[Call], asked: float, watch: Watch) -> list[Row]:
    """Every promise of a run: ``alone`` are the calls of one caller, ``loaded`` those at ``asked`` a second."""
    before, under = seconds_of(alone, 200), seconds_of(loaded, 200)
    accepted, refused = len(under), len(seconds_of(loaded, 429))
    ratio = percentile(under, 0.99) / percentile(before, 0.99) if before and under else math.nan
    lost = len(loaded) - accepted - refused
    wrong = sum(not call.right for call in (*alone, *loaded) if call.status in (200, 429))
    probe = percentile([seconds for seconds, _ in watch.probes], 0.99)
    failed = sum(status != 200 for _, status in watch.probes) + sum(status != 200 for status in watch.ready)
    grown = growth(watch.memory)
    return [
        Row("one caller alone, p50 and p99", f"{_ms(percentile(before, 0.5))}, {_ms(percentile(before, 0.99))}"),
        Row("sustainable", f"{rate:.1f} articles/s"),
        Row("asked for", f"{asked:.1f} requests/s, {len(loaded):,} in all"),
        Row("accepted, refused", f"{accepted:,}, {refused:,}"),
        Row("accepted: p50 and p99", f"{_ms(percentile(under, 0.5))}, {_ms(percentile(under, 0.99))}"),
        Row("p99 by that of one caller", f"{ratio:.2f}", f"at most {MOST_LATENCY:g}", ratio <= MOST_LATENCY),
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
