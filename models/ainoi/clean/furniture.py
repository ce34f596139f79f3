"""What in a text is not the article's own: date lines, credits, menus, tags and lists of related articles.

Captions and repeated passages are recognised too, but they are read like any other text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal, Self

Kind = Literal["date_line", "credit", "menu", "tags", "related", "caption"]

EXCLUDED: frozenset[Kind] = frozenset({"date_line", "credit", "menu", "tags", "related"})
"""Kinds of block in which nothing is a quote."""

LONGEST_MENU_LINE = 60
"""Characters; a line of a menu or a heading is no longer."""

LONGEST_TEASER = 600
"""Characters of the headline and the first words of another article."""


@dataclass(frozen=True)
class Block:
    """A half-open stretch of the text that is furniture or a caption."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True)
class Furniture:
    """The patterns of one language, read from ``furniture.toml``; every pattern is matched against one line.

    ``teaser`` is looked for inside the last one.
    """

    date_line: re.Pattern[str]
    credit: re.Pattern[str]
    inline_credit: re.Pattern[str]
    caption: re.Pattern[str]
    tags: re.Pattern[str]
    teaser: re.Pattern[str]
    related: frozenset[str]
    menu: frozenset[str]

    @classmethod
    def load(cls, folder: Traversable | Path) -> Self:
        """Read the language pack in ``folder``. Raises KeyError for a missing entry, re.error for a wrong pattern."""
        data = tomllib.loads((folder / "furniture.toml").read_text(encoding="utf-8"))
        patterns = {
            name: _any_of(data["patterns"][name]) for name in ("date_line", "credit", "caption", "tags", "teaser")
        }
        return cls(
            **patterns,
            inline_credit=_any_of(data["patterns"]["inline_credit"]),
            related=frozenset(line.casefold() for line in data["lines"]["related"]),
            menu=frozenset(line.casefold() for line in data["lines"]["menu"]),
        )

    def find(self, text: str) -> list[Block]:
        """All blocks of ``text`` in order of their start."""
        return sorted(self._blocks(text), key=lambda block: block.start)

    def _blocks(self, text: str) -> Iterator[Block]:
        teaser = self._teaser(text)
        start = 0
        for line in text.split("\n"):
            if start == teaser:
                yield Block("related", start, len(text))
                return
            end = start + len(line)
            if (date := self.date_line.match(line)) and date.end():
                yield Block("date_line", start, start + date.end())
            stripped = line.strip()
            if stripped:
                if stripped.casefold().rstrip(":") in self.related:
                    yield Block("related", start, len(text))
                    return
                if stripped.casefold() in self.menu:
                    yield Block("menu", start, end)
                elif self.tags.fullmatch(stripped):
                    yield Block("tags", start, end)
                elif self.credit.fullmatch(stripped):
                    yield Block("credit", start, end)
                else:
                    yield from self._in_line(line, start)
            start = end + 1

    def _teaser(self, text: str) -> int | None:
        """Where the last line begins, if it leads to another article; not in a text whose lines all lose blanks."""
        start = text.rstrip().rfind("\n") + 1
        short = start > 0 and len(text) - start <= LONGEST_TEASER
        found = short and self.teaser.search(text, start) and not self.teaser.search(text, 0, start)
        return start if found else None

    def _in_line(self, line: str, start: int) -> Iterator[Block]:
        if self.caption.search(line):
            yield Block("caption", start, start + len(line))
        for match in self.inline_credit.finditer(line):
            yield Block("credit", start + match.start(), start + match.end())


def _any_of(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
