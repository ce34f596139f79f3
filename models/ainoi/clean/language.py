"""Whether a text is in the language of the pack, by its letters."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Self

_WORD = re.compile(r"[^\W\d_]+")

SAMPLE = 20_000
"""Characters looked at, from the start of the text."""


@dataclass(frozen=True)
class LanguageTest:
    """Counts words with letters that hardly any other language writes; ``language.toml`` of the pack says which."""

    letters: frozenset[str]
    least_share: float
    least_words: int
    short_text: int

    @classmethod
    def load(cls, folder: Traversable | Path) -> Self:
        """Read ``language.toml``. Raises KeyError for a missing entry."""
        data = tomllib.loads((folder / "language.toml").read_text(encoding="utf-8"))
        letters = data["letters"]
        return cls(frozenset(letters + letters.upper()), data["least_share"], data["least_words"], data["short_text"])

    def accepts(self, text: str) -> bool:
        """True for a text in the language, and for one with too few words to tell. ``text`` is NFC.

        Of a short text one word with such a letter is enough.
        """
        words = _WORD.findall(text[:SAMPLE])
        if len(words) < self.least_words:
            return True
        own = sum(not self.letters.isdisjoint(word) for word in words)
        return own >= (1 if len(words) < self.short_text else self.least_share * len(words))
