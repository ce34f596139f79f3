"""Reading articles, and taking them down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select, true, update
from sqlalchemy import delete as delete_from

from ainoi.schema import ModelVersion
from ainoi_service.store import changes, schema, sqlite_file
from ainoi_service.store.engine import Store
from ainoi_service.store.naming import Use, forget_unused
from ainoi_service.store.quotes import ARTICLE_HEAD, article_head
from ainoi_service.store.records import ArticleHead, StoredArticle

_ARTICLE = select(
    schema.article,
    schema.model.c.name.label("model_name"),
    schema.model.c.version.label("model_version"),
    schema.model.c.sha256.label("model_sha256"),
).join(schema.model, schema.model.c.number == schema.article.c.model)


@dataclass(frozen=True, slots=True)
class Size:
    """How much a store holds, old versions too."""

    articles: int
    quotes: int
    speakers: int


@dataclass(frozen=True, slots=True)
class TakenDown:
    """What a take-down removed.

    ``scrubbed``: the bytes are gone from a SQLite store's files too; else somebody was reading or the disk is full, and
    ``Store.scrub``, the next take-down or the next start does it.
    """

    articles: int
    quotes: int
    scrubbed: bool


def get(store: Store, id: str) -> StoredArticle | None:
    """The article with this id, and its text."""
    with store.read() as connection:
        row = connection.execute(_ARTICLE.where(schema.article.c.id == id)).one_or_none()
    return _article(row) if row is not None else None


def versions(store: Store, id: str) -> list[ArticleHead]:
    """The versions of the article with this id, itself among them, the newest first."""
    columns = schema.article.c
    source = select(columns.source).where(columns.id == id).scalar_subquery()
    with store.read() as connection:
        rows = connection.execute(
            select(*ARTICLE_HEAD).where(columns.source == source).order_by(columns.version.desc())
        )
        return [article_head(row._mapping) for row in rows]


def newest(store: Store, *, limit: int, before: int | None = None) -> list[ArticleHead]:
    """Current articles, those stored last first; ``before``: only those with a lower number than this."""
    columns = schema.article.c
    conditions: list[ColumnElement[bool]] = [columns.current == true()]
    if before is not None:
        conditions.append(columns.number < before)
    statement = select(*ARTICLE_HEAD).where(*conditions).order_by(columns.number.desc()).limit(limit)
    with store.read() as connection:
        return [article_head(row._mapping) for row in connection.execute(statement)]


def size(store: Store) -> Size:
    """How much the store holds."""
    with store.read() as connection:
        counts = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (schema.article, schema.quote, schema.speaker)
        ]
    return Size(*counts)


def delete(store: Store, id: str, *, all_versions: bool = False) -> TakenDown | None:
    """Take an article down: its text, quotes and vectors, and the speakers and aliases that only it has.

    The newest version that is left becomes the current one, unless ``all_versions`` go. None if there is no such
    article. When this returns, the files of a SQLite store have been written anew without it.
    """
    columns = schema.article.c
    with store.write(durable=True) as connection:
        source = connection.execute(select(columns.source).where(columns.id == id)).scalar_one_or_none()
        if source is None:
            return None
        chosen = columns.source == source if all_versions else columns.id == id
        articles = list(connection.execute(select(columns.number).where(chosen)).scalars())
        quotes = _delete(connection, articles, store)
        changes.note(connection, [*articles, *_promote(connection, source)])
        if store.dialect == "sqlite":
            sqlite_file.ask_for_scrubbing(connection)
    return TakenDown(len(articles), quotes, store.scrub())


def _delete(connection: Connection, articles: list[int], store: Store) -> int:
    """Delete articles and what is theirs. Returns how many quotes."""
    quote = schema.quote.c
    rows = connection.execute(select(quote.speaker, quote.named_as).where(quote.article.in_(articles))).all()
    connection.execute(delete_from(schema.article).where(schema.article.c.number.in_(articles)))
    uses = {Use(row.speaker, row.named_as) for row in rows if row.speaker is not None}
    forget_unused(connection, uses, store.names)
    return len(rows)


def _promote(connection: Connection, source: str) -> list[int]:
    """Make the newest version of a source its current one. Returns the article's number if it was not."""
    columns = schema.article.c
    last = connection.execute(
        select(columns.number, columns.current)
        .where(columns.source == source)
        .order_by(columns.version.desc())
        .limit(1)
    ).one_or_none()
    if last is None or last.current:
        return []
    connection.execute(update(schema.article).where(columns.number == last.number).values(current=True))
    return [last.number]


def _article(row: Row[Any]) -> StoredArticle:
    values = row._mapping
    return StoredArticle(
        **{column.name: values[column.name] for column in ARTICLE_HEAD},
        given_id=row.given_id,
        text=row.text,
        text_sha256=row.text_sha256,
        warnings=tuple(row.warnings),
        model=ModelVersion(name=row.model_name, version=row.model_version, sha256=row.model_sha256),
        added_at=row.added_at,
    )
