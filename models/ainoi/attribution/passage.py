"""The sentences of an article in which quotes stand, and which stretches are what somebody said."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

Offsets = tuple[int, int]

_SENTENCE_END = re.compile(r"[.!?…][\"”»’')\]]{0,3}\s|\n")


class QuoteParts(NamedTuple):
    """Where the parts of one quote stand in the text, as half-open offsets."""

    cue: Offsets | None
    mention: Offsets | None
    contents: Sequence[Offsets]

    def around(self) -> Offsets:
        """From the first part's start to the last part's end; ``(0, 0)`` if there is none."""
        spans = [*self.contents, *(span for span in (self.cue, self.mention) if span is not None)]
        return (min(span[0] for span in spans), max(span[1] for span in spans)) if spans else (0, 0)


class Passage:
    """The text's sentences and the contents of its quotes; a sentence never ends inside a content."""

    def __init__(self, text: str, quotes: Sequence[QuoteParts]) -> None:
        contents = sorted({span for quote in quotes for span in quote.contents}, key=lambda span: (span[0], -span[1]))
        self._outer: list[Offsets] = []
        self._nested: set[Offsets] = set()
        for start, end in contents:
            if self._outer and end <= self._outer[-1][1]:
                self._nested.add((start, end))
            else:
                self._outer.append((start, end))
        ends = (match.end() for match in _SENTENCE_END.finditer(text) if not self._holds(match))
        self._boundaries = [0, *ends, len(text)]

    def in_content(self, offset: int) -> bool:
        """Whether ``offset`` lies in the content of any quote."""
        at = bisect_right(self._outer, offset, key=lambda span: span[0]) - 1
        return at >= 0 and offset < self._outer[at][1]

    def _holds(self, end: re.Match[str]) -> bool:
        """Whether a content holds the end of a sentence: its mark or, where the line ends there, the line's end."""
        return self.in_content(end.end() - 1 if end.group().endswith("\n") else end.start())

    def is_nested(self, quote: QuoteParts) -> bool:
        """Whether the quote's content lies inside another quote's."""
        return bool(quote.contents) and quote.contents[0] in self._nested

    def sentence_start(self, offset: int) -> int:
        """Where the sentence begins that holds the character at ``offset``."""
        return self._boundaries[max(0, bisect_right(self._boundaries, offset) - 1)]

    def sentence_end(self, offset: int) -> int:
        """Where the sentence ends that holds the characters before ``offset``."""
        return self._boundaries[min(len(self._boundaries) - 1, bisect_left(self._boundaries, offset))]

    def sentence(self, quote: QuoteParts) -> Offsets:
        """From the beginning of the sentence in which the quote's first part stands to the end of its last one's."""
        first, last = quote.around()
        return self.sentence_start(first), self.sentence_end(last)
