"""What a mention is once it has been read: the value the readers of this package make and the resolver works with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ainoi.resolve.grammar import Head
from ainoi.resolve.lexicon import Gender

Form = Literal[
    "name",
    "role",
    "pronoun",
    "plural",
    "first",
    "organization",
    "document",
    "anaphor",
    "unnamed",
    "joint",
    "description",
]
"""``anaphor``: a noun for a body that points back. ``document``: a paper. ``description``: none of the others."""

TokenRange = tuple[int, int]
NO_NAME: TokenRange = (0, 0)


@dataclass(frozen=True, slots=True)
class ParsedMention:
    """A mention as tokens ``first`` to ``last`` (exclusive) of ``Words``; all ranges count tokens of that text."""

    first: int
    last: int
    form: Form
    name: TokenRange = NO_NAME
    """The name alone, without titles; empty where there is none. For ``organization`` what to call the body."""
    titles: tuple[TokenRange, ...] = ()
    """Title with what it belongs to, before the name or in apposition."""
    heads: tuple[Head, ...] = ()
    gender: Gender = "any"
    demonstrative: bool = False
    owner_named: bool = False
    """The name belongs to the owner of the office: *(lawyer) of Mr X*."""
    members: tuple[ParsedMention, ...] = ()
    """The parts of a ``joint`` mention."""

    @property
    def named(self) -> bool:
        """Whether the mention carries a name."""
        return self.name[0] < self.name[1]
