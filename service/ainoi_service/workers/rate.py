"""How fast the workers are, as measured: what ``Retry-After`` is computed from."""

from __future__ import annotations

import math

WEIGHT = 0.1
"""How much the newest batch counts."""

LONGEST_RETRY = 60
"""Seconds: who comes again later than that might as well come then."""


class Rate:
    """Subwords that one busy worker annotates in a second, the newest batches counting most."""

    def __init__(self) -> None:
        self._subwords = 0.0
        self._seconds = 0.0

    def measured(self, subwords: int, seconds: float) -> None:
        """A batch was annotated."""
        self._subwords += WEIGHT * (subwords - self._subwords)
        self._seconds += WEIGHT * (seconds - self._seconds)

    def retry_after(self, subwords: int, workers: int) -> int:
        """Whole seconds, at least 1, in which ``workers`` will have done ``subwords``; 1 while nothing is known."""
        if self._subwords <= 0:
            return 1
        seconds = subwords * self._seconds / self._subwords / workers
        return max(1, min(math.ceil(seconds), LONGEST_RETRY))
