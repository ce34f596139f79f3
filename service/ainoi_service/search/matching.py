"""Which documents of a segment hold what is asked for, and how well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from ainoi_service.search.segment import Segment
from ainoi_service.search.terms import Terms
from ainoi_service.search.vocabulary import Word

Mask = npt.NDArray[np.bool_]
"""``[D]``: one truth for each document of a segment."""


class Tier(IntEnum):
    """How well a quote matches, the best first. "Phrase": all words stand side by side, in the order asked for."""

    EXACT_PHRASE = 0
    EXACT = 1
    FOLDED_PHRASE = 2
    FOLDED = 3


def match(segment: Segment, terms: Terms) -> tuple[Mask, npt.NDArray[np.int8]]:
    """Which documents hold all terms, and the tier of each (without meaning where the first is false)."""
    finder = _Finder(segment)
    found = finder.all_of(terms.each, _any_spelling(segment))
    if not found.any():
        return found, np.full(len(segment), Tier.FOLDED, dtype=np.int8)
    side_by_side = finder.phrase(terms.words, _any_spelling(segment))
    exact = finder.all_of(terms.each, segment.vocabulary.spelling)
    exact_side_by_side = finder.phrase(terms.words, segment.vocabulary.spelling)
    # Arithmetic, because choosing by a mask is many times as slow. A phrase asked for is exact only with all its words.
    better = np.maximum(side_by_side.view(np.int8), 2 * exact.view(np.int8) + exact_side_by_side.view(np.int8))
    return found, Tier.FOLDED - better


Spellings = Callable[[Word], range]
"""The numbers of the words that count as the one asked for."""


def _any_spelling(segment: Segment) -> Spellings:
    return lambda word: segment.vocabulary.spellings(word.folded)


class _Finder:
    """Finds phrases (of one or more words) in a segment; what has been found is not looked for again, as a word with
    one spelling would be."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._found: dict[tuple[range, ...], Mask] = {}

    def all_of(self, phrases: Sequence[Sequence[Word]], spellings: Spellings) -> Mask:
        """The documents that hold every one of the phrases."""
        wanted = {tuple(spellings(word) for word in phrase) for phrase in phrases}
        found = np.ones(len(self._segment), dtype=bool)
        for phrase in sorted(wanted, key=lambda words: min(map(self._count, words))):
            found &= self._holding(phrase)
            if not found.any():
                break
        return found

    def phrase(self, words: Sequence[Word], spellings: Spellings) -> Mask:
        """The documents that hold the words side by side."""
        return self._holding(tuple(spellings(word) for word in words))

    def _holding(self, words: tuple[range, ...]) -> Mask:
        mask = self._found.get(words)
        if mask is None:
            mask = self._found[words] = np.zeros(len(self._segment), dtype=bool)
            mask[self._holders(words)] = True
        return mask

    def _holders(self, words: tuple[range, ...]) -> npt.NDArray[np.int32]:
        """The documents, in any order and as often as the phrase stands in them: tried at the places of its rarest
        word."""
        segment = self._segment
        rarest = min(range(len(words)), key=lambda place: self._count(words[place]))
        postings = segment.postings(words[rarest])
        positions, holders = segment.positions[postings], segment.holders[postings]
        for place, word in enumerate(words):
            if place != rarest and len(positions):
                # Beyond the stream's ends "clip" finds the gap that stands there.
                beside = segment.stream.take(positions + np.int32(place - rarest), mode="clip")
                fits = np.flatnonzero((beside >= word.start) & (beside < word.stop))
                positions, holders = positions[fits], holders[fits]
        return holders

    def _count(self, word: range) -> int:
        """How often the spellings stand in the segment."""
        return self._segment.frequency(word)
