"""The probability that two texts are wordings of one statement: a logistic model of their features."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Self

import numpy as np

from ainoi_service.similar.features import FEATURES


@dataclass(frozen=True)
class Likeness:
    """``weights`` are ``[features]``. ``threshold``: the least probability that counts as the same, between two quotes
    about one event. ``sure``: the least among all quotes of a store, of which far fewer are the same."""

    weights: np.ndarray
    bias: float
    threshold: float
    sure: float

    @classmethod
    def read(cls, text: str) -> Self:
        """Parse the file. Raises ValueError if it does not weigh just the features there are."""
        data = tomllib.loads(text)
        if set(data["weights"]) != set(FEATURES):
            raise ValueError(f"weights must be those of {', '.join(FEATURES)}")
        weights = np.array([data["weights"][name] for name in FEATURES], dtype=np.float64)
        return cls(weights, float(data["bias"]), float(data["threshold"]), float(data["sure"]))

    @property
    def reads_cosine(self) -> bool:
        """Whether the texts' vectors have a say, beside choosing which texts are compared at all."""
        return bool(self.weights[FEATURES.index("cosine")])

    def probability(self, features: np.ndarray) -> float:
        """Of one pair's features."""
        return float(1.0 / (1.0 + np.exp(-(features @ self.weights + self.bias))))


@cache
def shipped() -> Likeness:
    """The model that ``scripts/fit_variants.py`` wrote."""
    return Likeness.read(files(__package__).joinpath("likeness.toml").read_text(encoding="utf-8"))
