"""Quotes as CSV for spreadsheets: one row a quote, under a header line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ainoi_service.spreadsheet_cells import csv_line
from ainoi_service.store.records import StoredQuote

BOM = "\ufeff"
"""What makes Excel read the file as UTF-8."""

COLUMNS = (
    *("quote", "text", "speaker", "speaker_id", "kind", "role", "wikidata"),
    *("type", "act", "denied", "cue", "mention", "via", "said_on"),
    *("confidence", "checked", "nested_in", "repeat_of", "start", "end"),
    *("article", "title", "outlet", "date", "url"),
)


def to_csv(quotes: Iterable[StoredQuote]) -> Iterator[str]:
    """Pieces of a CSV file: a byte order mark, the header, and a line for each quote (RFC 4180)."""
    yield BOM + csv_line(COLUMNS)
    for quote in quotes:
        yield csv_line(_row(quote))


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
