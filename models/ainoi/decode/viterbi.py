"""The best sequence of labels: an inside label follows only its own type, and with end labels every span has one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Log-probabilities over the last axis, in float64."""
    logits = logits.astype(np.float64)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    result: np.ndarray = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


@dataclass(frozen=True)
class Scheme:
    """Which labels may follow which, in BIO or (where there are end labels) BIOES.

    ``allowed[i, j]``: 0 where label ``j`` may follow label ``i``, minus infinity elsewhere; ``O`` stands before the
    first token and behind the last. ``closed[i]``: the label that takes the place of ``i`` where ``O`` follows.
    ``opened[j]``: the one that takes the place of ``j`` where ``O`` stands before.
    """

    types: tuple[str, ...]
    ends: bool
    allowed: np.ndarray
    closed: np.ndarray
    opened: np.ndarray

    @staticmethod
    def of(labels: Sequence[str]) -> Scheme:
        """The scheme of ``labels`` (``O`` first, then those of each type)."""
        return _scheme(tuple(labels))

    def labels_for(self, length: int, kind: str) -> np.ndarray:
        """The labels of a span of ``length`` tokens of one type."""
        first = 1 + self.types.index(kind) * (4 if self.ends else 2)
        labels = np.full(length, first + 1, dtype=np.int64)
        labels[0] = first
        if self.ends:
            labels[-1] = first + (3 if length == 1 else 2)
        return labels


@cache
def _scheme(labels: tuple[str, ...]) -> Scheme:
    ends = any(label.startswith("E-") for label in labels)
    types = tuple(label[2:] for label in labels if label.startswith("B-"))
    number = {label: i for i, label in enumerate(labels)}
    allowed = np.zeros((len(labels), len(labels)))
    for i, before in enumerate(labels):
        for j, label in enumerate(labels):
            goes_on = before[:2] in ("B-", "I-") and before[2:] == label[2:]
            if label[:2] in ("I-", "E-"):
                allowed[i, j] = 0.0 if goes_on else -np.inf
            elif ends and before[:2] in ("B-", "I-"):
                allowed[i, j] = -np.inf
    close = {"B-": "S-", "I-": "E-"} if ends else {}
    open_ = {"I-": "B-", "E-": "S-"}
    return Scheme(
        types,
        ends,
        allowed,
        np.array([number[close.get(label[:2], label[:2]) + label[2:]] for label in labels]),
        np.array([number[open_.get(label[:2], label[:2]) + label[2:]] for label in labels]),
    )


def best_path(scores: np.ndarray, scheme: Scheme) -> np.ndarray:
    """Labels ``[tokens]`` of the best allowed sequence; ``scores``: ``[tokens, labels]`` log-probabilities.

    The best label of every token by itself is the answer wherever it is allowed, and it nearly always is; only the
    stretches around a forbidden step are searched, each from one token that is certainly outside to the next.
    """
    path: np.ndarray = scores.argmax(axis=1).astype(np.int64)
    steps = np.concatenate([[0], path, [0]])
    forbidden = np.flatnonzero(np.isinf(scheme.allowed[steps[:-1], steps[1:]]))
    if not len(path) or not len(forbidden):
        return path
    bounds = np.concatenate([[-1], np.flatnonzero(_certainly_outside(scores, scheme)), [len(path)]])
    for i in np.unique(np.searchsorted(bounds, forbidden)).tolist():
        first, last = int(bounds[i - 1]) + 1, int(bounds[i])
        if first < last:
            path[first:last] = _search(scores[first:last], scheme.allowed)
    return path


def _certainly_outside(scores: np.ndarray, scheme: Scheme) -> np.ndarray:
    """``[tokens]``: whether the token is ``O`` in a best sequence, whatever its neighbours are.

    Making it ``O`` costs at most closing the span before it and opening the one behind it; where that costs no more
    than ``O`` is ahead, no sequence without it is better.
    """
    ahead: np.ndarray = scores[:, 0] - scores[:, 1:].max(axis=1)
    closing = (scores[:-1] - scores[:-1, scheme.closed]).max(axis=1, initial=0.0)
    opening = (scores[1:] - scores[1:, scheme.opened]).max(axis=1, initial=0.0)
    certain: np.ndarray = ahead >= np.concatenate([[0.0], closing]) + np.concatenate([opening, [0.0]])
    return certain


def _search(scores: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Viterbi over a stretch between one ``O`` and the next."""
    tokens, labels = scores.shape
    back = np.zeros((tokens, labels), dtype=np.int64)
    best = scores[0] + allowed[0]
    for t in range(1, tokens):
        paths = best[:, None] + allowed
        back[t] = paths.argmax(axis=0)
        best = paths[back[t], np.arange(labels)] + scores[t]
    path = np.zeros(tokens, dtype=np.int64)
    path[-1] = (best + allowed[:, 0]).argmax()
    for t in range(tokens - 1, 0, -1):
        path[t - 1] = back[t, path[t]]
    return path


def spans_of(path: np.ndarray, scheme: Scheme) -> list[tuple[int, int, str]]:
    """Half-open token spans with their type, in order, from an allowed sequence."""
    size = 4 if scheme.ends else 2
    spans: list[tuple[int, int, str]] = []
    labelled = np.flatnonzero(path)
    for t, label in zip(labelled.tolist(), path[labelled].tolist(), strict=True):
        kind, place = divmod(label - 1, size)
        start = t if place in (0, 3) else spans.pop()[0]
        spans.append((start, t + 1, scheme.types[kind]))
    return spans
