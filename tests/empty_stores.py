"""Databases for a test's store: with nothing in them, or quicker, copies of one that has the tables already."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

import postgres
from ainoi_service.store.engine import open_store, sqlite_url

DIALECTS = ("sqlite", "postgresql")
_kept = ExitStack()


@contextmanager
def database(dialect: str, folder: Path, *, tables: bool) -> Iterator[str]:
    """URL of a database of its own, a SQLite file in ``folder``; ``tables``: those of an empty store are there."""
    if dialect == "sqlite":
        if tables:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copytree(_sqlite(), folder, dirs_exist_ok=True)
        yield sqlite_url(folder)
        return
    if postgres.server() is None:
        pytest.skip("needs PostgreSQL: its binaries, or AINOI_TEST_POSTGRES_URL")
    with postgres.database(_postgresql() if tables else None) as url:
        yield url


@functools.cache
def _sqlite() -> Path:
    folder = Path(_kept.enter_context(tempfile.TemporaryDirectory(prefix="ainoi-empty-")))
    atexit.register(_kept.close)
    open_store(sqlite_url(folder)).close()
    return folder


@functools.cache
def _postgresql() -> str | None:
    url = _kept.enter_context(postgres.database())
    atexit.register(_kept.close)  # after the server's own, so that it is called before
    open_store(url).close()
    return make_url(url).database
