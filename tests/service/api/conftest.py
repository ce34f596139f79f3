"""Services that have some articles."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from fake_annotator import FakeAnnotator
from service_app import serving
from service_articles import SAME_TALKS, TALKS, WINTER, put


@pytest.fixture
def stocked(client: TestClient) -> TestClient:
    """A client of a service with three articles."""
    for article in (TALKS, SAME_TALKS, WINTER):
        put(client, article)
    return client


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Likewise, for tests that change nothing."""
    with serving(FakeAnnotator(), tmp_path_factory.mktemp("library")) as client:
        for article in (TALKS, SAME_TALKS, WINTER):
            put(client, article)
        yield client
