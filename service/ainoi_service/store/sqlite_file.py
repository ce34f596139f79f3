"""What is peculiar to a store in a SQLite file: opening it, beginning transactions, making deleted bytes vanish."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection

CACHE_KIB = 32_768
CHECKPOINT_MS = 5_000
"""Longest that emptying the log waits for readers."""
RETRY_SECONDS = 0.05

_TRY = "UPDATE alembic_version SET version_num = version_num WHERE 0"
"""Writes nothing, and fails on a connection that cannot write: where the file could not be written when it was opened,
``BEGIN IMMEDIATE`` quietly begins to read."""
_BEGIN = {
    "read": ("PRAGMA query_only=ON", "BEGIN"),
    "write": ("PRAGMA query_only=OFF", "PRAGMA synchronous=NORMAL", "BEGIN IMMEDIATE", _TRY),
    "durable": ("PRAGMA query_only=OFF", "PRAGMA synchronous=FULL", "BEGIN IMMEDIATE", _TRY),
    "making": ("PRAGMA query_only=OFF", "PRAGMA synchronous=FULL", "BEGIN IMMEDIATE"),
}


def prepare(connection: Any, _: Any) -> None:
    """Settings of every connection. Transactions are begun by ``begin`` and never by the driver."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")


def begin(connection: Connection) -> None:
    """Begin the transaction that the connection's option ``ainoi_mode`` asks for.

    A writer takes the lock at once: one that began as a reader could not wait for it.
    """
    for statement in _BEGIN[connection.get_execution_options().get("ainoi_mode", "read")]:
        connection.exec_driver_sql(statement)


def use_wal(connection: DBAPIConnection, seconds: float) -> None:
    """Let readers and the writer work side by side (the setting stays in the file).

    SQLite does not wait here while another process does the same; so this does, for ``seconds``.
    """
    until = time.monotonic() + seconds
    while True:
        try:
            _value(connection, "PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(RETRY_SECONDS)
        else:
            return


def ask_for_scrubbing(connection: Connection) -> None:
    """Note in the file, with the transaction, that it holds deleted bytes."""
    connection.exec_driver_sql("PRAGMA user_version=1")


def to_be_scrubbed(connection: Connection) -> bool:
    """Whether ``ask_for_scrubbing`` was not followed by a ``scrub`` that succeeded."""
    return bool(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def scrub(connection: DBAPIConnection) -> bool:
    """Write the file anew and empty its log. False if others kept it busy.

    ``secure_delete`` alone is not enough: where SQLite moves rows from page to page, copies stay behind in the gaps.
    """
    patience = _value(connection, "PRAGMA busy_timeout")
    try:
        _value(connection, "PRAGMA query_only=OFF")
        _value(connection, "VACUUM")
        _value(connection, f"PRAGMA busy_timeout={CHECKPOINT_MS}")
        if _value(connection, "PRAGMA wal_checkpoint(TRUNCATE)"):
            return False
        _value(connection, "PRAGMA user_version=0")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    finally:
        _value(connection, f"PRAGMA busy_timeout={patience}")
    return True


def _value(connection: DBAPIConnection, statement: str) -> Any:
    """First value of the statement's first row, None if it gives none."""
    cursor = connection.cursor()
    try:
        cursor.execute(statement)
        row = cursor.fetchone()
    finally:
        cursor.close()
    return row[0] if row else None
