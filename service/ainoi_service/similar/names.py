"""Places and bodies that a text names, under whatever name: *Moscow* is *Nga* in the news."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Self

import regex

_START = regex.compile(r"(?:^|[.!?…:“\"\n(])\s*\P{L}*$")
_CAPITALISED = regex.compile(r"\b\p{Lu}[\p{L}\p{M}\p{N}]*+")


@dataclass(frozen=True)
class NameLexicon:
    """What ``names.toml`` holds, ready to be searched for.

    ``led_by``: the line of the place that a person speaks for.
    """

    group_of: dict[str, int]
    pattern: regex.Pattern[str]
    ambiguous: frozenset[str]
    led_by: dict[str, int]
    first_person: regex.Pattern[str]

    @classmethod
    def read(cls, text: str) -> Self:
        """Parse the file. Raises ValueError for a name in two lines."""
        data = tomllib.loads(text)
        group_of: dict[str, int] = {}
        for number, names in enumerate(data["same"]):
            for name in names:
                if name in group_of:
                    raise ValueError(f"{name!r} stands in two lines")
                group_of[name] = number
        longest_first = sorted(group_of, key=len, reverse=True)
        return cls(
            group_of=group_of,
            pattern=regex.compile(rf"(?<!\p{{Lu}}\p{{L}}*\s)\b(?:{'|'.join(map(regex.escape, longest_first))})\b"),
            ambiguous=frozenset(data["ambiguous"]),
            led_by={
                leader: group_of[place] for place, leaders in data.get("leaders", {}).items() for leader in leaders
            },
            first_person=regex.compile(
                rf"\b(?:{'|'.join(map(regex.escape, data['first_person']))})\b", regex.IGNORECASE
            ),
        )


@dataclass(frozen=True)
class Names:
    """``groups``: numbers of the lexicon's lines; ``others``: further capitalised words, lower-cased; ``first_person``:
    whether somebody speaks of themselves or of a place without its name; ``led``: the lines of the places for which
    somebody of ``others`` speaks."""

    groups: frozenset[int]
    others: frozenset[str]
    first_person: bool
    led: frozenset[int] = frozenset()


@cache
def lexicon() -> NameLexicon:
    """The lexicon that comes with the service."""
    return NameLexicon.read(files(__package__).joinpath("names.toml").read_text(encoding="utf-8"))


def names(text: str, known: NameLexicon | None = None) -> Names:
    """What ``text`` (NFC) names."""
    known = lexicon() if known is None else known
    groups = set()
    covered: list[tuple[int, int]] = []
    for match in known.pattern.finditer(text):
        if match.group() in known.ambiguous and begins_sentence(text, match.start()):
            continue
        groups.add(known.group_of[match.group()])
        covered.append(match.span())
    others = {
        match.group().lower()
        for match in _CAPITALISED.finditer(text)
        if not any(start <= match.start() < end for start, end in covered) and not begins_sentence(text, match.start())
    }
    led = frozenset(known.led_by[name] for name in others if name in known.led_by)
    return Names(frozenset(groups), frozenset(others), known.first_person.search(text) is not None, led)


def begins_sentence(text: str, at: int) -> bool:
    """Whether what stands at ``at`` has a capital for that alone."""
    return _START.search(text, max(0, at - 8), at) is not None


def disagree(a: Names, b: Names) -> bool:
    """Whether each names a place or body that the other does not; the *we* of one may stand for one place that only the
    other names."""
    only_a, only_b = len(a.groups - b.groups - b.led), len(b.groups - a.groups - a.led)
    if a.first_person and not b.first_person:
        only_b -= 1
    if b.first_person and not a.first_person:
        only_a -= 1
    return only_a > 0 and only_b > 0
