"""The people of one article and how much each of them stands out at a given place."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple, Protocol

from rapidfuzz.distance import Levenshtein

from ainoi.resolve.lexicon import Gender
from ainoi.resolve.registry import Person
from ainoi.resolve.scene import Scene
from ainoi.resolve.titles import Title

NAME_VARIANT_EDITS = 2
"""Letters by which two spellings of a first name may differ when the rest of the name is the same."""
SHORTEST_VARIANT = 4
"""Letters of the shortest first name that is compared so."""
VARIANTS = 40
"""Ways of writing one figure's name that are compared, the first ones."""
TITLES = 40
"""Titles of one figure that are learned from the article."""
SIGHTS = 6
"""Mentions of a figure that are looked at, the latest ones."""

NameKeys = tuple[str, ...]


class KnownPeople(Protocol):
    """What an article's figures ask the registry."""

    def person(self, name: str) -> Person | None:
        """The one person of this name or alias."""

    def resembling(self, name: str) -> Person | None:
        """The one person of this family name whose first name is spelled nearly so."""

    def titles(self, person: Person) -> Sequence[Title]:
        """The titles of the offices a person held at the article's date, and former ones as such."""


class Sight(NamedTuple):
    """One mention of a figure: the token it begins at, and what stands out about it."""

    token: int
    source: bool
    subject: bool
    quoted: bool


@dataclass(slots=True)
class Figure:
    """A person of the article; ``name`` is empty for somebody it leaves unnamed."""

    name: str
    keys: NameKeys
    variants: dict[NameKeys, None] = field(default_factory=dict)
    """The name's parts in every way of writing it that was met, in order."""
    person: Person | None = None
    gender: Gender = "any"
    honorifics: set[str] = field(default_factory=set)
    titles: list[Title] = field(default_factory=list)
    role: str | None = None
    sights: list[Sight] = field(default_factory=list)
    learned: int = 0
    """How many of the titles the article gave."""

    def learn(self, title: Title) -> None:
        """Take over a title that the article gives, of which there may be :data:`TITLES`."""
        if self.learned < TITLES and title not in self.titles:
            self.titles.append(title)
            self.learned += 1

    def see(self, sight: Sight) -> None:
        """Note one more mention; they come in the order of the text."""
        self.sights.append(sight)

    def named(self) -> Iterator[NameKeys]:
        """The first :data:`VARIANTS` ways of writing the name."""
        return islice(self.variants, VARIANTS)

    def suits(self, gender: Gender) -> bool:
        """Whether nothing known of the figure's gender speaks against ``gender``."""
        return "any" in (gender, self.gender) or gender == self.gender

    def seen(self, token: int) -> int:
        """The last token before ``token`` at which the figure is mentioned; -1 if it is not."""
        for sight in reversed(self.sights):
            if sight.token < token:
                return sight.token
        return -1


@dataclass(frozen=True, slots=True)
class Salience:
    """Weights of what makes an earlier person the one a pronoun means. Distances count sentences.

    Set by search on the training articles; a higher sum is a likelier antecedent.
    """

    source: float = 0.5
    subject: float = 1.4
    quoted: float = -3.5
    distance: float = -1.2
    farthest: int = 14
    gender: float = 0.6
    honorific: float = 0.3
    other_honorific: float = -0.3
    title: float = 4.5
    same_sentence_object: float = -5.0
    pointed_at: float = 0.25
    least_pointed_at: float = 0.01

    def of(self, figure: Figure, token: int, scene: Scene, *, gender: Gender, fits: bool) -> float:
        """How strongly ``figure`` stands out at ``token``; ``fits``: whether a title in the mention suits it."""
        here = scene.sentence_of(token)
        quoted = bool(scene.quoted[token]) if token < len(scene.quoted) else False
        best = self.distance * self.farthest + self.quoted
        for sight in figure.sights[-SIGHTS:]:
            if sight.token >= token:
                continue
            away = min(here - scene.sentence_of(sight.token), self.farthest)
            score = self.distance * away + self.source * sight.source + self.subject * sight.subject
            if sight.quoted and not quoted:
                score += self.quoted
            if away == 0 and not sight.subject:
                score += self.same_sentence_object
            best = max(best, score)
        if fits:
            best += self.title
        if gender != "any" and figure.gender == gender:
            best += self.gender
        return best

    def pointed(self, probability: float) -> float:
        """What the network says: the probability of all the figure's mentions together, as a weighted logarithm.

        What is less likely than ``least_pointed_at`` counts as that.
        """
        return self.pointed_at * math.log(max(probability, self.least_pointed_at))

    def address(self, figure: Figure, honorific: str) -> float:
        """How well a pronoun agrees with the way the figure is addressed elsewhere."""
        if not figure.honorifics:
            return 0.0
        return self.honorific if honorific in figure.honorifics else self.other_honorific


def same_person(one: NameKeys, other: NameKeys, suffixes: frozenset[str]) -> bool:
    """Whether two names are one: equal, one inside the other, or first names spelled differently.

    ``suffixes`` (*Jr.*) tell a son from his father: a name with one is never the same as a name without.
    """
    if one == other:
        return True
    if (one[-1] in suffixes) != (other[-1] in suffixes) or min(len(one), len(other)) < 2:
        return False
    if set(one) <= set(other) or set(other) <= set(one):
        return True
    if len(one) != len(other) or one[1:] != other[1:] or not one[0]:
        return False
    return nearly(one[0], other[0])


def nearly(one: str, other: str) -> bool:
    """Whether two foreign first names, folded, are spellings of one: the same first letter, few edits apart."""
    if one == other:
        return True
    if one[:1] != other[:1] or min(len(one), len(other)) < SHORTEST_VARIANT or not (one.isascii() and other.isascii()):
        return False
    return Levenshtein.distance(one, other, score_cutoff=NAME_VARIANT_EDITS) <= NAME_VARIANT_EDITS
