"""Which cue and which source belong to each content, and which contents are no quotes at all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

TokenSpan = tuple[int, int]


def allowed(contents: Sequence[TokenSpan], around: Sequence[TokenSpan | None], candidates: Sequence[TokenSpan]) -> np.ndarray:
    """``[contents, candidates]``: false where a link would be absurd.

    A cue or source never lies in its own content, and what lies in a quote speaks only for quotes nested there: a
    candidate for a content nested in ``around[i]`` lies in that quote, a candidate for any other content in none.
    """
    inside = np.asarray(
        [[c[0] <= k[0] and k[1] <= c[1] for k in candidates] for c in contents], dtype=bool
    ).reshape(len(contents), len(candidates))
    outer = [i for i, host in enumerate(around) if host is None]
    in_any = inside[outer].any(axis=0) if outer else np.zeros(len(candidates), dtype=bool)
    result = ~inside
    for i, host in enumerate(around):
        if host is None:
            result[i] &= ~in_any
        else:
            result[i] &= np.asarray([host[0] <= k[0] and k[1] <= host[1] for k in candidates], dtype=bool)
    return result


def choose(scores: np.ndarray, mask: np.ndarray) -> tuple[list[int | None], np.ndarray]:
    """For each content the best allowed candidate or None, and the probability that it has none.

    ``scores``: log-probabilities ``[contents, candidates + 1]``, the last column for "none"; ``mask``: ``[contents,
    candidates]``. The probabilities are those over what is allowed.
    """
    if not len(scores):
        return [], np.zeros(0)
    weights = np.exp(scores)
    weights[:, :-1] *= mask
    weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1e-12)
    best = weights.argmax(axis=1)
    none = weights.shape[1] - 1
    return [None if i == none else int(i) for i in best], weights[:, -1]
