"""The service keeps what the committed OpenAPI document says, whatever is sent: T18."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from schemathesis.python import asgi

from fake_annotator import FakeAnnotator
from hostile_web.contract import PHASES, run
from service_app import LOCAL, application
from service_articles import SAME_TALKS, TALKS, WINTER

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, methods in json.loads(DOCUMENT.read_text(encoding="utf-8"))["paths"].items()
    for method, operation in methods.items()
}
MANIFOLD = {
    name
    for name, operation in OPERATIONS.items()
    if "requestBody" in operation or sum(each["in"] == "query" for each in operation.get("parameters", [])) > 1
}
"""Operations that take more than an id and a flag: of these there is no end of different requests."""
Record = Callable[[str, object], None]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    """The application with three articles, running on the event loop that schemathesis calls it on."""
    app = application(FakeAnnotator(), tmp_path)
    with asgi.get_client(app) as client:
        for article in (TALKS, SAME_TALKS, WINTER):
            assert client.post(f"{LOCAL}/v1/articles", json=article).status_code == 201
        yield app
    asgi.shutdown_lifespans()


def test_a_few_requests_to_every_operation_keep_the_contract(app: FastAPI, record_property: Record) -> None:
    done = run(app, DOCUMENT, examples=3, phases=["fuzzing"])
    record_property("count", done.cases.total())
    assert not done.failures, "\n\n".join(done.failures)
    assert set(done.operations) == set(OPERATIONS)
    assert done.cases.total() >= 2 * len(OPERATIONS)


@pytest.mark.long
def test_hundreds_of_requests_to_every_operation_keep_the_contract(app: FastAPI, record_property: Record) -> None:
    done = run(app, DOCUMENT, examples=200)
    record_property("count", done.cases.total())
    assert not done.failures, "\n\n".join(done.failures)
    assert set(done.operations) == set(OPERATIONS)
    assert set(done.cases) == set(PHASES)
    assert len(MANIFOLD) >= 10
    assert {name: count for name, count in done.operations.items() if name in MANIFOLD and count < 200} == {}
