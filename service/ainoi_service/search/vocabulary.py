"""The words of an index, in an order in which all spellings of one folded word stand side by side."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class Word(NamedTuple):
    """A word in its two forms (``search.folding``); words are ordered by the folded one."""

    folded: str
    exact: str


class Vocabulary:
    """Words with their numbers: the number of a word is its place in the order."""

    def __init__(self, words: Iterable[Word]) -> None:
        """Number ``words``, which must be distinct and in their order."""
        self.words: Sequence[Word] = tuple(words)
        self._folded = [word.folded for word in self.words]

    def __len__(self) -> int:
        return len(self.words)

    def spellings(self, folded: str) -> range:
        """Numbers of all words whose folded form this is."""
        return range(bisect_left(self._folded, folded), bisect_right(self._folded, folded))

    def spelling(self, word: Word) -> range:
        """The number of ``word`` alone; empty if it is not known."""
        at = bisect_left(self.words, word)
        return range(at, at + (at < len(self.words) and self.words[at] == word))


def arrange(words: Sequence[Word], used: npt.NDArray[np.bool_]) -> tuple[Vocabulary, npt.NDArray[np.int32]]:
    """The vocabulary of those ``words`` that are ``used`` (both ``[words]``, words may recur), and for each word its
    number there, -1 for the unused."""
    vocabulary = Vocabulary(sorted({word for word, kept in zip(words, used.tolist(), strict=True) if kept}))
    number_of = {word: number for number, word in enumerate(vocabulary.words)}
    return vocabulary, np.fromiter((number_of.get(word, -1) for word in words), dtype=np.int32, count=len(words))
