"""Quotes as CSV for spreadsheets: one row a quote, under a header line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from ainoi_service.store.records import StoredQuote

BOM = "\ufeff"
"""What makes Excel read the file as UTF-8."""

COLUMNS = (
    *("quote", "text", "speaker", "speaker_id", "kind", "role", "wikidata"),
    *("type", "act", "denied", "cue", "mention", "via", "said_on"),
    *("confidence", "checked", "nested_in", "repeat_of", "start", "end"),
    *("article", "title", "outlet", "date", "url"),
)

_STARTS_FORMULA = frozenset("=+-@\t\r\n＝＋－＠|%")


def to_csv(quotes: Iterable[StoredQuote]) -> Iterator[str]:
    """Pieces of a CSV file: a byte order mark, the header, and a line for each quote (RFC 4180)."""
    yield BOM + _line(COLUMNS)
    for quote in quotes:
        yield _line(_row(quote))


def _line(cells: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([_harmless(cell) if isinstance(cell, str) else cell for cell in cells])
    return line.getvalue()


def _harmless(cell: str) -> str:
    """``cell`` so that no spreadsheet takes it for a formula: an apostrophe goes before what would begin one.

    (https://owasp.org/www-community/attacks/CSV_Injection; blanks before the sign do not help it.)
    """
    first = cell.lstrip(" \u00a0\u200b\ufeff")[:1]
    return "'" + cell if first in _STARTS_FORMULA and first else cell


def _row(quote: StoredQuote) -> tuple[object, ...]:
    """Values of ``COLUMNS``; ``start`` and ``end`` are those of the first and last span."""
    speaker, article = quote.speaker, quote.article
    return (
        *(quote.id, quote.text, speaker.name, speaker.id, speaker.kind.value, speaker.role, speaker.wikidata),
        *(quote.type.value, quote.act and quote.act.value, "true" if quote.denied else "false"),
        *(quote.cue and quote.cue.text, quote.mention and quote.mention.text, quote.via, quote.said_on),
        *(quote.confidence, quote.checked, quote.nested_in, quote.repeat_of),
        *(quote.spans[0].start, quote.spans[-1].end),
        *(article.id, article.title, article.outlet, article.date, article.url),
    )
