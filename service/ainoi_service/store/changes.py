"""The numbered list of what changed, which an index held in memory follows.

Writers take turns, so that numbers become visible in their order: who has seen a number has seen all before it. Only
the last changes are kept; who has not seen those before them must read everything anew, and is told so.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, func, insert, select

from ainoi_service.store import schema

KEPT = 100_000
"""Changes that are kept at least: an index is read anew in about the time that following so many takes."""

_PRUNED = 0
"""Stands in the place of an article, at the last number that was removed. No article has this number."""

_CHANGED = schema.change.c
_BOUNDS = select(
    select(func.min(_CHANGED.number)).scalar_subquery().label("first"),
    select(func.max(_CHANGED.number)).scalar_subquery().label("last"),
)


def note(connection: Connection, articles: Iterable[int]) -> None:
    """Write down that these articles (by number) changed."""
    rows = [{"article": article} for article in dict.fromkeys(articles)]
    if rows:
        connection.execute(insert(schema.change), rows)
        _prune(connection)


def last(connection: Connection) -> int:
    """Number of the latest change; 0 before the first."""
    return connection.execute(select(func.max(_CHANGED.number))).scalar() or 0


def since(connection: Connection, number: int) -> tuple[int, list[int] | None]:
    """The latest number, and the articles (by number) that changed after change ``number``, each once, in order.

    None instead of articles: some of these changes are not known any more.
    """
    statement = select(_CHANGED.number, _CHANGED.article).where(_CHANGED.number > number).order_by(_CHANGED.number)
    rows = connection.execute(statement).all()
    if not rows:
        return number, []
    if rows[0].article == _PRUNED:
        return rows[-1].number, None
    return rows[-1].number, list(dict.fromkeys(row.article for row in rows))


def _prune(connection: Connection) -> None:
    """Remove the oldest changes when there are twice as many as are kept, and leave word of it."""
    bounds = connection.execute(_BOUNDS).one()
    if bounds.last - bounds.first >= 2 * KEPT:
        pruned = bounds.last - KEPT
        connection.execute(delete(schema.change).where(_CHANGED.number <= pruned))
        connection.execute(insert(schema.change).values(number=pruned, article=_PRUNED))
