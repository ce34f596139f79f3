"""The words of the interface: Vietnamese and English, from data files, and which of them a reader gets."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from markupsafe import Markup, escape

LANGUAGES: Mapping[str, str] = MappingProxyType({"vi": "Tiếng Việt", "en": "English"})
"""Code to name; the first is the default."""
DEFAULT = "vi"


@dataclass(frozen=True, slots=True)
class Texts:
    """The interface in one language. Call it with a key, as in ``t("lookup.title")``."""

    language: str
    words: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The words under ``key``, with ``{placeholders}`` filled in. Raises ``KeyError`` for an unknown key."""
        text = self.words[key]
        return text.format_map(values) if values else text

    def rich(self, key: str, **values: object) -> Markup:
        """The same as HTML: the words may hold markup, the values are escaped."""
        return Markup(self.words[key]).format_map({name: escape(value) for name, value in values.items()})

    def count(self, key: str, number: int) -> str:
        """``number`` things: the words under ``key.one`` or ``key.many``."""
        return self.words[f"{key}.one" if number == 1 else f"{key}.many"].format(n=self.number(number))

    def number(self, number: int) -> str:
        """A whole number with the language's mark between thousands."""
        return f"{number:,}".replace(",", self.words["format.thousands"])

    def percent(self, probability: float) -> str:
        """A probability in whole per cent, never rounded to a certainty that it is not."""
        return (
            f"{min(max(round(probability * 100), 1 if probability > 0 else 0), 100 if probability >= 1 else 99)}\u00a0%"
        )

    def date(self, date: str | None) -> str:
        """``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD`` or an ISO time as people write it; anything else as it is."""
        parts = (date or "").partition("T")[0].split("-")
        if not all(part.isascii() and part.isdigit() for part in parts) or len(parts[0]) != 4 or len(parts) > 3:
            return date or ""
        if len(parts) > 1 and not 1 <= int(parts[1]) <= 12:
            return date or ""
        values = {"year": parts[0], "month": "", "name": "", "day": ""}
        if len(parts) > 1:
            values |= {"month": str(int(parts[1])), "name": self.words[f"month.{int(parts[1])}"]}
        if len(parts) > 2:
            values["day"] = str(int(parts[2]))
        return self.words[f"format.date{len(parts)}"].format_map(values)


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Nested tables as one, with dotted keys."""
    flat: dict[str, str] = {}
    for key, value in table.items():
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return flat


@cache
def texts(language: str) -> Texts:
    """The interface in ``language``, one of ``LANGUAGES``."""
    table = tomllib.loads((files(__package__) / "texts" / f"{language}.toml").read_text("utf-8"))
    return Texts(language, MappingProxyType(_flat(table)))


def chosen(asked: str | None, cookie: str | None, accepted: str | None) -> str:
    """The language for a reader: the one asked for in the address, else the one kept, else the browser's.

    ``accepted`` is an ``Accept-Language`` header.
    """
    for code in (asked, cookie):
        if code is not None and code in LANGUAGES:
            return code
    wishes: list[tuple[float, int, str]] = []
    for place, wish in enumerate((accepted or "").split(",")[:20]):
        tag, _, weight = wish.partition(";")
        wishes.append((-_weight(weight), place, tag.strip().lower().partition("-")[0]))
    return next((code for weight, _, code in sorted(wishes) if code in LANGUAGES and weight < 0), DEFAULT)


def _weight(parameter: str) -> float:
    """The number in ``q=0.8``; 1 without one, 0 for what is none."""
    name, _, value = parameter.strip().partition("=")
    if name != "q":
        return 1.0
    digits = value.replace(".", "", 1)
    return float(value) if digits.isascii() and digits.isdigit() else 0.0
