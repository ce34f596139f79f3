"""The application around a fake annotator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from ainoi_service import create_app
from fake_annotator import FakeAnnotator


@pytest.fixture
def annotator() -> FakeAnnotator:
    return FakeAnnotator()


@pytest.fixture
def client(annotator: FakeAnnotator) -> Iterator[TestClient]:
    with TestClient(create_app(annotator), raise_server_exceptions=False) as client:
        yield client
