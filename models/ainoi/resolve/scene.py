"""Where the words of an article stand: in which sentence, and whether inside somebody's quoted words."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from ainoi.resolve.words import Words
from ainoi.tokens import TERMINALS

CharRange = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Scene:
    """An article's words with, for each token, the number of its sentence and whether a quote's content holds it."""

    words: Words
    sentence: list[int]
    quoted: bytearray

    @classmethod
    def of(cls, words: Words, contents: Iterable[CharRange]) -> Scene:
        """``contents`` are the spans of all quotes' contents, in code points."""
        quoted = bytearray(len(words))
        for start, end in contents:
            first, last = bisect_left(words.starts, start), bisect_left(words.starts, end)
            if first < last:
                quoted[first:last] = b"\x01" * (last - first)
        return cls(words, _sentences(words), quoted)

    def tokens(self, span: CharRange) -> CharRange:
        """First and last (exclusive) token that a span of code points touches; empty where it touches none."""
        first = bisect_right(self.words.ends, span[0])
        return first, max(first, bisect_left(self.words.starts, span[1]))

    def at(self, offset: int) -> int:
        """The token at or after code point ``offset``; the number of tokens when there is none."""
        return bisect_left(self.words.starts, offset)

    def text(self, first: int, last: int) -> str:
        """The words from token ``first`` to ``last`` as the article writes them, white space made single."""
        words = self.words
        return " ".join(words.text[words.starts[first] : words.ends[last - 1]].split()) if first < last else ""

    def sentence_of(self, token: int) -> int:
        """Number of the sentence that holds ``token`` (that of the last one for a token behind the end)."""
        if not self.sentence:
            return 0
        return self.sentence[min(token, len(self.sentence) - 1)]


def _sentences(words: Words) -> list[int]:
    numbers, number = [], 0
    forms, starts, ends, text = words.forms, words.starts, words.ends, words.text
    previous_end = 0
    ended = False
    for index, form in enumerate(forms):
        start = starts[index]
        if index and (
            (ended and words.capital[index]) or (start - previous_end > 0 and "\n" in text[previous_end:start])
        ):
            number += 1
            ended = False
        numbers.append(number)
        if form in TERMINALS:
            ended = len(forms[index - 1]) > 1 if index else False
        elif form.isalnum():
            ended = False
        previous_end = ends[index]
    return numbers
