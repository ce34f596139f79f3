"""To which quote of its sentence a date belongs, if to any.

The sentence is read from the date to the left. The first known phrase decides (table ``occasions`` of ``dates.toml``),
and so do the source, the cue, a content, a comma and the sentence's beginning: *Sau vụ nổ hôm 3/12, ông X nói* dates
the explosion, *Sau cuộc họp hôm 3/12, ông X nói* the words.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple, Self

from ainoi.attribution.date_lexicon import DateExpression
from ainoi.attribution.passage import Offsets, Passage, QuoteParts

REACH = 240
"""Characters before a date that are read."""
LONGEST_LEAD = 24
"""Words unknown to the lexicon between a date and the phrase that decides about it."""
AHEAD = 100
"""Characters behind a date that are read."""
BEFORE = 24
"""Characters before a source in which a conjunction is looked for."""
LONGEST_PHRASE = 4
"""Words in one phrase of the lexicon."""
LONGEST_BRACKET = 8
"""Words of a bracket behind a date."""
LONGEST_GAP = 3
"""Words unknown to the lexicon between a source or a content and its date."""

Phrase = tuple[str, ...]

_WORD = re.compile(r"\w+(?:-\w+)*|[^\w\s]")
_BREAKS = frozenset(",;:-–—")
_BRACKETS = frozenset("()[]")


@dataclass(frozen=True)
class OccasionLexicon:
    """The table ``occasions`` of ``dates.toml``, which explains each entry; a phrase is a tuple of lower-case words."""

    speech: frozenset[Phrase]
    meetings: frozenset[Phrase]
    determiners: frozenset[Phrase]
    away: frozenset[Phrase]
    after_meeting: frozenset[Phrase]
    events: frozenset[Phrase]
    other: frozenset[Phrase]
    light: frozenset[Phrase]
    conjunctions: frozenset[Phrase]
    relays: frozenset[Phrase]
    subordinate: frozenset[Phrase]
    another_time: frozenset[Phrase]
    last_words: frozenset[str]
    """The last word of every phrase: most words of a text end none."""

    @classmethod
    def load(cls, folder: Traversable | Path) -> Self:
        """Read ``dates.toml`` of a language folder. Raises ``OSError`` or ``KeyError`` if missing or incomplete."""
        data = tomllib.loads((folder / "dates.toml").read_text(encoding="utf-8"))["occasions"]
        lists = {name: frozenset(tuple(phrase.split()) for phrase in phrases) for name, phrases in data.items()}
        last_words = frozenset(phrase[-1] for phrases in lists.values() for phrase in phrases)
        return cls(**{name: lists[name] for name in cls.__annotations__ if name != "last_words"}, last_words=last_words)


class Place(NamedTuple):
    """Where a quote stands in the sentence of its cue: its number, its first part's start and its last part's."""

    quote: int
    start: int
    last: int


class _Word(NamedTuple):
    start: int
    end: int
    text: str
    lower: str


class Occasions:
    """The quotes of an article by their sentences, and the ends of their parts, at which a date may stand."""

    def __init__(self, text: str, quotes: Sequence[QuoteParts], passage: Passage, lexicon: OccasionLexicon) -> None:
        self._text, self._passage, self._lexicon = text, passage, lexicon
        self.sentences: dict[int, list[Place]] = defaultdict(list)
        """By a sentence's start, the quotes whose cue (or content, with no cue) stands in it, in order of ``last``."""
        self._sentence: tuple[int, list[_Word]] = (-1, [])
        self._cues: dict[int, int] = {}
        self._ends: dict[int, tuple[int, bool]] = {}
        self._contents: dict[int, int] = {}
        self._parts: list[tuple[Offsets, int]] = []
        for number, quote in enumerate(quotes):
            home = _home(quote, passage)
            if home is None or passage.is_nested(quote):
                continue
            start, end = passage.sentence_start(home[0]), passage.sentence_end(home[1])
            own = [span for span in (quote.mention, quote.cue) if span is not None and start <= span[0] < end]
            starts = [span[0] for span in (*own, *quote.contents)]
            self.sentences[start].append(Place(number, min(starts), max(starts)))
            self._parts.extend((span, number) for span in own)
            for span in own:
                self._ends.setdefault(span[1], (number, span == quote.cue))
            if quote.cue is not None:
                self._cues.setdefault(quote.cue[0], number)
            self._contents.update((span[1], number) for span in quote.contents)
        for places in self.sentences.values():
            places.sort(key=lambda place: place.last)
        self._parts.sort()

    def owner(self, expression: DateExpression) -> int | None:
        """The number of the quote that the date belongs to; None if it dates something else."""
        start = self._passage.sentence_start(expression.start)
        places = self.sentences.get(start)
        if places is None:
            return None
        following = bisect_left(places, expression.end, key=lambda place: place.last)
        after = places[following].quote if following < len(places) else None
        before = places[following - 1].quote if following else None
        words = self._words_of(start)
        at = bisect_left(words, expression.start, key=lambda word: word.start)
        part = self._part_at(expression.start)
        if part is not None:
            return self._read_back(words, at, part[0][0], part[1], None)
        number = self._reported_by(words, expression.end, after if after is not None else before)
        if number is not None:
            return number
        if after is not None and self._is_subordinate(places[following], expression.end):
            after = None
        if self._text[expression.start].isupper():  # a sentence begins here, whatever stands before
            return after
        return self._read_back(words, at, expression.start, after, before)

    def of_another_time(self, place: Place) -> bool:
        """Whether the sentence says, before the quote's last part, that its words are of another day."""
        start = max(self._passage.sentence_start(place.last), place.last - REACH)
        words = [word for word in self._words(start, place.last) if not self._passage.in_content(word.start)]
        return any(self._phrase(words, at, self._lexicon.another_time) for at in range(len(words)))

    def _is_subordinate(self, place: Place, start: int) -> bool:
        """Whether *sau khi* and the like stand between ``start`` and the first word of the quote at ``place``."""
        words = self._words(max(start, place.start - BEFORE), place.start)
        return self._phrase_before(words, len(words), self._lexicon.subordinate) > 0

    def _words_of(self, sentence: int) -> list[_Word]:
        """The words of the sentence that begins at ``sentence``; kept, for its other dates follow."""
        if self._sentence[0] != sentence:
            self._sentence = sentence, self._words(sentence, self._passage.sentence_end(sentence + 1))
        return self._sentence[1]

    def _words(self, start: int, end: int) -> list[_Word]:
        return [
            _Word(match.start(), match.end(), match.group(), match.group().lower())
            for match in _WORD.finditer(self._text, start, max(start, end))
        ]

    def _part_at(self, offset: int) -> tuple[Offsets, int] | None:
        """The cue or mention that holds the character at ``offset``, with its quote."""
        at = bisect_right(self._parts, offset, key=lambda part: part[0][0]) - 1
        return self._parts[at] if at >= 0 and offset < self._parts[at][0][1] else None

    def _reported_by(self, words: list[_Word], end: int, quote: int | None) -> int | None:
        """The quote whose cue follows the date that ends at ``end``, or ``quote`` where a word of reporting does."""
        at = bisect_left(words, end, key=lambda word: word.start)
        if at < len(words) and words[at].text == "(":  # (giờ địa phương)
            bracket = words[at : at + LONGEST_BRACKET]
            at += 1 + next((i for i, word in enumerate(bracket) if word.text == ")"), -1)
        while at < len(words) and words[at].start < end + AHEAD:
            if words[at].start in self._cues:
                return self._cues[words[at].start]
            size = self._phrase(words, at, self._lexicon.light)
            if not size:
                return quote if self._phrase(words, at, self._lexicon.relays) else None
            at += size
        return None

    def _read_back(self, words: list[_Word], at: int, part: int, after: int | None, before: int | None) -> int | None:
        """Read the sentence's ``words`` before the date, which is at word ``at``, backwards up to what decides.

        ``part`` is where the mention that holds the date begins, or the date itself. ``after`` and ``before`` are the
        quotes of the sentence behind and before the date.
        """
        lexicon = self._lexicon
        unknown, names, light, occasion = 0, True, True, False
        floor = part - REACH
        while at and words[at - 1].start >= floor:
            word = words[at - 1]
            if self._passage.in_content(word.start):
                return self._contents.get(word.end, before) if occasion or unknown <= LONGEST_GAP else None
            if word.end in self._ends and word.start < part:
                number, is_cue = self._ends[word.end]
                return number if occasion or is_cue or unknown <= LONGEST_GAP else None
            if word.text in _BREAKS:
                if light or occasion:
                    break
                if not names:
                    return None
            if occasion or word.text in _BREAKS or word.text in _BRACKETS:
                at -= 1
                continue
            kind, size = self._kind_before(words, at, light)
            if kind in (lexicon.events, lexicon.away):
                return None
            at -= size
            if kind in (lexicon.speech, lexicon.meetings):
                occasion, light = True, False
                while determiners := self._phrase_before(words, at, lexicon.determiners):
                    at -= determiners
                away = self._phrase_before(words, at, lexicon.away)
                if away and not (
                    kind is lexicon.meetings and _phrase_of(words[at - away : at]) in lexicon.after_meeting
                ):
                    return None
            elif light and kind in (lexicon.light, lexicon.conjunctions):
                if words[at].text[0].isupper():
                    break
            else:
                light = False
                unknown += size
                if unknown > LONGEST_LEAD:
                    return None
                names = names and all(word.text[0].isupper() for word in words[at : at + size])
        if not (light or occasion):
            return None
        return before if after is None and occasion else after

    def _kind_before(self, words: list[_Word], at: int, light: bool) -> tuple[frozenset[Phrase] | None, int]:
        """The list with the longest phrase that ends before word ``at``, and its length; (None, 1) for none."""
        lexicon = self._lexicon
        if words[at - 1].lower not in lexicon.last_words:
            return None, 1
        lists = [lexicon.other, lexicon.speech, lexicon.meetings, lexicon.events]
        lists = [lexicon.light, lexicon.conjunctions, *lists, lexicon.away] if light else lists
        sizes = [self._phrase_before(words, at, phrases) for phrases in lists]
        size = max(sizes)
        return (lists[sizes.index(size)], size) if size else (None, 1)

    @staticmethod
    def _phrase(words: list[_Word], first: int, phrases: frozenset[Phrase]) -> int:
        """Number of words of the longest phrase that begins at ``first``; 0 for none."""
        window = _phrase_of(words[first : first + LONGEST_PHRASE])
        return next((n for n in range(len(window), 0, -1) if window[:n] in phrases), 0)

    @staticmethod
    def _phrase_before(words: list[_Word], last: int, phrases: frozenset[Phrase]) -> int:
        """Number of words of the longest phrase that ends just before ``last``; 0 for none."""
        window = _phrase_of(words[max(0, last - LONGEST_PHRASE) : last])
        return next((n for n in range(len(window), 0, -1) if window[-n:] in phrases), 0)


def _home(quote: QuoteParts, passage: Passage) -> Offsets | None:
    """The part whose sentence is the quote's: its cue, if mention or content stands there too, else its content."""
    content = quote.contents[0] if quote.contents else None
    if quote.cue is None:
        return content
    others = [span for span in (quote.mention, content) if span is not None]
    sentence = passage.sentence_start(quote.cue[0])
    return quote.cue if any(passage.sentence_start(span[0]) == sentence for span in others) else content


def _phrase_of(words: list[_Word]) -> Phrase:
    return tuple(word.lower for word in words)
