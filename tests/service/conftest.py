"""The application around a fake annotator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from fake_annotator import FakeAnnotator
from service_app import serving


@pytest.fixture
def annotator() -> FakeAnnotator:
    return FakeAnnotator()


@pytest.fixture
def client(annotator: FakeAnnotator, tmp_path: Path) -> Iterator[TestClient]:
    with serving(annotator, tmp_path) as client:
        yield client
