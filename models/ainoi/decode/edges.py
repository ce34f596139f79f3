"""The edges of a content: no conjunction, no punctuation, no mark whose partner lies outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ainoi.marks import Pair

CharSpan = tuple[int, int]

_BRACKETS = {")": "(", "]": "[", "}": "{"}
_KEPT = frozenset("%°$€£…")
"""What may end or begin a content although it is no letter."""


def partners(text: str, pairs: Sequence[Pair]) -> dict[int, int]:
    """Position of the other mark for each quotation mark and bracket that has one."""
    found: dict[int, int] = {}
    for pair in pairs:
        if pair.closed:
            found[pair.start] = pair.end - 1
            found[pair.end - 1] = pair.start
    opened: dict[str, list[int]] = {bracket: [] for bracket in _BRACKETS.values()}
    for i, character in enumerate(text):
        if character in opened:
            opened[character].append(i)
        elif character in _BRACKETS and opened[_BRACKETS[character]]:
            start = opened[_BRACKETS[character]].pop()
            found[start], found[i] = i, start
    return found


def trim(text: str, span: CharSpan, partner: Mapping[int, int], leading: Sequence[str]) -> CharSpan | None:
    """The span without outer punctuation and without a leading conjunction; None if nothing is left.

    ``partner`` is :func:`partners` of the text; a mark stays when its partner lies in the span too and something else
    does outside the two. ``leading`` are the lower-case words that introduce a clause.
    """
    start, end = span
    while start < end:
        if partner.get(start) == end - 1:
            start, end = start + 1, end - 1
        elif _goes(text, start, partner, start, end):
            start += 1
        elif _goes(text, end - 1, partner, start, end):
            end -= 1
        elif word := _leading_word(text, start, end, leading):
            start += word
        else:
            return start, end
    return None


def _goes(text: str, i: int, partner: Mapping[int, int], start: int, end: int) -> bool:
    """Whether the character at an edge is no part of the content."""
    if text[i].isalnum() or text[i] in _KEPT:
        return False
    return not start <= partner.get(i, -1) < end


def _leading_word(text: str, start: int, end: int, leading: Sequence[str]) -> int:
    """Length of a clause-introducing word at ``start`` that is followed by something else; 0 for none."""
    for word in leading:
        stop = start + len(word)
        if stop < end and text[stop].isspace() and text[start:stop].lower() == word:
            return len(word)
    return 0
