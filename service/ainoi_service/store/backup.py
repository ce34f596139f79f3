"""Copies of a SQLite store that is in use. (PostgreSQL has ``pg_dump``; ``docs/store.md`` tells of both.)"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from ainoi_service.store.engine import WAIT_SECONDS
from ainoi_service.store.errors import StoreError
from ainoi_service.store.telling import telling


def back_up(url: str, copy: Path) -> None:
    """Write the store at ``url`` as it is at one moment to the file ``copy``, while others read and write it.

    The copy is checked, and is on the disk when this returns; it takes the place of a file of that name at once, and
    there is none if something goes wrong. It has no trace of what was deleted. Several may be made at the same time.
    Raises StoreError, OSError.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise StoreError("store_bad_url", "only a SQLite store is copied so: use pg_dump")
    if not Path(parsed.database).is_file():
        raise StoreError("store_unreachable", "there is no store to copy")
    with tempfile.TemporaryDirectory(prefix=f".{copy.name}.", dir=copy.parent, ignore_cleanup_errors=True) as folder:
        partial = Path(folder) / "partial"
        with telling(opening=True):
            _write(Path(parsed.database), partial)
        os.replace(partial, copy)
    _to_disk(copy.parent)


def _write(source: Path, copy: Path) -> None:
    with closing(sqlite3.connect(source, timeout=WAIT_SECONDS, isolation_level=None)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise StoreError("store_damaged", "the store is damaged: keep the copies that there are")
        if connection.execute("SELECT name FROM sqlite_schema WHERE name = 'alembic_version'").fetchone() is None:
            raise StoreError("store_foreign", "the file is a SQLite database, but not a store of Ainói")
    _to_disk(copy)


def _to_disk(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
