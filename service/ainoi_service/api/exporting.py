"""Whole results as files, written as they are read: a result of any length takes the memory of a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from starlette.responses import Response, StreamingResponse

from ainoi_service.desk import Desk
from ainoi_service.exchange.articles import ArticleQuotes
from ainoi_service.exchange.formats import ARTICLE_FORMATS, QUOTE_FORMATS
from ainoi_service.search.query import QuoteQuery
from ainoi_service.store import articles, quotes
from ainoi_service.store.engine import Store
from ainoi_service.store.records import StoredQuote

PIECE = 65_536
"""Code points that are sent at once, about."""


def download(desk: Desk, query: QuoteQuery, format: str) -> Response:
    """All that ``query`` finds, in one of the formats. Raises what a look-up raises, before anything is sent."""
    found = desk.lookup.every(query)
    if format in QUOTE_FORMATS:
        of_quotes = QUOTE_FORMATS[format]
        pieces, media_type, extension = of_quotes.write(found), of_quotes.media_type, of_quotes.extension
    else:
        of_articles = ARTICLE_FORMATS[format]
        pieces = of_articles.write(all_articles(desk.store, found))
        media_type, extension = of_articles.media_type, of_articles.extension
    headers = {
        "Content-Disposition": f'attachment; filename="ainoi-quotes.{extension}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return StreamingResponse(encoded(pieces), 200, headers, media_type)


def all_articles(store: Store, found: Iterable[StoredQuote]) -> Iterator[ArticleQuotes]:
    """The articles of these quotes, each once and with all its quotes; what is taken down meanwhile is left out."""
    seen: set[str] = set()
    for quote in found:
        id = quote.article.id
        if id in seen:
            continue
        seen.add(id)
        article = articles.get(store, id)
        if article is not None:
            with store.read() as connection:
                of_it = quotes.of_article(connection, id)
            yield ArticleQuotes(article, tuple(of_it))


def encoded(pieces: Iterable[str]) -> Iterator[bytes]:
    """The pieces in UTF-8, some together."""
    waiting: list[str] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= PIECE:
            yield "".join(waiting).encode("utf-8", "replace")
            waiting, size = [], 0
    yield "".join(waiting).encode("utf-8", "replace")
