"""Finds mentions of people and organizations by words and capital letters alone, without a trained model.

It labels text for training the model's mention head, and stands in for that head where there is no model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ainoi.resolve.grammar import Grammar, PersonReading
from ainoi.resolve.lexicon import Lexicon
from ainoi.resolve.words import PhraseTable, Words

Label = Literal["person", "organization", "pronoun", "role"]

SENTENCE_ENDS = frozenset(".!?…:;\"“”'‘’«»-–—|•")


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """Half-open stretch of a text, in code points, that names or stands for somebody."""

    start: int
    end: int
    label: Label
    speaks: bool = False
    """Whether it looks like a source, though no quote was found for it."""


class NameFinder:
    """Finds mentions; ``known`` are phrases (names of people, bodies) that count wherever they stand."""

    def __init__(self, lexicon: Lexicon, known: Iterable[tuple[str, Label]] = ()) -> None:
        self._lexicon = lexicon
        known = list(known)
        self._grammar = Grammar(
            lexicon,
            bodies=(name for name, label in known if label == "organization"),
            people=(name for name, label in known if label == "person"),
        )
        self._known: PhraseTable[Label] = PhraseTable(known, lexicon.spelling)

    @classmethod
    def load(cls, pack: Path) -> NameFinder:
        """A finder with the words of the language pack in folder ``pack`` (raises ``RegistryError``)."""
        return cls(Lexicon.load(pack))

    def find(self, text: str) -> list[Mention]:
        """Mentions in ``text`` in order, not overlapping; a person's title is part of the mention."""
        return self.find_words(Words.of(text, self._lexicon.spelling))

    def find_words(self, words: Words) -> list[Mention]:
        """As ``find``, for a text already read."""
        found = list(self._scan(words))
        parts = self._name_parts(words, found)
        mentions = []
        for start, end, label in self._with_parts(words, found, parts):
            mentions.append(Mention(words.starts[start], words.ends[end - 1], label))
        return mentions

    def _scan(self, words: Words) -> Iterator[tuple[int, int, Label]]:
        """Mentions as token ranges, from left to right."""
        at, count = 0, len(words)
        while at < count:
            found = self._at(words, at)
            if found is None:
                at += 1
                continue
            end, label = found
            if label is not None:
                yield at, end, label
            at = end

    def _at(self, words: Words, at: int) -> tuple[int, Label | None] | None:
        """End and label of the mention at token ``at``; label None for words to be skipped, None for no mention."""
        keys, capital, lexicon = words.keys, words.capital, self._lexicon
        country = self._grammar.country(words, at)
        if country > at and not (country == at + 1 and self._begins(words, at) and self._honorific_name(words, at)):
            if self._grammar.name(words, at) > country and not self._grammar.place(words, country) > country:
                foreign = not lexicon.native(keys[country]) and lexicon.native(keys[at])
                return (country, None) if foreign else self._capitals(words, at)
            return country, "organization" if self._acts(words, at) else None
        reading = self._grammar.person(words, at)
        if reading is not None and (label := self._person_label(words, reading)) is not None:
            return reading.end, label
        head = lexicon.heads.match(keys, at)
        if head is not None and head[0] == at + 1 and not capital[at] and at > 0 and capital[at - 1]:
            return None
        if head is not None and head[1] == "document":
            return head[0], None
        if (body := self._grammar.organization(words, at)) > at:
            return body, "organization" if not self._indefinite(words, at) or capital[at] else None
        if (pointed := self._pointed(words, at)) > at:
            return pointed, "organization"
        pronoun = lexicon.pronouns.match(keys, at)
        if pronoun is not None and not pronoun[1].kind.startswith("first"):
            if self._stands_alone(words, at, pronoun[0]):
                return pronoun[0], "pronoun"
            return pronoun[0], None
        if (known := self._known.match(keys, at)) is not None and capital[at]:
            return known
        return self._capitals(words, at)

    def _pointed(self, words: Words, at: int) -> int:
        """End of a noun for a body and the demonstrative after it; ``at`` if there is none."""
        noun = self._lexicon.anaphors.end(words.keys, at)
        if noun == at or noun >= len(words):
            return at
        end = self._lexicon.demonstratives.end(words.keys, noun)
        return end if end > noun else at

    def _honorific_name(self, words: Words, at: int) -> bool:
        title = self._lexicon.titles.match(words.keys, at)
        return title is not None and title[1].kind == "honorific" and title[0] < len(words) and words.capital[title[0]]

    def _person_label(self, words: Words, reading: PersonReading) -> Label | None:
        kinds = {head.word.kind for head in reading.heads}
        if reading.named:
            return "role" if reading.owner_named else "person"
        if reading.heads[-1].word.kind in ("honorific", "kin") and not reading.titled:
            return None
        if reading.titled and (reading.complemented or reading.demonstrative or kinds & {"modifier", "former"}):
            return "role" if reading.demonstrative or not self._indefinite(words, reading.start) else None
        return None

    def _indefinite(self, words: Words, at: int) -> bool:
        """Whether the word before ``at`` says that one or some of many are meant."""
        return any(
            at >= length and self._lexicon.determiners.end(words.keys, at - length) == at for length in (1, 2, 3)
        )

    def _begins(self, words: Words, at: int) -> bool:
        """Whether a sentence or line begins at ``at``."""
        return at == 0 or words.forms[at - 1] in SENTENCE_ENDS or not words.same_line(at - 1)

    def _acts(self, words: Words, at: int) -> bool:
        """Whether a country at ``at`` is spoken of as one who acts and not as a place."""
        if self._begins(words, at) or words.forms[at - 1] == ",":
            return True
        return words.keys[at - 1] in self._lexicon.actor_before

    def _stands_alone(self, words: Words, at: int, end: int) -> bool:
        """Whether a pronoun is a word of its own and no name follows."""
        if words.capital[at] and not self._begins(words, at):
            return False
        if at > 0 and words.keys[at - 1] in self._lexicon.not_after and not self._begins(words, at):
            return False
        if end >= len(words):
            return True
        return end - at > 1 or not (words.keys[end] in self._lexicon.not_before or words.capital[end])

    def _capitals(self, words: Words, at: int) -> tuple[int, Label | None] | None:
        """A bare run of capitalised words: a person from two words on, unless it is a place."""
        if not words.capital[at] or not words.forms[at][0].isalpha():
            return None
        if self._begins(words, at) and words.keys[at] in self._lexicon.sentence_starts:
            return None
        if (place := self._grammar.place(words, at)) > at and place >= self._grammar.name(words, at):
            return place, None
        end = self._grammar.name(words, at)
        letters = sum(words.forms[index][0].isalpha() for index in range(at, end))
        acronym = all(form.isupper() and len(form) > 1 for form in words.forms[at:end] if form[0].isalpha())
        if acronym and self._lexicon.not_organizations.isdisjoint(words.keys[at:end]):
            return end, "organization"
        if letters < 2 or acronym:
            return (end, None) if letters > 1 else None
        if at > 0 and self._lexicon.place_words.end(words.keys, at - 1) == at:
            return end, None
        return end, "person"

    def _name_parts(self, words: Words, found: list[tuple[int, int, Label]]) -> frozenset[str]:
        """Single words that stand for a person found: the last of a name, and every foreign one."""
        parts: set[str] = set()
        for start, end, label in found:
            if label != "person":
                continue
            reading = self._grammar.person(words, start)
            first = reading.name_start if reading is not None and reading.end == end else start
            names = [index for index in range(first, end) if words.forms[index][0].isalpha() and words.capital[index]]
            parts.update(words.forms[index] for index in names if not self._lexicon.native(words.keys[index]))
            parts.update(words.forms[index] for index in names[-1:])
        return frozenset(part for part in parts if len(part) > 1)

    def _with_parts(
        self, words: Words, found: list[tuple[int, int, Label]], parts: frozenset[str]
    ) -> Iterator[tuple[int, int, Label]]:
        """The mentions found and, between them, single capitalised words that are parts of names found."""
        at = 0
        for start, end, label in [*found, (len(words), len(words), "person")]:
            while at < start:
                if words.forms[at] in parts and words.capital[at] and self._alone(words, at):
                    yield at, at + 1, "person"
                at += 1
            if start < end:
                yield start, end, label
            at = max(at, end)

    def _alone(self, words: Words, at: int) -> bool:
        """Whether the capitalised word at ``at`` is no part of a longer run or a place."""
        if self._grammar.place(words, at) > at or self._grammar.name(words, at) != at + 1:
            return False
        if self._begins(words, at) and self._lexicon.native(words.keys[at]):
            return False
        if at > 0 and self._lexicon.place_words.end(words.keys, at - 1) == at:
            return False
        return not (at > 0 and words.capital[at - 1] and words.same_line(at - 1))
