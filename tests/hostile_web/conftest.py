"""A service that has some articles; whatever is sent to it, it must go on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from fake_annotator import FakeAnnotator
from service_app import serving
from service_articles import SAME_TALKS, TALKS, WINTER, put


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of a service with three articles; bodies that are good are stored beside them."""
    with serving(FakeAnnotator(), tmp_path_factory.mktemp("hostile-web")) as client:
        for article in (TALKS, SAME_TALKS, WINTER):
            put(client, article)
        yield client
