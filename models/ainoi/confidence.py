"""Raw evidence to calibrated probability: a logistic function whose weights are fitted on held-out articles."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np


def probability(weights: Sequence[float], evidence: Sequence[float]) -> float:
    """The logistic function of ``weights[0] + weights[1:] @ evidence``."""
    if len(weights) != len(evidence) + 1:
        raise ValueError(f"{len(weights)} weights do not fit {len(evidence)} values of evidence")
    score = weights[0] + math.fsum(w * e for w, e in zip(weights[1:], evidence, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


def odds(probability: float) -> float:
    """Log odds, of at most 0.9999 and at least 0.0001."""
    bounded = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(bounded / (1 - bounded))


def fit(evidence: np.ndarray, right: np.ndarray, *, ridge: float = 1e-2, steps: int = 50) -> list[float]:
    """Weights for :func:`probability` by Newton's method on the penalised likelihood.

    ``evidence``: ``[cases, values]``; ``right``: ``[cases]`` of 0 and 1. The bias is not penalised.
    """
    design = np.hstack([np.ones((len(evidence), 1)), evidence])
    penalty = np.diag([0.0, *[ridge] * evidence.shape[1]])
    weights = np.zeros(design.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        gradient = design.T @ (right - p) - penalty @ weights
        hessian = (design * (p * (1 - p))[:, None]).T @ design + penalty + 1e-9 * np.eye(len(weights))
        step = np.linalg.solve(hessian, gradient)
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    return [float(w) for w in weights]


def calibration_error(confidence: np.ndarray, right: np.ndarray, *, bins: int = 10) -> float:
    """Expected calibration error over equally wide bins: mean distance of confidence and accuracy, by cases."""
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for b in range(bins):
        chosen = which == b
        if chosen.any():
            error += chosen.mean() * abs(confidence[chosen].mean() - right[chosen].mean())
    return float(error)
