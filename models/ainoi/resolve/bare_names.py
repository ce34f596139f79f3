"""The name alone in what people write when they ask for somebody: *Tổng thống Zelensky*, *ong Peskov*."""

from __future__ import annotations

from ainoi.resolve.lexicon import Lexicon
from ainoi.resolve.mentions import LONGEST, MentionReader
from ainoi.resolve.registry import fold
from ainoi.resolve.words import Words


class BareNames:
    """Takes titles, honorifics and what they belong to off a name. Holds only its data: all threads may share one."""

    def __init__(self, lexicon: Lexicon, reader: MentionReader) -> None:
        self._spelling = lexicon.spelling
        self._reader = reader
        tables = (lexicon.titles, lexicon.places, lexicon.countries)
        self._before = {fold(phrase) for table in tables for phrase in table.phrases()}
        self._longest = max((phrase.count(" ") + 1 for phrase in self._before), default=0)

    def of(self, mention: str) -> str:
        """The name in ``mention``, or ``mention`` itself where there is nothing before it or nothing behind that.

        As an article writes it, with capital letters, it is read as a mention; else by its first words, and then
        diacritics do not count.
        """
        words = Words.of(mention, self._spelling)
        if not 0 < len(words) <= LONGEST:
            return mention
        if not mention.isupper():
            read = self._reader.parse(words, 0, len(words))
            if read.named and read.form in ("name", "organization"):
                return words.name(*read.name)
        keys = [fold(form) for form in words.forms]
        first = 0
        while (end := self._end(keys, first)) > first:
            first = end
        return words.name(first, len(words)) or mention

    def _end(self, keys: list[str], first: int) -> int:
        """End of the longest title or place that begins at word ``first``; ``first`` if none does."""
        last = min(len(keys), first + self._longest)
        return next((end for end in range(last, first, -1) if " ".join(keys[first:end]) in self._before), first)
