"""How telling a word is: the rarer in quotes at large, the more it weighs."""

from __future__ import annotations

import math
from functools import cache
from importlib.resources import files

_PER_MILLION = 1_000_000


class WordWeights:
    """Inverse document frequency by exact form, from a list of the commoner words; all others weigh the most."""

    def __init__(self, per_million: dict[str, int]) -> None:
        """``per_million``: in how many of a million quotes each word stands. Raises ValueError if there are none."""
        if not per_million:
            raise ValueError("there must be at least one word")
        self._weights = {word: math.log(_PER_MILLION / max(1, count)) for word, count in per_million.items()}
        self.heaviest = math.log(_PER_MILLION / max(1, min(per_million.values()))) + 0.5

    def __getitem__(self, word: str) -> float:
        return self._weights.get(word, self.heaviest)


@cache
def shipped() -> WordWeights:
    """The weights of ``words.tsv``."""
    lines = files(__package__).joinpath("words.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return WordWeights({word: int(count) for word, count in rows})
