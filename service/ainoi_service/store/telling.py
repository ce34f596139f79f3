"""What a database says of itself, in the words of ``StoreError``."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from ainoi_service.store.errors import StoreError, StoreErrorCode

_SQLITE: dict[str, tuple[StoreErrorCode, str]] = {
    "SQLITE_BUSY": ("store_busy", "another process has not finished writing"),
    "SQLITE_PROTOCOL": ("store_busy", "other processes are opening the store"),
    "SQLITE_INTERRUPT": ("store_timeout", "the store takes too long to answer this"),
    "SQLITE_FULL": ("store_full", "the store's disk is full"),
    "SQLITE_IOERR_SHMSIZE": ("store_full", "the store's disk is full"),  # no room for the file of shared memory
    "SQLITE_READONLY_DBMOVED": ("store_unreachable", "the store's file was moved or replaced"),
    "SQLITE_READONLY": ("store_read_only", "the store's file or folder cannot be written"),
    "SQLITE_PERM": ("store_read_only", "the store's file or folder cannot be written"),
    "SQLITE_CANTOPEN": ("store_unreachable", "the store's file cannot be opened"),
    "SQLITE_IOERR": ("store_unreachable", "the store's disk reports an error"),
    "SQLITE_CORRUPT": ("store_damaged", "the store's file is damaged"),
    "SQLITE_NOTADB": ("store_damaged", "the store's file is no database any more"),
}
"""By the beginning of SQLite's name of the error; the first that fits."""

_POSTGRESQL: dict[str, tuple[StoreErrorCode, str]] = {
    "55P03": ("store_busy", "another process has not finished writing"),
    "57014": ("store_timeout", "the store takes too long to answer this"),
    "53100": ("store_full", "the store's disk is full"),
    "25006": ("store_read_only", "the database cannot be written"),
    "58030": ("store_unreachable", "the database's disk reports an error"),
    "XX001": ("store_damaged", "the database is damaged"),
    "XX002": ("store_damaged", "the database is damaged"),
}
"""By the SQLSTATE."""

_OF_THE_FILE = ("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_CORRUPT", "SQLITE_NOTADB")


@contextmanager
def telling(*, opening: bool = False) -> Iterator[None]:
    """Turn what the database says of itself into ``StoreError``; what it says of a statement goes through.

    ``opening``: a file that is no database never was one.
    """
    try:
        yield
    except NoConnectionFree as error:
        raise StoreError("store_busy", "too many ask the store at once") from error
    except DBAPIError as error:
        lost = error.connection_invalidated or (error.statement is None and not isinstance(error.orig, sqlite3.Error))
        raise (_told(error.orig, lost=lost, opening=opening) or error) from error
    except sqlite3.Error as error:
        raise (_told(error, opening=opening) or error) from error


def renew_connections(context: ExceptionContext) -> None:
    """Close every pooled connection when SQLite finds fault with the file: a connection that was opened while the file
    could not be written never writes, and one to a file that was replaced never sees the new one.

    The transaction is ended first: a connection that is closed holds its locks until nobody has its statements any
    more, and the error that is on its way to the caller has one.
    """
    if _sqlite_name(context.original_exception).startswith(_OF_THE_FILE):
        connection = context.connection
        if connection is not None and (raw := connection.connection.dbapi_connection) is not None:
            with suppress(sqlite3.Error):
                raw.rollback()
        context.is_disconnect = True


def _told(cause: BaseException | None, *, lost: bool = False, opening: bool = False) -> StoreError | None:
    """``lost``: there is no connection to the database, or no more."""
    state, name = getattr(cause, "sqlstate", None) or "", _sqlite_name(cause)
    if opening and name == "SQLITE_NOTADB":
        return StoreError("store_foreign", "the store's file is not a SQLite database")
    if state in _POSTGRESQL:
        return StoreError(*_POSTGRESQL[state])
    for beginning, told in _SQLITE.items():
        if name.startswith(beginning):
            return StoreError(*told)
    return StoreError("store_unreachable", "the database does not answer") if lost else None


def _sqlite_name(cause: BaseException | None) -> str:
    """SQLite's name of an error, "" for any other."""
    return getattr(cause, "sqlite_errorname", None) or ""
