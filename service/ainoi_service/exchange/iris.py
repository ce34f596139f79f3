"""Names for quotes and articles in linked data, and what of an article's metadata may stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ainoi_service.store.records import ArticleHead, StoredQuote

_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x1f\x7f]+", re.IGNORECASE)
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?)?)?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)")
_Q_ID = re.compile(r"Q[1-9]\d*")


def quote_iri(quote: StoredQuote) -> str:
    """A name for the quote that stays: its id under ``urn:ainoi:quote:``."""
    return f"urn:ainoi:quote:{quote.id}"


def article_iri(article: ArticleHead) -> str:
    """The article's web address where it has one, else its id under ``urn:ainoi:article:``."""
    return web_address(article.url) or f"urn:ainoi:article:{article.id}"


def web_address(url: str | None) -> str | None:
    """``url`` if it is a whole ``http`` or ``https`` address; nothing else is put where programs follow links."""
    stripped = (url or "").strip()
    return stripped if _WEB_ADDRESS.fullmatch(stripped) else None


def wikidata_iri(q_id: str | None) -> str | None:
    """The Wikidata entity with this Q-id."""
    return f"http://www.wikidata.org/entity/{q_id}" if q_id and _Q_ID.fullmatch(q_id) else None


def iso_date(date: str | None) -> str | None:
    """A publication date as schema.org wants it (``20251204`` becomes ``2025-12-04``); None if it cannot be read."""
    if date is None:
        return None
    date = _COMPACT_DATE.sub(r"\1-\2-\3", date) if _COMPACT_DATE.fullmatch(date) else date
    return date if _DATE.fullmatch(date) else None


def span_texts(quote: StoredQuote) -> Iterator[str]:
    """The words of each span, cut from the quote's text, in which `` … `` joins them."""
    start = 0
    for span in quote.spans:
        end = start + span.end - span.start
        yield quote.text[start:end]
        start = end + len(" … ")
