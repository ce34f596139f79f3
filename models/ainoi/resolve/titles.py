"""Compares titles: *the Russian leader* with *President of Russia*, *spokeswoman* with *press secretary*."""

from __future__ import annotations

from dataclasses import dataclass

from ainoi.resolve.lexicon import Lexicon
from ainoi.resolve.words import Words

EQUAL, NARROWER, WIDER, UNLIKE = 3, 2, 1, 0
"""How well a title fits another: the same, part of it, more than it, or not at all."""


@dataclass(frozen=True, slots=True)
class Title:
    """A title as what is held (``offices``) and what it belongs to (``owners``, countries by one name each)."""

    offices: frozenset[str]
    owners: frozenset[str]
    former: bool


class TitleReader:
    """Turns title words into comparable ``Title`` values."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def phrase(self, text: str) -> Title:
        """The title that ``text`` words."""
        words = Words.of(text, self._lexicon.spelling)
        return self.read(words, 0, len(words))

    def read(self, words: Words, first: int, last: int) -> Title:
        """The title in the tokens ``first`` to ``last``: its outermost office and what that belongs to."""
        offices, owners, former = set(), set(), False
        at = first
        outermost = True
        while at < last:
            head = self._lexicon.titles.match(words.keys, at)
            country = self._lexicon.countries.match(words.keys, at) if words.capital[at] else None
            then = self._lexicon.then.end(words.keys, at)
            if then > at:
                at, former = then, True
            elif country is not None:
                at, name = country
                owners.add(name)
            elif head is not None and head[0] <= last:
                phrase = " ".join(words.keys[at : head[0]])
                if head[1].kind == "former":
                    former = True
                elif head[1].kind in ("office", "role", "kin"):
                    if outermost:
                        offices.add(self._lexicon.same.get(phrase, phrase))
                        outermost = head[1].kind == "role"
                    else:
                        owners.add(self._lexicon.same.get(phrase, phrase))
                at = head[0]
            elif words.keys[at] in self._lexicon.links:
                outermost = False
                at += 1
            elif not words.forms[at][0].isalnum():
                at += 1
            elif (qualifier := self._lexicon.qualifiers.match(words.keys, at)) and not words.capital[at]:
                if qualifier[1] == "contested":
                    owners.update(words.keys[at : qualifier[0]])
                at = qualifier[0]
            else:
                if words.keys[at] not in self._lexicon.ignored_owners:
                    owners.add(words.keys[at])
                at += 1
        return Title(frozenset(offices), frozenset(owners), former)

    def fit(self, asked: Title, known: Title) -> int:
        """How well a person titled ``known`` can be called ``asked``: one of the constants of this module."""
        if not asked.offices or not known.offices:
            return UNLIKE
        if asked.offices.isdisjoint(known.offices) and not self._covered(asked, known):
            return UNLIKE
        if asked.former != known.former:
            return UNLIKE
        if asked.owners == known.owners:
            return EQUAL
        if asked.owners <= known.owners:
            return NARROWER
        if not known.owners:
            return WIDER
        return UNLIKE

    def _covered(self, asked: Title, known: Title) -> bool:
        covers = self._lexicon.covers
        return any(not known.offices.isdisjoint(covers.get(office, ())) for office in asked.offices)
