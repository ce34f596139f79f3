"""Numbers for rows that are about to be written, so that rows of other tables can name them in the same go."""

from __future__ import annotations

from sqlalchemy import Connection, Table, text

_DRAW = text("SELECT nextval(pg_get_serial_sequence(:name, 'number')) FROM generate_series(1, :count)")
_LAST = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
_FIRST = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, 0)")
_RAISE = text("UPDATE sqlite_sequence SET seq = seq + :count WHERE name = :name")


def take(connection: Connection, table: Table, count: int) -> list[int]:
    """``count`` numbers of ``table`` that were never given before, rising. The connection writes, alone."""
    if count == 0:
        return []
    named: dict[str, object] = {"name": table.name, "count": count}
    if connection.dialect.name == "postgresql":
        return sorted(connection.execute(_DRAW, named).scalars())
    last = connection.execute(_LAST, named).scalar()
    if last is None:
        last = 0
        connection.execute(_FIRST, named)
    connection.execute(_RAISE, named)
    return list(range(last + 1, last + count + 1))
