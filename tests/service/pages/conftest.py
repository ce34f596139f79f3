"""The pages around a fake annotator and a store of their own."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ainoi_service.pages.seeds import seeds as seed_articles
from pages_app import FILE, FakeDesk, SeedAnnotator, pages_app

Site = tuple[TestClient, FakeDesk]


def running(folder: Path) -> Iterator[Site]:
    app, desk = pages_app(SeedAnnotator(), folder)
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client, desk
    desk.close()


@pytest.fixture(scope="session")
def seeded_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of a store that holds the seeds, to be copied."""
    folder = tmp_path_factory.mktemp("seeds")
    _, desk = pages_app(SeedAnnotator(), folder)
    for article in seed_articles():
        asyncio.run(desk.keep(article))
    desk.close()
    return folder / FILE


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    yield from running(tmp_path)


@pytest.fixture
def client(site: Site) -> TestClient:
    """The client of an empty store."""
    return site[0]


@pytest.fixture
def seeded_site(tmp_path: Path, seeded_store: Path) -> Iterator[Site]:
    (tmp_path / "seeded").mkdir()
    shutil.copy(seeded_store, tmp_path / "seeded" / FILE)
    yield from running(tmp_path / "seeded")


@pytest.fixture
def seeded(seeded_site: Site) -> TestClient:
    """The client of a store with the seeds."""
    return seeded_site[0]


@pytest.fixture
def article(seeded: TestClient) -> str:
    """Address of one article of the seeds."""
    return re.findall(r"/articles/[0-9a-f]{16}", seeded.get("/articles").text)[-1]
