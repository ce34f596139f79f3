"""Phrases that are looked for among the words of a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

Phrase = tuple[str, ...]
"""Words in their exact form."""

_Value = TypeVar("_Value")


class Phrases(Generic[_Value]):
    """Finds the phrases of a mapping in time that does not depend on how many there are."""

    def __init__(self, of: Mapping[Phrase, _Value]) -> None:
        self.of = of
        self._longest: dict[str, int] = {}
        for phrase in of:
            self._longest[phrase[0]] = max(len(phrase), self._longest.get(phrase[0], 0))

    def spans(self, words: Sequence[str]) -> list[tuple[int, int]]:
        """Half-open spans of words that are one of the phrases: the longest at each place, none inside another."""
        found = []
        done = 0
        for start, word in enumerate(words):
            longest = self._longest.get(word)
            if longest is None or start < done:
                continue
            for end in range(min(start + longest, len(words)), start, -1):
                if tuple(words[start:end]) in self.of:
                    found.append((start, end))
                    done = end
                    break
        return found
