"""An empty store, on SQLite and on PostgreSQL: every test that takes ``store`` runs on both."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import postgres
from ainoi_service.store.engine import Store, open_store, sqlite_url

CLOCK = datetime(2025, 12, 4, 10, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database in which there is nothing yet."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "data")
        return
    if postgres.server() is None:
        pytest.skip("needs PostgreSQL: its binaries, or AINOI_TEST_POSTGRES_URL")
    with postgres.database() as url:
        yield url


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = open_store(url, clock=lambda: CLOCK)
    yield store
    store.close()
