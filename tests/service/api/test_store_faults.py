"""A store that cannot be written, or not read, is told as such, and serves again when it can."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, event
from starlette.testclient import TestClient

from ainoi_service import create_app
from ainoi_service.store.engine import Store, open_store, sqlite_url
from ainoi_service.store.errors import StoreError
from error_shape import assert_problem
from fake_annotator import FakeAnnotator
from service_articles import JSON_LINES, TALKS, WINTER, put, texts


class Faults:
    """A statement that is run at the start of every transaction, and spoils it."""

    statement: str | None = None

    def begin(self, connection: Connection) -> None:
        if self.statement is not None:
            connection.exec_driver_sql(self.statement)


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def client(tmp_path: Path, faults: Faults) -> Iterator[TestClient]:
    store: Store = open_store(sqlite_url(tmp_path))
    event.listen(store._engine, "begin", faults.begin)
    with TestClient(create_app(FakeAnnotator(), store=store), raise_server_exceptions=False) as client:
        yield client
    store.close()


@pytest.mark.parametrize(
    ("statement", "status", "code"),
    [("PRAGMA query_only=ON", 503, "store_read_only"), ("PRAGMA max_page_count=1", 507, "store_full")],
    ids=["read-only", "full"],
)
def test_a_store_that_takes_nothing(client: TestClient, faults: Faults, statement: str, status: int, code: str) -> None:
    quote = put(client, WINTER)["quotes"][0]
    large = TALKS | {"text": " ".join(f"Ông nói: “{'lời ' * 200}{number}”." for number in range(50))}
    faults.statement = statement
    assert_problem(client.post("/v1/articles", json=large), status, code)
    [line] = client.post("/v1/articles:batch", content=json.dumps(large), headers=JSON_LINES).text.splitlines()
    assert (json.loads(line)["status"], json.loads(line)["problem"]["code"]) == (status, code)
    assert client.get("/v1/quotes").json()["total"] == 1
    if code == "store_read_only":
        refused = client.put(f"/v1/quotes/{quote['id']}/verdict", json={"verdict": "wrong"})
        assert_problem(refused, 503, "store_read_only")
        assert refused.headers["retry-after"] == "10"
    assert texts(client.get("/v1/quotes", params={"q": "lạnh"})) == [quote["text"]]


def test_when_there_is_room_again_it_is_taken(client: TestClient, faults: Faults) -> None:
    faults.statement = "PRAGMA max_page_count=1"
    large = TALKS | {"text": "Ông nói: “vâng”. " + "lời " * 100_000}
    assert_problem(client.post("/v1/articles", json=large), 507, "store_full")
    assert client.get("/v1/articles").json()["articles"] == []
    faults.statement = "PRAGMA max_page_count=1000000"
    assert client.post("/v1/articles", json=large).status_code == 201


def test_a_busy_store_says_when_to_come_again(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> None:
        raise StoreError("store_busy", "another writer has not finished")

    monkeypatch.setattr("ainoi_service.desk.put", busy)
    response = client.post("/v1/articles", json=TALKS)
    assert_problem(response, 503, "store_busy")
    assert response.headers["retry-after"] == "1"
