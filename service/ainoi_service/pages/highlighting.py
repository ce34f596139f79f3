"""A text and the marks on it, which may nest and overlap, as paragraphs of properly nested pieces.

HTML elements nest; spans of quotes, cues and mentions need not. So a mark is cut wherever another one, or a paragraph,
ends inside it. Two laws hold: the pieces' text, joined, is the text; within a paragraph every opening has its closing.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

MarkKind = Literal["content", "cue", "mention", "hit"]
_RANK: dict[MarkKind, int] = {"content": 0, "mention": 1, "cue": 2, "hit": 3}
"""Of marks on the same words the first is outermost."""

HIGHEST = 3
"""Levels of nesting that a mark's ``height`` tells apart."""

_PARAGRAPH = re.compile(r"[^\n]*\n*")


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch ``[start, end)`` of the text, in code points. ``quote`` says to which quote it belongs (its number);
    ``part`` counts the spans of one content from 0, ``last`` is its last one."""

    start: int
    end: int
    kind: MarkKind
    quote: int = 0
    part: int = 0
    last: bool = True


@dataclass(frozen=True, slots=True)
class Opening:
    """Here a mark begins (``first``), or goes on after it was cut. ``height``: levels of contents in it."""

    mark: Mark
    first: bool
    height: int


@dataclass(frozen=True, slots=True)
class Closing:
    """Here a mark ends (``last``), or is cut."""

    mark: Mark
    last: bool


@dataclass(frozen=True, slots=True)
class Words:
    """Text between two borders of marks; never empty."""

    text: str


Piece = Opening | Closing | Words


def _within(marks: Iterable[Mark], length: int) -> list[Mark]:
    """The marks that hold any text at all, outer ones before the inner, in the order in which they open."""
    kept = [mark for mark in marks if 0 <= mark.start < mark.end <= length]
    return sorted(kept, key=lambda mark: (mark.start, -mark.end, _RANK[mark.kind], mark.quote))


def _heights(marks: Sequence[Mark]) -> dict[Mark, int]:
    """How many levels of contents lie over one another on each mark, counted up to ``HIGHEST``; 0 for a plain one."""
    heights = dict.fromkeys(marks, 0)
    around: list[Mark] = []
    for mark in marks:
        around = [outer for outer in around if outer.end > mark.start]
        if mark.kind == "content":
            around.append(mark)
            for level, outer in enumerate(reversed(around[-1 - HIGHEST :])):
                heights[outer] = max(heights[outer], level)
    return heights


def paragraphs(text: str, marks: Iterable[Mark] = ()) -> list[list[Piece]]:
    """The text's paragraphs (each with the newlines that end it) as pieces. Marks outside the text are left out."""
    waiting = deque(_within(marks, len(text)))
    heights = _heights(waiting)
    borders = deque(sorted({mark.start for mark in waiting} | {mark.end for mark in waiting}))
    stack: list[Mark] = []
    result: list[list[Piece]] = []
    for paragraph in _PARAGRAPH.finditer(text):
        start, stop = paragraph.span()
        pieces: list[Piece] = [Opening(mark, first=False, height=heights[mark]) for mark in stack]
        while start < stop:
            while waiting and waiting[0].start == start:
                stack.append(waiting.popleft())
                pieces.append(Opening(stack[-1], first=True, height=heights[stack[-1]]))
            while borders and borders[0] <= start:
                borders.popleft()
            end = min(stop, borders[0]) if borders else stop
            pieces.append(Words(text[start:end]))
            # Whatever lies on the stack above a mark that ends here is cut, and goes on after it.
            lowest = 0 if end == stop else next((i for i, mark in enumerate(stack) if mark.end == end), len(stack))
            cut = stack[lowest:]
            stack[lowest:] = [mark for mark in cut if mark.end > end]
            pieces += [Closing(mark, last=mark.end == end) for mark in reversed(cut)]
            if end < stop:
                pieces += [Opening(mark, first=False, height=heights[mark]) for mark in stack[lowest:]]
            start = end
        if pieces:
            result.append(pieces)
    return result
