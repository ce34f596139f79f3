"""Changes to the text of a gold article under which all its offsets stay right.

A gold article is a JSON object as a line of ``train.jsonl``: ``text``, and ``quotes`` with ``spans``, ``cue`` and
``mention`` as ``[start, end]`` in code points. Nothing here changes the article that it is given.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import regex

Record = dict[str, Any]
Offsets = tuple[int, int]

_SENTENCE_END = regex.compile(
    r"(?:(?<=[\p{Ll}\p{M}\d]{2}|[%)\]\"”’»])\.|[!?…])[.!?…]*[\"”’»)\]]*(?=[ \xa0]+[\"“„«‘'(\[]*\p{Lu})"
    r"|\S(?=\s*(?:\n|\Z))"
)
"""The last characters of a sentence or a line; what stands before a full stop must not look like an initial."""


@dataclass(frozen=True, order=True)
class Edit:
    """Puts ``text`` in the place of ``start:end``."""

    start: int
    end: int
    text: str


def edited(record: Record, edits: Iterable[Edit]) -> Record:
    """``record`` with ``edits`` made in its text, and every span where its words are now.

    What is put in right before or behind a span stays outside. An edit that would replace text across the edge of a
    span is left out. Spans never begin or end in white space; one that has lost all its words is dropped, and with
    its last span the record. Raises ValueError if edits overlap or lie outside of the text.
    """
    text = record["text"]
    edges = sorted({edge for quote in record["quotes"] for span in _spans(quote) for edge in span})
    kept = [edit for edit in sorted(edits) if bisect_right(edges, edit.start) >= bisect_left(edges, edit.end)]
    if any(one.end > other.start for one, other in pairwise(kept)):
        raise ValueError("edits overlap")
    if kept and not (kept[0].start >= 0 and kept[-1].end <= len(text) and all(e.start <= e.end for e in kept)):
        raise ValueError(f"an edit lies outside of the text of {len(text)} characters")
    pieces, at = [], 0
    for edit in kept:
        pieces += [text[at : edit.start], edit.text]
        at = edit.end
    new_text = "".join([*pieces, text[at:]])
    moved = _Moved(new_text, kept)
    quotes = []
    for quote in record["quotes"]:
        spans = [span for span in (moved.span(*span) for span in quote["spans"]) if span]
        if spans:
            places = {name: quote[name] and moved.span(*quote[name]) for name in ("cue", "mention")}
            quotes.append({**quote, "spans": spans, **places})
    return {**record, "text": new_text, "quotes": quotes}


class _Moved:
    """Where offsets lie after edits that are in order."""

    def __init__(self, new_text: str, edits: Sequence[Edit]) -> None:
        self._text = new_text
        self._before = [(edit.end, edit.start) for edit in edits]
        self._shifts = [0, *accumulate(len(edit.text) - (edit.end - edit.start) for edit in edits)]

    def span(self, start: int, end: int) -> list[int] | None:
        # An insertion at the offset itself comes before a span that starts there and behind one that ends there.
        start += self._shifts[bisect_right(self._before, (start, start))]
        end += self._shifts[bisect_left(self._before, (end, end))]
        while start < end and self._text[start].isspace():
            start += 1
        while start < end and self._text[end - 1].isspace():
            end -= 1
        return [start, end] if start < end else None


def _spans(quote: Record) -> Iterator[Offsets]:
    for span in (*quote["spans"], quote["cue"], quote["mention"]):
        if span:
            yield span[0], span[1]


def sentence_ends(text: str) -> list[int]:
    """Offsets behind the last mark of every sentence and every line that is not blank, in order."""
    return [match.end() for match in _SENTENCE_END.finditer(text)]


def reach(quote: Record) -> Offsets:
    """From the first to the last character of a record's content and cue, and its mention where there is a cue."""
    spans = list(_spans(quote if quote["cue"] else {**quote, "mention": None}))
    return min(start for start, _ in spans), max(end for _, end in spans)


def breaks(record: Record) -> list[int]:
    """Where the article can be cut, in order: 0, and the ends of sentences and lines that part no record."""
    reaches = sorted(reach(quote) for quote in record["quotes"])
    found, covered, at = [0], 0, 0
    for place in sentence_ends(record["text"]):
        while at < len(reaches) and reaches[at][0] < place:
            covered = max(covered, reaches[at][1])
            at += 1
        if place >= covered:
            found.append(place)
    return found


def cut(record: Record, start: int, end: int) -> Record:
    """``record`` with ``start:end`` as its whole text.

    Records with all their content inside stay, nested ones only if one around them does; a cue or mention that is not
    inside becomes null. Raises ValueError if ``start:end`` is no stretch of the text.
    """
    if not 0 <= start <= end <= len(record["text"]):
        raise ValueError(f"{start}:{end} is no stretch of a text of {len(record['text'])} characters")
    quotes = [quote for quote in record["quotes"] if all(start <= s and e <= end for s, e in quote["spans"])]
    quotes = [quote for quote in quotes if not _hosts(quote, record["quotes"]) or _hosts(quote, quotes)]
    places = [
        {name: span if span and start <= span[0] and span[1] <= end else None for name, span in _places(quote)}
        for quote in quotes
    ]
    inner = {**record, "quotes": [{**quote, **found} for quote, found in zip(quotes, places, strict=True)]}
    return edited(inner, [Edit(0, start, ""), Edit(end, len(record["text"]), "")])


def _places(quote: Record) -> list[tuple[str, Any]]:
    return [(name, quote[name]) for name in ("cue", "mention")]


def _hosts(quote: Record, others: Sequence[Record]) -> bool:
    """Whether a nested record lies inside the content of one of ``others``."""
    first, last = quote["spans"][0][0], quote["spans"][-1][1]
    return quote["nested"] and any(
        start <= first and last <= end for other in others if other is not quote for start, end in other["spans"]
    )


def repeated(record: Record, start: int, end: int, at: int) -> Record:
    """``record`` with the passage ``start:end`` once more at the break ``at``, and its records with it.

    A cue or mention outside of the passage is the same for the copy. Raises ValueError if ``at`` is before ``end``.
    """
    if not 0 <= start < end <= at <= len(record["text"]):
        raise ValueError(f"{start}:{end} cannot be repeated at {at} in {len(record['text'])} characters")
    mark = "\n" if "\n" in record["text"] else " "
    longer = edited(record, [Edit(at, at, mark + record["text"][start:end])])
    shift = at + len(mark) - start

    def copied(span: list[int]) -> list[int]:
        return [span[0] + shift, span[1] + shift] if start <= span[0] and span[1] <= end else span

    copies = [
        {
            **quote,
            "spans": [copied(span) for span in quote["spans"]],
            **{name: span and copied(span) for name, span in _places(quote)},
        }
        for quote in longer["quotes"]
        if all(start <= s and e <= end for s, e in quote["spans"])
    ]
    quotes = sorted([*longer["quotes"], *copies], key=lambda quote: quote["spans"][0][0])
    return {**longer, "quotes": quotes}
