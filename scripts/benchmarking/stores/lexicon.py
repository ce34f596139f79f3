"""The lists in ``words.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path


@cache
def lists(table: str) -> dict[str, list[str]]:
    """The lists of one table by name; a list of single words may be written as one text."""
    data = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    return {name: value.split() if isinstance(value, str) else value for name, value in data[table].items()}
