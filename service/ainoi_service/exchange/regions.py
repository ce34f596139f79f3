"""Quotes as annotation tools hold them: labelled regions of the text, and relations between regions.

========  ==========================================================
label     what it covers
========  ==========================================================
content   one span of a quote
cue       the words that make it speech
source    the words that name the source (a quote's ``mention``)
========  ==========================================================

A relation from a content to a cue or source gives that cue or source to its quote; one between two contents makes them
spans of one quote.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from ainoi import Span
from ainoi_service.store.records import StoredQuote

CONTENT = "content"
CUE = "cue"
SOURCE = "source"
LABELS = (CONTENT, CUE, SOURCE)
CONTINUES = "continues"
"""Relation from a span of a quote to its next one; the others are named like the label they lead to."""

Bounds = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Region:
    """One labelled stretch, in code points."""

    label: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """A name for it in its article."""
        return f"{self.label}-{self.start}-{self.end}"


@dataclass(frozen=True, slots=True)
class Link:
    """A relation, by the keys of its two regions."""

    start: str
    end: str
    name: str


@dataclass(frozen=True, slots=True)
class Marked:
    """All regions and relations of an article, each once, in the order of the text."""

    regions: tuple[Region, ...]
    links: tuple[Link, ...]


def region(label: str, span: Span) -> Region:
    """``span`` with a label."""
    return Region(label, span.start, span.end)


def marked(quotes: Iterable[StoredQuote]) -> Marked:
    """Regions and relations of quotes. A cue or source that several quotes share is one region."""
    regions: dict[Region, None] = {}
    links: dict[Link, None] = {}
    for quote in quotes:
        contents = [region(CONTENT, span) for span in quote.spans]
        regions.update(dict.fromkeys(contents))
        for earlier, later in pairwise(contents):
            links[Link(earlier.key, later.key, CONTINUES)] = None
        for label, span in ((CUE, quote.cue), (SOURCE, quote.mention)):
            if span is not None:
                end = region(label, span)
                regions[end] = None
                links[Link(contents[0].key, end.key, label)] = None
    return Marked(tuple(sorted(regions, key=lambda each: (each.start, -each.end, each.label))), tuple(links))


def known_quote(quote: StoredQuote) -> dict[str, object]:
    """What is known of a quote and has no place among regions: it goes along in the record, and is read back.

    Offsets are code points.
    """
    speaker = quote.speaker
    return {
        "spans": [[span.start, span.end] for span in quote.spans],
        "cue": [quote.cue.start, quote.cue.end] if quote.cue else None,
        "mention": [quote.mention.start, quote.mention.end] if quote.mention else None,
        "speaker": {"id": speaker.id, "name": speaker.name, "kind": speaker.kind.value},
        "type": quote.type.value,
        "act": quote.act.value if quote.act else None,
        "denied": quote.denied,
    }
