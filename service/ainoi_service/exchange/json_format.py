"""Quotes as JSON: the service's own records, as ``GET /v1/quotes`` gives them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ainoi import SCHEMA_VERSION
from ainoi_service.exchange.json_pieces import compact, enclosed
from ainoi_service.store.records import StoredQuote


def to_json(quotes: Iterable[StoredQuote]) -> Iterator[str]:
    """Pieces of ``{"schema_version": …, "quotes": […]}``, one quote a line."""
    records = (compact(quote.record()) for quote in quotes)
    return enclosed(f'{{"schema_version":{compact(SCHEMA_VERSION)},"quotes":[', records, "]}\n")
