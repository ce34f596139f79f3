"""Where a name ends: runs of capitalised words with the particles, initials and marks inside them, and places.

Positions are token indices into ``Words``; an ``end`` is the index after the last token.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ainoi.resolve.lexicon import Lexicon
from ainoi.resolve.words import APOSTROPHES, PhraseTable, Words
from ainoi.tokens import HYPHENS

LONGEST_NAME = 9
"""Words in one name; what hyphens, apostrophes and full stops join counts as one."""
LONGEST_NAME_TOKENS = 24
LONGEST_SPACED_PART = 5
"""Letters of a name's part to which a hyphen between blanks joins a part in lower case."""

_TEAM_BY_AGE = re.compile(r"[Uu]-?[12]\d")
"""A national team by the age of its players: with the country behind it, a place (*U23 Việt Nam*)."""


class NameGrammar:
    """Reads names and places at a token. Holds no state of its own."""

    def __init__(self, lexicon: Lexicon, bodies: Iterable[str] = (), people: Iterable[str] = ()) -> None:
        """``bodies`` and ``people`` are known names: where one stands, the name ends with it."""
        self._lexicon = lexicon
        self._bodies: PhraseTable[bool] = PhraseTable(((name, True) for name in bodies), lexicon.spelling)
        self._people: PhraseTable[bool] = PhraseTable(((name, True) for name in people), lexicon.spelling)

    def name(self, words: Words, at: int) -> int:
        """End of the run of capitalised words, initials and particles at ``at``; ``at`` itself if there is none."""
        forms, capital = words.forms, words.capital
        count, stop = len(words), min(len(words), at + LONGEST_NAME_TOKENS)
        if at >= count or not capital[at]:
            return at
        end, parts = max(at + 1, self._people.end(words.keys, at)), 1
        while end < stop:
            form = forms[end]
            if form == "." and words.glued(end - 1) and words.glued(end) and forms[end + 1].islower():
                end += 2
            elif form == "." and words.glued(end - 1) and self._abbreviated(words, end - 1):
                if end + 1 >= count or not capital[end + 1] or not words.same_line(end):
                    return end + 1 if self._initials(words, at, end) else end
                end += 2
            elif form in HYPHENS or form in APOSTROPHES:
                joined = self._joined_by_mark(words, at, end)
                if joined == end:
                    return end
                end = joined
            elif words.same_line(end - 1) and parts < LONGEST_NAME and self._next_part(words, end):
                end, parts = end + 1, parts + 1
            else:
                return end
        return end

    def begins_small(self, words: Words, at: int) -> bool:
        """Whether a name begins with two particles at ``at``: *von der Leyen*. One alone may be a word of its own."""
        particles = self._lexicon.particles
        pair = at + 2 < len(words) and words.keys[at] in particles and words.keys[at + 1] in particles
        return pair and words.capital[at + 2] and words.same_line(at) and words.same_line(at + 1)

    def _next_part(self, words: Words, at: int) -> bool:
        """Whether the word at ``at`` belongs to the name before it: no title of its own, or a particle inside names."""
        if words.capital[at]:
            title = self._lexicon.titles.match(words.keys, at)
            return title is None or title[0] == at + 1
        return words.keys[at] in self._lexicon.particles and words.forms[at].islower() and self._particle(words, at)

    def _initials(self, words: Words, first: int, at: int) -> bool:
        """Whether the full stop at ``at`` belongs to the last of several initials, or to one inside a sentence."""
        if words.glued(at - 2) and at - 2 >= first:
            return True
        return at - first > 1 and words.same_line(at) and words.forms[at + 1].islower()

    def _joined_by_mark(self, words: Words, first: int, at: int) -> int:
        """End of the part that the hyphen or apostrophe at ``at`` joins to the name from ``first``; ``at`` if none.

        Between blanks a hyphen is mostly a dash: then the words beside it must look like two parts of one foreign name.
        """
        following = at + 1
        if following >= len(words) or not words.forms[following][0].isalpha():
            return at
        if words.glued(at - 1) and words.glued(at):
            return following + 1
        if not words.spaced(at):
            return at
        before, native = words.forms[at - 1], self._lexicon.native
        foreign = not native(words.keys[following])
        if words.forms[at] in APOSTROPHES:
            return following + 1 if len(before) == 1 and words.capital[following] else at
        if words.keys[at - 1] in self._lexicon.particles and words.capital[following]:
            return following + 1
        if words.capital[following]:
            return following + 1 if self._double_first_name(words, first, at) else at
        if not words.keys[following].isascii() or self._lexicon.ordinary(words.keys, following):
            return at
        mixed = at - first > 1 and not all(native(key) for key in words.keys[first:at])
        return following + 1 if (foreign or mixed) and len(before) <= LONGEST_SPACED_PART else at

    def _double_first_name(self, words: Words, first: int, at: int) -> bool:
        """Whether the hyphen at ``at`` stands between two first names, the second with a family name behind it."""
        last = at + 2
        if at - first != 1 or last >= len(words) or not (words.capital[last] and words.same_line(at + 1)):
            return False
        known = max(self._people.end(words.keys, first), self._bodies.end(words.keys, first), self.place(words, first))
        if known > first or words.forms[first].isupper() or self._lexicon.titles.end(words.keys, at + 1) > at + 1:
            return False
        if max(self.place(words, at + 1), self._people.end(words.keys, at + 1)) > at + 1:
            return False
        return not (self._lexicon.native(words.keys[first]) or self._lexicon.native(words.keys[last]))

    def _abbreviated(self, words: Words, at: int) -> bool:
        """Whether a full stop after token ``at`` shortens it (an initial, a suffix) and does not end a sentence."""
        return len(words.forms[at]) == 1 or words.keys[at] in self._lexicon.suffixes

    def _particle(self, words: Words, at: int) -> bool:
        """Whether the name goes on with a capital letter after the particle at ``at``, a second one and a mark."""
        following, marks = at + 1, HYPHENS | APOSTROPHES
        if following + 1 < len(words) and words.forms[following] in marks and words.capital[following + 1]:
            return words.same_line(at) and words.same_line(following)
        if following < len(words) and words.keys[following] in self._lexicon.particles and words.same_line(at):
            following += 1
        return following < len(words) and words.capital[following] and words.same_line(at)

    def place(self, words: Words, at: int) -> int:
        """End of a country, capital, city or region written with a capital letter at ``at``; else ``at``."""
        if at >= len(words):
            return at
        lexicon, keys = self._lexicon, words.keys
        if not words.capital[at]:
            region = lexicon.regions.end(keys, at)
            return region if words.capital[region - 1] else at
        if _TEAM_BY_AGE.fullmatch(words.forms[at]):
            return max(at + 1, lexicon.places.end(keys, at + 1) if at + 1 < len(words) else at)
        return lexicon.places.end(keys, at)

    def whole(self, words: Words, first: int, last: int, *, person: bool) -> int:
        """``last`` moved behind the rest of a word of several syllables, of a known name or of one with hyphens, that a
        mention from ``first`` breaks off in. ``person``: whether it ends with a person's name, which is no syllable of
        a word: *Chính (phủ nhận)*."""
        if first >= last or last >= len(words) or not words.same_line(last - 1):
            return last
        begins = range(max(first, last - 3), last)
        if words.capital[last]:
            return max(last, *(table.end(words.keys, at) for table in (self._bodies, self._people) for at in begins))
        if words.forms[last] in HYPHENS and words.capital[last - 1]:
            return max(last, *(self.name(words, at) for at in begins))
        lexicon, keys = self._lexicon, words.keys
        if person or lexicon.pronouns.end(keys, first) == last:
            return last  # *he (mainly)* is no *owner*: *ông | chủ yếu*
        tables = (self._bodies, lexicon.heads, lexicon.fields, lexicon.titles, lexicon.unnamed)
        return max(last, *(table.end(keys, at) for table in tables for at in begins))

    def country(self, words: Words, at: int) -> int:
        """End of a country or capital with a capital letter at ``at``; ``at`` if there is none."""
        return self._lexicon.countries.end(words.keys, at) if at < len(words) and words.capital[at] else at
