"""Vectors of quotes: float16, little-endian, of unit length, each with the model that made it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, and_, bindparam, delete, insert, select

from ainoi.schema import ModelVersion
from ainoi_service.store import changes, schema
from ainoi_service.store.engine import Store
from ainoi_service.store.writing import model_number

AT_ONCE = 500
"""Articles named in one statement."""


def put(store: Store, model: ModelVersion, vectors: Mapping[str, bytes]) -> int:
    """Store vectors by quote id, in the place of those that are there. Returns how many quotes were found.

    For quotes that a person wrote, and for stores that were filled without vectors.
    """
    quote, embedding = schema.quote.c, schema.embedding
    with store.write() as connection:
        number = model_number(connection, model)
        wanted = select(quote.number, quote.article).where(quote.id == bindparam("wanted"))
        found = {
            id: row for id in vectors if (row := connection.execute(wanted, {"wanted": id}).one_or_none()) is not None
        }
        if found:
            there = [{"there": row.number} for row in found.values()]
            connection.execute(delete(embedding).where(embedding.c.quote == bindparam("there")), there)
            rows = [{"quote": row.number, "model": number, "vector": vectors[id]} for id, row in found.items()]
            connection.execute(insert(embedding), rows)
            changes.note(connection, [row.article for row in found.values()])
    return len(found)


def missing(connection: Connection, model: ModelVersion, *, limit: int) -> list[tuple[str, str]]:
    """Id and text of quotes without a vector of this model, the first ones."""
    quote, embedding = schema.quote.c, schema.embedding.c
    made_by = select(schema.model.c.number).where(schema.model.c.sha256 == model.sha256).scalar_subquery()
    statement = (
        select(quote.id, quote.text)
        .select_from(schema.quote)
        .outerjoin(schema.embedding, and_(embedding.quote == quote.number, embedding.model == made_by))
        .where(embedding.quote.is_(None))
        .order_by(quote.number)
        .limit(limit)
    )
    return [(row.id, row.text) for row in connection.execute(statement)]


def vectors(
    connection: Connection, model: ModelVersion, articles: Sequence[int] | None = None
) -> list[tuple[int, bytes]]:
    """Number and vector of every quote that has one of this model, in order; ``articles`` (by number): only theirs."""
    quote, embedding = schema.quote.c, schema.embedding.c
    statement = (
        select(embedding.quote, embedding.vector)
        .join(schema.model, schema.model.c.number == embedding.model)
        .where(schema.model.c.sha256 == model.sha256)
        .order_by(embedding.quote)
    )
    if articles is None:
        return [(row.quote, row.vector) for row in connection.execute(statement)]
    statement = statement.join(schema.quote, quote.number == embedding.quote)
    found: list[tuple[int, bytes]] = []
    for first in range(0, len(articles), AT_ONCE):
        some = statement.where(quote.article.in_(articles[first : first + AT_ONCE]))
        found += [(row.quote, row.vector) for row in connection.execute(some)]
    return sorted(found)
