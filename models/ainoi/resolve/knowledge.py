"""Everything the resolver knows before it sees an article: words, names, titles, and who held which office when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from ainoi.resolve.dates import period
from ainoi.resolve.figures import Salience, nearly
from ainoi.resolve.grammar import Grammar
from ainoi.resolve.lexicon import Lexicon
from ainoi.resolve.mentions import MentionReader
from ainoi.resolve.registry import Person, Registry, fold
from ainoi.resolve.titles import Title, TitleReader
from ainoi.resolve.words import Words


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Immutable; made once for a registry and a language pack, shared by all articles."""

    registry: Registry
    lexicon: Lexicon
    grammar: Grammar
    reader: MentionReader
    titles: TitleReader
    salience: Salience
    outlets: frozenset[str]
    """Lower-case names of the registry's outlets, words joined by single spaces."""
    office_titles: Mapping[str, tuple[Title, ...]]
    """Every way to word an office, by the office's id."""
    offices: Mapping[Title, tuple[str, ...]]
    """The ids of the offices that a title words."""

    @classmethod
    def of(cls, registry: Registry, lexicon: Lexicon, salience: Salience) -> Self:
        """Index the registry with the words of the lexicon."""
        grammar = Grammar(
            lexicon,
            bodies=(name for name, kind in registry.names() if kind == "organization"),
            people=(name for name, kind in registry.names() if kind == "person"),
        )
        titles = TitleReader(lexicon)
        office_titles = {
            office.id: tuple(dict.fromkeys(titles.phrase(name) for name in office.names))
            for office in registry.offices.values()
        }
        offices: dict[Title, tuple[str, ...]] = {}
        for office, wordings in office_titles.items():
            for title in wordings:
                offices[title] = (*offices.get(title, ()), office)
        outlets = [body for body in registry.organizations.values() if body.type == "outlet"]
        return cls(
            registry=registry,
            lexicon=lexicon,
            grammar=grammar,
            reader=MentionReader(lexicon, grammar),
            titles=titles,
            salience=salience,
            outlets=frozenset(
                " ".join(Words.of(name, lexicon.spelling).keys)
                for body in outlets
                for name in (body.name, *body.aliases)
            ),
            office_titles=office_titles,
            offices=offices,
        )


@dataclass(frozen=True, slots=True)
class DatedPeople:
    """The registry's people as they stand at an article's date."""

    knowledge: Knowledge
    date: str | None

    def person(self, name: str) -> Person | None:
        """The one person of this name or alias; None for nobody and for several."""
        found = self.knowledge.registry.find_people(name) if name else ()
        return found[0] if len(found) == 1 else None

    def resembling(self, name: str) -> Person | None:
        """The one person known by the last word of ``name`` whose first name is spelled nearly as its first word."""
        parts = fold(name).split()
        if not 1 < len(parts) < 4 or self.knowledge.lexicon.native(parts[0]):
            return None
        person = self.person(parts[-1])
        return person if person is not None and nearly(parts[0], fold(person.name).split()[0]) else None

    def titles(self, person: Person) -> list[Title]:
        """The titles of the offices a person held at the date or, where there is none, ever; former ones marked so."""
        days = period(self.date)
        titles: list[Title] = []
        for tenure in person.offices:
            first, last = tenure.days
            if days is None or first <= days[1]:
                former = days is not None and last < days[0]
                titles.extend(
                    replace(title, former=True) if former else title
                    for title in self.knowledge.office_titles.get(tenure.office, ())
                )
        return titles
