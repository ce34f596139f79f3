"""A date as the text writes it, and the words of ``dates.toml`` by which one is read.

Part one of the file, on what a date looks like; part two is `ainoi.attribution.occasions`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeVar

Phrase = tuple[str, ...]
V = TypeVar("V")


class Unit(StrEnum):
    """What a date counts in."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class DateExpression(NamedTuple):
    """A date as the text writes it, at ``start:end``; None is what it leaves open.

    ``unit`` is its precision, ``weekday`` is 0 for Monday. ``ago`` counts units back from the article's date, 0 being
    *this* one: *tháng 10 năm ngoái* is month 10 of the year one ``YEAR`` ago. ``later`` counts days from the day
    that the text named last.
    """

    start: int
    end: int
    unit: Unit
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    ago: tuple[Unit, int] | None = None
    later: int | None = None


@dataclass(frozen=True)
class DateLexicon:
    """The words of ``dates.toml``; a phrase is a tuple of lower-case words."""

    day_words: frozenset[str]
    parts_of_day: frozenset[Phrase]
    not_a_date: frozenset[Phrase]
    to_come: frozenset[Phrase]
    to_come_after_weekday: frozenset[Phrase]
    stretch: frozenset[str]
    not_after: frozenset[str]
    before_weekday: frozenset[str]
    months: Mapping[Phrase, int]
    weekdays: Mapping[Phrase, int]
    ordinals: frozenset[Phrase]
    """The days of the week that are ordinal numbers too: *thứ ba*, the third."""
    ago: Mapping[Phrase, tuple[Unit, int]]
    ago_after_part: Mapping[Phrase, int]
    counted_ago: frozenset[str]
    not_after_counted: frozenset[str]
    later: Mapping[Phrase, int]
    counted_later: Mapping[Phrase, int]
    counts: Mapping[str, int]
    units: Mapping[str, Unit]
    begins: re.Pattern[str]
    """Finds every place where a date can begin."""

    @classmethod
    def load(cls, folder: Traversable | Path) -> Self:
        """Read ``dates.toml`` of a language folder.

        Raises ``OSError`` if it cannot be read, ``KeyError`` if an entry is missing, ``ValueError`` if a unit is none.
        """
        data: dict[str, Any] = tomllib.loads((folder / "dates.toml").read_text(encoding="utf-8"))
        reading, ago, later = data["reading"], data["ago"], data["later"]
        units = {word: Unit(unit) for word, unit in data["units"].items()}
        parts = _phrases(reading["parts_of_day"])
        ordinals = _keys(data["ordinals"])
        weekdays = _keys(data["weekdays"]) | ordinals
        relative = {phrase: (unit, back) for unit in Unit for phrase, back in _keys(ago[unit]).items()}
        same = _keys({phrase: days for phrase, days in later.items() if phrase != "counted"})
        firsts = {*reading["day_words"], *units, *(phrase[0] for phrase in (*parts, *weekdays, *relative, *same))}
        forms = {re.escape(form) for word in firsts for form in (word, word.capitalize(), word.upper())}
        return cls(
            day_words=frozenset(reading["day_words"]),
            parts_of_day=parts,
            not_a_date=_phrases(reading["not_a_date"]),
            to_come=_phrases(reading["to_come"]),
            to_come_after_weekday=_phrases(reading["to_come_after_weekday"]),
            stretch=frozenset(reading["stretch"]),
            not_after=frozenset(reading["not_after"]),
            before_weekday=frozenset(reading["before_weekday"]),
            months=_keys(data["months"]),
            weekdays=weekdays,
            ordinals=frozenset(ordinals),
            ago=relative,
            ago_after_part=_keys(ago["after_part"]),
            counted_ago=frozenset(ago["counted"]["words"]),
            not_after_counted=frozenset(ago["counted"]["not_before"]),
            later=same,
            counted_later=_keys(later["counted"]),
            counts=data["counts"],
            units=units,
            begins=re.compile(rf"(?<!\w)(?:{'|'.join(sorted(forms))})\b|\((?=\d)"),
        )


def _phrases(phrases: list[str]) -> frozenset[Phrase]:
    return frozenset(tuple(phrase.split()) for phrase in phrases)


def _keys(mapping: Mapping[str, V]) -> dict[Phrase, V]:
    return {tuple(phrase.split()): value for phrase, value in mapping.items()}
