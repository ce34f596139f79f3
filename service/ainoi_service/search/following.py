"""Keeps an index in step with the store that it is an index of, whichever process writes there."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, func, select

from ainoi_service.search.documents import NONE, Document
from ainoi_service.search.index import Index, Snapshot
from ainoi_service.store import changes, schema
from ainoi_service.store.days import month as month_of
from ainoi_service.store.quotes import counted
from ainoi_service.store.time_limit import unhurried

BATCH = 5_000
"""Quotes read at once."""
AT_ONCE = 500
"""Articles named in one statement."""


class Follower:
    """Reads into ``index`` what look-ups show of a store: all of it first, then the articles that changed."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._turn = threading.Lock()
        self._seen: int | None = None

    def sync(self, connection: Connection) -> Snapshot:
        """The index with every change that the connection sees; one cheap statement if there is none."""
        latest = changes.last(connection)
        if self._seen is None or latest > self._seen:
            with self._turn, unhurried(connection):
                forget = self._follow(connection, latest)
            self._index.tidy(wait=forget)
        return self._index.snapshot

    def _follow(self, connection: Connection, latest: int) -> bool:
        """Put what changed into the index. Returns whether something must be forgotten."""
        if self._seen is not None and latest <= self._seen:
            return False
        seen, articles = (latest, None) if self._seen is None else changes.since(connection, self._seen)
        if articles is None:
            self._index.replace([], _batches(connection, _documents()))
            self._seen = seen
            return False
        forget = _any_gone(connection, articles)
        self._index.replace(articles, _of_articles(connection, articles), forget=forget)
        self._seen = seen
        return forget


def _documents() -> Select[Any]:
    """The columns of ``Document``, in its order as far as they come from the store as they are."""
    quote, article, speaker = schema.quote, schema.article, schema.speaker
    return (
        select(
            quote.c.number,
            quote.c.id,
            quote.c.article,
            quote.c.exact,
            quote.c.confidence,
            func.coalesce(article.c.published_first, 0),
            func.coalesce(article.c.published_last, 0),
            func.coalesce(quote.c.said_first, 0),
            func.coalesce(quote.c.said_last, 0),
            func.coalesce(speaker.c.id, NONE),
            func.coalesce(article.c.outlet, NONE),
            quote.c.type,
            func.coalesce(quote.c.act, NONE),
            quote.c.denied,
        )
        .select_from(quote)
        .join(article, article.c.number == quote.c.article)
        .outerjoin(speaker, speaker.c.number == quote.c.speaker)
        .where(counted())
    )


def _of_articles(connection: Connection, articles: Sequence[int]) -> Iterator[list[Document]]:
    for first in range(0, len(articles), AT_ONCE):
        some = articles[first : first + AT_ONCE]
        yield from _batches(connection, _documents().where(schema.quote.c.article.in_(some)))


def _batches(connection: Connection, statement: Select[Any]) -> Iterator[list[Document]]:
    for rows in connection.execute(statement, execution_options={"yield_per": BATCH}).partitions():
        yield [_document(*row) for row in rows]


def _document(
    number: int,
    id: str,
    article: int,
    exact: str,
    confidence: float,
    published_first: int,
    published_last: int,
    said_first: int,
    said_last: int,
    speaker: str,
    outlet: str,
    type: str,
    act: str,
    denied: bool,
) -> Document:
    return Document(
        number=number,
        id=id,
        article=article,
        exact=exact,
        confidence=confidence,
        published_first=published_first,
        published_last=published_last,
        said_first=said_first,
        said_last=said_last,
        speaker=speaker,
        outlet=outlet,
        month=_month(published_first, published_last),
        type=type,
        act=act,
        denied="yes" if denied else NONE,
    )


@lru_cache(maxsize=10_000)
def _month(first: int, last: int) -> str:
    return month_of(first or None, last or None) or NONE


def _any_gone(connection: Connection, articles: Sequence[int]) -> bool:
    """Whether one of the articles was taken down."""
    for first in range(0, len(articles), AT_ONCE):
        some = articles[first : first + AT_ONCE]
        there = select(func.count()).select_from(schema.article).where(schema.article.c.number.in_(some))
        if connection.execute(there).scalar_one() < len(some):
            return True
    return False
