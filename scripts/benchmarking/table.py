"""How a section shows what it measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Protocol


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, the figure with its unit, and what one must know to read it."""

    what: str
    figure: str
    note: str = ""


class Section(Protocol):
    """What one measurement gives: a frozen dataclass of plain values in SI units (seconds, bytes)."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def rows(self) -> Iterator[Row]:
        """The figures for a person."""


def table_lines(title: str, rows: Sequence[Row]) -> Iterator[str]:
    """A section as lines of text under its title, and an empty line."""
    yield title
    what = max((len(row.what) for row in rows), default=0)
    figure = max((len(row.figure) for row in rows), default=0)
    for row in rows:
        yield f"  {row.what:{what}}  {row.figure:>{figure}}  {row.note}".rstrip()
    yield ""


def as_json(section: Section) -> dict[str, Any]:
    """A section's fields as JSON values, and its properties, which follow from them."""
    derived = [name for name, value in vars(type(section)).items() if isinstance(value, property)]
    return {**asdict(section), **{name: getattr(section, name) for name in derived}}
