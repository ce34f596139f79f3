"""How far apart two spans stand, in the steps that the link heads tell apart."""

from __future__ import annotations

import numpy as np

BOUNDS = (0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256)
"""Token distances that start a new bucket; each direction has its own."""

BUCKETS = 2 * len(BOUNDS) + 2
"""How many buckets there are: 0 for spans that overlap, then those of a candidate before and behind."""


def buckets(spans: np.ndarray, candidates: np.ndarray) -> np.ndarray:
    """The bucket of every pair, ``[spans, candidates]``; both are ``[n, 2]`` half-open token spans."""
    before = spans[:, None, 0] - candidates[None, :, 1]
    after = candidates[None, :, 0] - spans[:, None, 1]
    found = np.where(before >= 0, np.searchsorted(BOUNDS, before, side="right"), 0)
    return np.where(after >= 0, len(BOUNDS) + 1 + np.searchsorted(BOUNDS, after, side="right"), found)
