"""Who is quoted in the made-up articles, how they are named there, and who prints it.

The people and bodies of the registry speak most, a few of them again and again; behind them stands a long tail of
made-up persons, of whom most are quoted once or twice. The shares are those of real articles.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

from ainoi import Speaker
from ainoi.resolve.registry import Registry
from ainoi.schema import Candidate, Method, SpeakerKind
from ainoi_service.search.folding import fold
from benchmarking.stores.lexicon import lists

T = TypeVar("T")

UNNAMED_SHARE, REGISTRY_SHARE, COUNTRY_SHARE, LOCAL_SHARE = 0.125, 0.385, 0.066, 0.04
"""Of the quotes: no name given; somebody of the registry; a country; part of a name. The others are made-up persons."""
MADE_UP = 40_000
ALTERNATIVES = 0.1
"""Share of the quotes with another speaker who was considered."""


@dataclass(frozen=True, slots=True)
class Role:
    """Somebody who speaks in an article: the speaker as a quote has it, and ways in which the text names him."""

    speaker: Speaker
    mentions: tuple[tuple[Method, str], ...]

    def named(self, rng: Random) -> tuple[str, Speaker]:
        """The words of one mention, and the speaker as found by it."""
        method, words = rng.choice(self.mentions)
        return words, self.speaker.model_copy(update={"method": method})


class Tail(Generic[T]):
    """Values of which the first are drawn often and the last hardly ever: by ``1 / (rank + offset) ** steepness``."""

    def __init__(self, values: Sequence[T], *, steepness: float = 1.0, offset: float = 1.0) -> None:
        if not values:
            raise ValueError("there must be something to draw")
        self.values = values
        self._sums = list(accumulate((rank + offset) ** -steepness for rank in range(len(values))))

    def draw(self, rng: Random) -> T:
        """One value."""
        return self.values[min(bisect(self._sums, rng.random() * self._sums[-1]), len(self.values) - 1)]


class Cast:
    """Draws speakers and outlets."""

    def __init__(self, registry: Registry, rng: Random) -> None:
        known = [_person(one.id, one.name, one.aliases, one.wikidata, rng) for one in registry.people.values()]
        known += [_body(one.id, one.name, one.aliases, one.wikidata) for one in registry.organizations.values()]
        rng.shuffle(known)
        countries = [
            _body(f"country:{one.id}", one.name, (*one.names, *one.capitals), None)
            for one in registry.countries.values()
        ]
        outlets = [one.name for one in registry.organizations.values() if one.type == "outlet"]
        papers = [f"{kind} {name}" for name in lists("outlets")["names"] for kind in lists("outlets")["kinds"]]
        rng.shuffle(papers)
        self._known = Tail(known, offset=1.5)
        self._countries = Tail(countries, offset=1.5)
        self._made_up = Tail([_made_up(rng) for _ in range(MADE_UP)], steepness=0.8, offset=20.0)
        self.channels = Tail(outlets)
        self.papers = Tail(papers)

    def role(self, rng: Random) -> Role:
        """Somebody who speaks in an article."""
        kind = rng.random()
        for share, draw in (
            (UNNAMED_SHARE, _unnamed),
            (REGISTRY_SHARE, self._known.draw),
            (COUNTRY_SHARE, self._countries.draw),
            (LOCAL_SHARE, _local),
        ):
            if kind < share:
                return draw(rng)
            kind -= share
        return self._made_up.draw(rng)

    def considered(self, rng: Random) -> tuple[Candidate, ...]:
        """Who else a quote's speaker may be: mostly nobody."""
        if rng.random() >= ALTERNATIVES:
            return ()
        other = self._known.draw(rng).speaker
        assert other.name is not None
        return (Candidate(id=other.id, name=other.name, kind=other.kind, confidence=round(0.3 * rng.random(), 3)),)


def _person(id: str, name: str, aliases: Sequence[str], wikidata: str | None, rng: Random) -> Role:
    words = lists("mentions")
    title, role = rng.choice(words["titles"]), rng.choice(words["roles"])
    speaker = Speaker(
        id=id, name=name, kind=SpeakerKind.PERSON, role=role, wikidata=wikidata, method=Method.NAME, confidence=0.97
    )
    last = name.split()[-1]
    mentions = [(Method.NAME, f"{title} {name}")] * 3
    mentions += [
        (Method.PART_OF_NAME, f"ông {last}"),
        (Method.PRONOUN, rng.choice(words["pronouns"])),
        (Method.ROLE, role),
    ]
    mentions += [(Method.ALIAS, alias) for alias in aliases[:1]]
    return Role(speaker, tuple(mentions))


def _body(id: str, name: str, aliases: Sequence[str], wikidata: str | None) -> Role:
    speaker = Speaker(
        id=id, name=name, kind=SpeakerKind.ORGANIZATION, wikidata=wikidata, method=Method.NAME, confidence=0.95
    )
    return Role(speaker, ((Method.NAME, name), *((Method.ALIAS, alias) for alias in aliases[:1])))


def _made_up(rng: Random) -> Role:
    parts = lists("names")
    if rng.random() < 0.6:
        name = " ".join(rng.choice(parts[part]) for part in ("family", "middle", "given"))
    else:
        name = rng.choice(parts["first"]) + " " + rng.choice(parts["last_starts"]) + rng.choice(parts["last_ends"])
    return _person(f"name:{fold(name)}", name, (), None, rng)


def _local(rng: Random) -> Role:
    name = rng.choice(lists("names")["given"])
    speaker = Speaker(
        id=f"article:{fold(name)}", name=name, kind=SpeakerKind.PERSON, method=Method.PART_OF_NAME, confidence=0.7
    )
    return Role(speaker, ((Method.PART_OF_NAME, f"anh {name}"), (Method.PART_OF_NAME, f"chị {name}")))


def _unnamed(rng: Random) -> Role:
    speaker = Speaker(kind=SpeakerKind.UNNAMED, confidence=0.9)
    return Role(speaker, ((Method.NONE, rng.choice(lists("mentions")["unnamed"])),))
