"""What two texts are compared by: numbers that a logistic model weighs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeVar

import numpy as np

from ainoi_service.similar import figures, names
from ainoi_service.similar.polarity import opposed
from ainoi_service.similar.reading import Reading

FEATURES = (
    "overlap",
    "containment",
    "pair_containment",
    "cosine",
    "shared",
    "opposed",
    "figures",
    "places",
    "names",
)
"""Names of the entries of ``features``, in order."""

_Key = TypeVar("_Key")


def features(a: Reading, b: Reading, cosine: float) -> np.ndarray:
    """``[features]``, the same whichever text comes first.

    Overlap: the weight of the words both have, by that of the words either has; containment: by that of the lighter
    text, also of pairs of neighbouring words. ``shared``: the logarithm of the weight of the words both have. The last
    four are 1 where the texts contradict each other, else 0.
    """
    overlap, containment, shared = _common(a.weights, b.weights)
    _, pair_containment, _ = _common(a.pairs, b.pairs)
    return np.array(
        [
            overlap,
            containment,
            pair_containment,
            cosine,
            math.log1p(shared),
            opposed(a.polarity, b.polarity),
            figures.disagree(a.figures, b.figures),
            names.disagree(a.names, b.names),
            bool(a.names.others - b.names.others) and bool(b.names.others - a.names.others),
        ],
        dtype=np.float64,
    )


SIGNS = (1, 1, 1, 1, 1, -1, -1, -1, -1)
"""Which way each feature may speak: +1 for the same, -1 against it."""


def contradict(a: Reading, b: Reading) -> bool:
    """Whether one text says the opposite of the other, counts something else, or is about another place."""
    return opposed(a.polarity, b.polarity) or figures.disagree(a.figures, b.figures) or names.disagree(a.names, b.names)


def _common(a: Mapping[_Key, float], b: Mapping[_Key, float]) -> tuple[float, float, float]:
    shared = sum(weight for key, weight in a.items() if key in b)
    of_a, of_b = sum(a.values()), sum(b.values())
    either, lighter = of_a + of_b - shared, min(of_a, of_b)
    return (shared / either if either else 0.0), (shared / lighter if lighter else 0.0), shared
