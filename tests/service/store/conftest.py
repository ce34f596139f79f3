"""An empty store, on SQLite and on PostgreSQL: every test that takes ``store`` runs on both."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ainoi_service.store.engine import Store, open_store
from empty_stores import DIALECTS, database

CLOCK = datetime(2025, 12, 4, 10, 0, tzinfo=UTC)


@pytest.fixture(params=DIALECTS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database of the test's own; for a test that takes no ``store`` there is nothing in it."""
    with database(request.param, tmp_path / "data", tables="store" in request.fixturenames) as url:
        yield url


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = open_store(url, clock=lambda: CLOCK)
    yield store
    store.close()
