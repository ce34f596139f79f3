"""The best sequence of BIO labels: an inside label only follows its own begin or inside label."""

from __future__ import annotations

import numpy as np

from ainoi.network.config import bio_labels


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Log-probabilities over the last axis, in float64."""
    logits = logits.astype(np.float64)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    result: np.ndarray = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


def transitions(types: list[str]) -> np.ndarray:
    """``[labels, labels]``: 0 where the second label may follow the first, minus infinity elsewhere."""
    labels = bio_labels(types)
    allowed = np.zeros((len(labels), len(labels)))
    for j, label in enumerate(labels):
        if label.startswith("I-"):
            for i, before in enumerate(labels):
                if before not in (label, f"B-{label[2:]}"):
                    allowed[i, j] = -np.inf
    return allowed


def best_path(scores: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Labels ``[tokens]`` of the best allowed sequence; ``scores``: ``[tokens, labels]`` log-probabilities.

    The best label of every token by itself is the answer wherever it is allowed, and it nearly always is; only the
    stretches around a forbidden step are searched, each from one token that is certainly outside to the next.
    """
    path: np.ndarray = scores.argmax(axis=1).astype(np.int64)
    before = np.concatenate([[0], path[:-1]]) if len(path) else path
    forbidden = np.flatnonzero(np.isinf(allowed[before, path]))
    if not len(forbidden):
        return path
    bounds = np.concatenate([[-1], np.flatnonzero(_certainly_outside(scores)), [len(path)]])
    for i in np.unique(np.searchsorted(bounds, forbidden)).tolist():
        first, last = int(bounds[i - 1]) + 1, int(bounds[i])
        path[first:last] = _search(scores[first:last], allowed)
    return path


def _certainly_outside(scores: np.ndarray) -> np.ndarray:
    """``[tokens]``: whether the token is ``O`` in a best sequence, whatever its neighbours are.

    Making it ``O`` costs at most turning the inside label behind it into a begin label; where that costs no more than
    ``O`` is ahead, no sequence without it is better.
    """
    ahead: np.ndarray = scores[:, 0] - scores[:, 1:].max(axis=1)
    cost = np.maximum(0.0, (scores[1:, 2::2] - scores[1:, 1::2]).max(axis=1))
    certain: np.ndarray = ahead >= np.concatenate([cost, [0.0]])
    return certain


def _search(scores: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Viterbi over a stretch that follows an ``O``."""
    tokens, labels = scores.shape
    back = np.zeros((tokens, labels), dtype=np.int64)
    best = scores[0] + allowed[0]
    for t in range(1, tokens):
        paths = best[:, None] + allowed
        back[t] = paths.argmax(axis=0)
        best = paths[back[t], np.arange(labels)] + scores[t]
    path = np.zeros(tokens, dtype=np.int64)
    path[-1] = best.argmax()
    for t in range(tokens - 1, 0, -1):
        path[t - 1] = back[t, path[t]]
    return path


def spans_of(path: np.ndarray, types: list[str]) -> list[tuple[int, int, str]]:
    """Half-open token spans with their type, in order, from a valid BIO sequence."""
    spans: list[tuple[int, int, str]] = []
    start = kind = None
    for t, label in enumerate([*path.tolist(), 0]):
        if start is not None and kind is not None and label != 2 * kind + 2:
            spans.append((start, t, types[kind]))
            start = kind = None
        if label % 2 == 1:
            start, kind = t, label // 2
    return spans
