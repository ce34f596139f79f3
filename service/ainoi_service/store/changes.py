"""The numbered list of what changed, which an index held in memory follows.

Writers take turns, so that numbers become visible in their order: who has seen a number has seen all before it.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, func, insert, select

from ainoi_service.store import schema


def note(connection: Connection, articles: Iterable[int]) -> None:
    """Write down that these articles (by number) changed."""
    rows = [{"article": article} for article in dict.fromkeys(articles)]
    if rows:
        connection.execute(insert(schema.change), rows)


def last(connection: Connection) -> int:
    """Number of the latest change; 0 before the first."""
    return connection.execute(select(func.max(schema.change.c.number))).scalar() or 0


def since(connection: Connection, number: int) -> tuple[int, list[int]]:
    """The latest number, and the articles (by number) that changed after change ``number``, each once, in order."""
    changed = schema.change.c
    statement = select(changed.number, changed.article).where(changed.number > number).order_by(changed.number)
    rows = connection.execute(statement).all()
    return (rows[-1].number if rows else number), list(dict.fromkeys(row.article for row in rows))
