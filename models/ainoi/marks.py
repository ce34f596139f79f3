"""Quotation marks: which of them belong together, and which words stand inside them.

The definition is the scorer's (``marked`` there), so a quote's type here is the type it is scored as. Marks nest. An
opening mark that its paragraph does not close counts to the end of the paragraph if no other mark follows it there,
and on to the next closing mark if that is the article's next mark; otherwise it is a stray mark and ignored. An
apostrophe inside a word is no mark. A line opened by a dash is speech.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import regex

from ainoi.schema import QuoteType

SINGLE = "'‘’"
DOUBLE = '"“”„«»'
DASHES = ("- ", "– ", "— ")

_MARK = regex.compile(f"[{SINGLE}{DOUBLE}]")
_OPENS_AFTER = frozenset("([{“„«‘\"'—–-:/")
_CLOSES_BEFORE = frozenset(",.;:!?…)]}”»’\"'")

DIRECT_SHARE = 0.98
"""Share of the letters inside marks above which a quote is direct."""

INDIRECT_SHARE = 0.02
"""Share of the letters inside marks below which a quote is indirect."""


@dataclass(frozen=True)
class Pair:
    """A stretch inside quotation marks. ``start`` is the opening mark, ``end`` lies behind the closing one (or at the
    end of a paragraph where the mark stays open); ``closed`` tells which; ``single`` marks are weaker evidence."""

    start: int
    end: int
    closed: bool
    single: bool = False


def direction(text: str, i: int) -> Literal["open", "close"] | None:
    """What the mark at ``i`` does, by its shape or its neighbours; None where neither tells."""
    if text[i] in "“„«‘":
        return "open"
    if text[i] in "”»":
        return "close"
    before, after = text[i - 1 : i], text[i + 1 : i + 2]
    left = not before or before.isspace() or before in _OPENS_AFTER
    right = not after or after.isspace() or after in _CLOSES_BEFORE
    if left == right:
        return None
    return "open" if left else "close"


def pairs(text: str) -> list[Pair]:
    """All stretches inside quotation marks, inner ones before the ones around them, in linear time."""
    return list(_pairs(text))


def _pairs(text: str) -> Iterator[Pair]:
    marks = [match.start() for match in _MARK.finditer(text) if not _is_apostrophe(text, match.start())]
    next_mark = 0
    start = 0
    open_marks = _OpenMarks()
    for line in text.split("\n"):
        end = start + len(line)
        while next_mark < len(marks) and marks[next_mark] < end:
            i = marks[next_mark]
            next_mark += 1
            single = text[i] in SINGLE
            what = direction(text, i) or ("close" if open_marks.has(single) else "open")
            if what == "open":
                open_marks.push(i, single)
            elif open_marks.has(single):
                yield Pair(open_marks.pop(single), i + 1, closed=True, single=single)
        # Only a double mark that nothing follows in its paragraph may stay open; it may have come from an earlier one.
        kept = open_marks.last_double(marks[next_mark - 1] if next_mark else -1)
        open_marks.clear()
        if kept is not None:
            following = marks[next_mark] if next_mark < len(marks) else None
            if following is not None and text[following] in DOUBLE and direction(text, following) == "close":
                open_marks.push(kept, single=False)
            else:
                yield Pair(kept, end, closed=False)
        start = end + 1


class _OpenMarks:
    """Stack of opening marks; closing one of a kind also drops whatever was opened after it."""

    def __init__(self) -> None:
        self._stack: list[tuple[int, bool]] = []
        self._count = {False: 0, True: 0}

    def push(self, position: int, single: bool) -> None:
        self._stack.append((position, single))
        self._count[single] += 1

    def has(self, single: bool) -> bool:
        return self._count[single] > 0

    def pop(self, single: bool) -> int:
        while True:
            position, kind = self._stack.pop()
            self._count[kind] -= 1
            if kind == single:
                return position

    def last_double(self, position: int) -> int | None:
        """``position`` if a double mark that stands there is still open."""
        return position if self._stack and self._stack[-1] == (position, False) else None

    def clear(self) -> None:
        self._stack.clear()
        self._count = {False: 0, True: 0}


def _is_apostrophe(text: str, i: int) -> bool:
    return text[i] in "'’" and text[i - 1 : i].isalnum() and text[i + 1 : i + 2].isalnum()


def inside(text: str) -> bytes:
    """For every character of ``text`` 1 if it stands inside quotation marks or in a line opened by a dash, else 0."""
    depth = np.zeros(len(text) + 1, dtype=np.int32)
    for pair in pairs(text):
        depth[pair.start] += 1
        depth[pair.end] -= 1
    start = 0
    for line in text.split("\n"):
        if line.lstrip()[:2] in DASHES:
            depth[start] += 1
            depth[start + len(line)] -= 1
        start += len(line) + 1
    return (np.cumsum(depth[:-1]) > 0).astype(np.uint8).tobytes()


def quote_type(text: str, spans: list[tuple[int, int]], flags: bytes) -> QuoteType:
    """Type of a quote with these spans; ``flags`` are :func:`inside` of the same text."""
    letters = marked = 0
    for start, end in spans:
        for i in range(start, min(end, len(text))):
            if text[i].isalnum():
                letters += 1
                marked += flags[i]
    share = marked / max(1, letters)
    if share > DIRECT_SHARE:
        return QuoteType.DIRECT
    return QuoteType.INDIRECT if share < INDIRECT_SHARE else QuoteType.MIXED
