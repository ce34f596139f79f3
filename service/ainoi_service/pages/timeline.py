"""How many quotes a month: bars whose places are worked out here, so that a template can draw them as SVG."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

HEIGHT = 96
"""Units of the drawing from the base line up to the highest bar."""
WIDTH = 720
MOST_MONTHS = 120
"""Months drawn at most; of a longer time the last ones."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One month, ``YYYY-MM``; ``x``, ``y``, ``width`` and ``height`` in units of the drawing, from its upper left."""

    month: str
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A year's label below the bar of its first month drawn."""

    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bars of every month from the first to the last, those without a quote too."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    most: int
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def months(self) -> tuple[Bar, ...]:
        """The months that have quotes, newest first: the same as a table."""
        return tuple(bar for bar in reversed(self.bars) if bar.count)


def timeline(counts: Mapping[str, int]) -> Timeline | None:
    """The drawing of ``counts`` by month (``YYYY-MM``); None without any. Raises ``ValueError`` for another key."""
    by_number = {_number(month): count for month, count in counts.items() if count > 0}
    if not by_number:
        return None
    last = max(by_number)
    first = max(min(by_number), last - MOST_MONTHS + 1)
    step = WIDTH / max(last - first + 1, 12)
    most = max(count for number, count in by_number.items() if number >= first)
    bars, ticks = [], []
    for place, number in enumerate(range(first, last + 1)):
        count = by_number.get(number, 0)
        height = round(max(count / most * HEIGHT, 2.0), 2) if count else 0.0
        month = f"{number // 12:04d}-{number % 12 + 1:02d}"
        bars.append(Bar(month, count, round(place * step, 2), HEIGHT - height, round(step * 0.8, 2), height))
        if number == first or number % 12 == 0:
            ticks.append(Tick(round(place * step, 2), month if number == first else month[:4]))
    if len(ticks) > 1 and ticks[1].x - ticks[0].x < 60:
        del ticks[0]
    return Timeline(tuple(bars), tuple(ticks), most)


def _number(month: str) -> int:
    """Months since the year 0."""
    year, _, number = month.partition("-")
    if not (len(year) == 4 and len(number) == 2 and 1 <= int(number) <= 12):
        raise ValueError(f"a month is written YYYY-MM, is {month!r}")
    return int(year) * 12 + int(number) - 1
