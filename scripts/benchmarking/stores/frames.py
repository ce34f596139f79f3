"""How articles introduce a quote: the sentences of the seeds, with places for who speaks and for what they say."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LONGEST_BETWEEN = 24
"""Code points between two parts; what has more between is a sentence of its own, not a frame."""
_OPENING, _CLOSING = '"“', '"”'


@dataclass(frozen=True, slots=True)
class Frame:
    """``pieces``: text, with ``WHO``, ``CUE`` and ``SAID`` among it. ``marked``: ``SAID`` is in quotation marks."""

    pieces: tuple[str, ...]
    cue: str
    marked: bool


WHO, CUE, SAID = "\0who", "\0cue", "\0said"


def frames(gold: Path) -> list[Frame]:
    """The distinct frames of a gold file's quotes, in their order. Raises ValueError where a kind is missing."""
    articles = (json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines() if line)
    found = list(dict.fromkeys(_found(articles)))
    if {frame.marked for frame in found} != {True, False}:
        raise ValueError(f"{gold} lacks quotes with or without quotation marks")
    return found


def _found(articles: Iterable[dict[str, Any]]) -> Iterator[Frame]:
    for article in articles:
        for quote in article["quotes"]:
            if quote["cue"] and quote["mention"] and len(quote["spans"]) == 1 and not quote["nested"]:
                frame = _frame(article["text"], quote)
                if frame is not None:
                    yield frame


def _frame(text: str, quote: dict[str, Any]) -> Frame | None:
    places = sorted([(*quote["mention"], WHO), (*quote["cue"], CUE), (*quote["spans"][0], SAID)])
    pieces: list[str] = []
    end = None
    for start, stop, what in places:
        if end is not None:
            between = text[end:start]
            if start < end or len(between) > LONGEST_BETWEEN or "\n" in between:
                return None
            pieces.append(between)
        pieces.append(what)
        end = stop
    start, stop = quote["spans"][0]
    marked = text[start - 1 : start] in _OPENING and text[stop : stop + 1] in _CLOSING and start > 0
    if not marked and any(mark in "".join(pieces) for mark in _OPENING + _CLOSING):
        return None
    if pieces[0] == SAID and marked:
        pieces.insert(0, text[start - 1])
    if pieces[-1] == SAID and marked:
        pieces.append(text[stop])
    return Frame((*pieces, "" if marked and pieces[-1] in _CLOSING else "."), text[slice(*quote["cue"])], marked)
