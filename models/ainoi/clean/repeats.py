"""Passages that a page prints twice."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

SHORTEST = 40
"""Characters; a shorter sentence may well be said twice."""

_SENTENCE = re.compile(r"[^\n.!?…]+[.!?…\"”’»)\]]*|[.!?…]+")


@dataclass(frozen=True)
class Repeat:
    """The half-open stretch ``start:end`` says again, letter for letter, what stands at ``first``."""

    start: int
    end: int
    first: int


def find_repeats(text: str) -> list[Repeat]:
    """Sentences of at least :data:`SHORTEST` characters that stood in the text before, in order; linear time."""
    seen: dict[str, int] = {}
    repeats: list[Repeat] = []
    for match in _SENTENCE.finditer(text):
        words = match.group()
        lead = len(words) - len(words.lstrip())
        words = words.strip()
        start = match.start() + lead
        if len(words) < SHORTEST:
            continue
        first = seen.setdefault(words, start)
        if first != start:
            repeats.append(Repeat(start, start + len(words), first))
    return repeats


def original(repeats: list[Repeat], start: int) -> int | None:
    """Where the character at ``start`` stood first, if it is in one of ``repeats``, which are in order."""
    i = bisect_right(repeats, start, key=lambda repeat: repeat.start) - 1
    if i < 0 or start >= repeats[i].end:
        return None
    return repeats[i].first + start - repeats[i].start
