"""The heads that read spans, in NumPy: what those of :mod:`ainoi.network.heads` compute once they are trained."""

from __future__ import annotations

import numpy as np

from ainoi.distances import BUCKETS, buckets
from ainoi.graph.operations import Weights


class SpanStates:
    """States of an article's tokens, from which spans are read; the sums are made once for all of them.

    ``states``: ``[tokens, size]``.
    """

    def __init__(self, states: np.ndarray) -> None:
        self._states = states
        self._sums = np.zeros((len(states) + 1, states.shape[1]), dtype=np.float32)
        np.cumsum(states, axis=0, out=self._sums[1:])

    def read(self, spans: np.ndarray) -> np.ndarray:
        """A span as the states of its first and last token and the mean of all: ``[spans, 3 * size]``.

        ``spans``: ``[spans, 2]``, half open, in tokens, none empty.
        """
        start, end = spans[:, 0], spans[:, 1]
        mean = (self._sums[end] - self._sums[start]) / (end - start)[:, None].astype(np.float32)
        return np.concatenate([self._states[start], self._states[end - 1], mean], axis=1)


def link_shapes(size: int, hidden: int, *, anchors: bool) -> dict[str, tuple[int, ...]]:
    """The tensors of a :class:`LinkScorer` by name, with their shapes; ``size``: of a token's state."""
    found: dict[str, tuple[int, ...]] = {
        "bilinear": (hidden, hidden),
        "distance.weight": (BUCKETS, hidden),
        "head.weight": (hidden, 3 * size),
        "head.bias": (hidden,),
        "tail.weight": (hidden, 3 * size),
        "tail.bias": (hidden,),
    }
    for name in ("score", "none"):
        found.update({f"{name}.weight": (1, hidden), f"{name}.bias": (1,)})
    if anchors:
        found.update({"anchor.weight": (hidden, 3 * size), "anchor.bias": (hidden,), "no_anchor": (hidden,)})
        found["anchor_distance.weight"] = (BUCKETS + 1, hidden)
    return found


class LinkScorer:
    """Logits of every pair of a content and a candidate; see :class:`ainoi.network.heads.LinkScorer`."""

    def __init__(self, weights: Weights) -> None:
        """``weights``: as :func:`link_shapes` has them."""
        self._weights = weights

    def __call__(
        self, article: SpanStates, contents: np.ndarray, candidates: np.ndarray, anchors: np.ndarray | None = None
    ) -> np.ndarray:
        """``[contents, candidates + 1]``, the last column for "none".

        ``contents``, ``candidates``: ``[n, 2]`` half-open token spans. ``anchors``: ``[contents, 2]``, an empty span
        for a content without one; for a scorer with anchors, and only for that.
        """
        weights = self._weights
        head = self._linear("head", article.read(contents))
        if anchors is not None:
            there = (anchors[:, 1] > anchors[:, 0])[:, None]
            first = np.stack([anchors[:, 0], np.maximum(anchors[:, 1], anchors[:, 0] + 1)], axis=1)
            head = head + np.where(there, self._linear("anchor", article.read(first)), weights["no_anchor"])
        head = np.maximum(head, 0)
        none = self._linear("none", head)
        if not len(candidates):
            return none
        tail = np.maximum(self._linear("tail", article.read(candidates)), 0)
        joint = head[:, None] + tail[None] + weights["distance.weight"][buckets(contents, candidates)]
        if anchors is not None:
            joint += weights["anchor_distance.weight"][np.where(there, buckets(anchors, candidates), BUCKETS)]
        np.maximum(joint, 0, out=joint)
        scores = joint @ weights["score.weight"][0] + weights["score.bias"]
        return np.concatenate([head @ weights["bilinear"] @ tail.T + scores, none], axis=1)

    def _linear(self, name: str, values: np.ndarray) -> np.ndarray:
        return linear(self._weights, name, values)


class KindScorer:
    """Logits ``[spans, kinds]`` of source spans: person, organization or unnamed."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights

    def __call__(self, article: SpanStates, spans: np.ndarray) -> np.ndarray:
        """``spans``: ``[spans, 2]`` half-open token spans."""
        return linear(self._weights, "net.3", np.maximum(linear(self._weights, "net.1", article.read(spans)), 0))


def linear(weights: Weights, name: str, values: np.ndarray) -> np.ndarray:
    """``values @ weight.T + bias`` of the layer ``name``."""
    return np.asarray(values @ weights[f"{name}.weight"].T + weights[f"{name}.bias"])
