"""Which colour and which line each speaker of a page is shown by.

There are eight colours and four lines. Speakers of one line have colours that colour-blind readers tell apart too (a
test simulates it), and no two of the first 32 speakers share both. ``static/palette.css`` says what the colours are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

COLOURS = 8
LINES = ("solid", "dashed", "dotted", "double")


@dataclass(frozen=True, slots=True)
class Ink:
    """How one speaker is shown: ``colour`` from 1 to ``COLOURS``, or 0 for somebody without a name; a line."""

    colour: int
    line: str

    @property
    def classes(self) -> str:
        """The CSS classes that say so."""
        return f"c{self.colour} l-{self.line}"


NAMELESS = Ink(0, "dotted")
"""Of speakers whom the article does not name, or whom we cannot tell."""


def ink(place: int) -> Ink:
    """That of the speaker who is named ``place``-th on a page, from 0."""
    colour, turn = place % COLOURS, place // COLOURS
    return Ink(colour + 1, LINES[(colour + turn) % len(LINES)])


def inks(speakers: Iterable[str | None]) -> dict[str | None, Ink]:
    """That of each speaker, who are given by key in the order of the page; None is somebody without a name."""
    named = dict.fromkeys(key for key in speakers if key is not None)
    return {None: NAMELESS} | {key: ink(place) for place, key in enumerate(named)}
