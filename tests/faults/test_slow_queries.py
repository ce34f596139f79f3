"""A statement that takes too long is given up, and nobody else notices (T32)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event
from starlette.testclient import TestClient

from ainoi_service import create_app
from ainoi_service.search.following import _documents
from ainoi_service.search.lookup import Lookup
from ainoi_service.store import time_limit
from ainoi_service.store.engine import Store, open_store, sqlite_url
from ainoi_service.store.errors import StoreError
from ainoi_service.store.time_limit import unhurried
from error_shape import assert_problem
from fake_annotator import FakeAnnotator
from faults.stored_once import article
from faults.storing import store_one

ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
LONG = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 300000) SELECT count(*) FROM n"
TIMES = 5


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = open_store(url, query_seconds=0.2)
    yield store
    store.close()


def test_a_statement_without_end_is_given_up_and_other_readers_and_writers_go_on(
    store: Store, record_property: pytest.RecordProperty
) -> None:
    store_one(store, article(0))
    lookup = Lookup(store)
    ended = threading.Event()
    seen: list[int] = []
    faults: list[BaseException] = []

    def look() -> None:
        try:
            seen.append(lookup.sync().total)
            while not ended.is_set():
                seen.append(lookup.sync().total)
        except BaseException as fault:
            faults.append(fault)

    readers = [threading.Thread(target=look) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(1, TIMES + 1):
        with pytest.raises(StoreError) as caught, store.read() as connection:
            connection.exec_driver_sql(ENDLESS)
        assert caught.value.code == "store_timeout"
        store_one(store, article(number))
    ended.set()
    for reader in readers:
        reader.join()
    assert faults == []
    assert len(seen) >= len(readers)
    assert lookup.sync().total == 1 + TIMES
    assert store.scrub()
    record_property("count", TIMES)


def test_writers_and_who_reads_a_whole_store_take_their_time(url: str) -> None:
    store = open_store(url, query_seconds=0.02)
    with pytest.raises(StoreError) as caught, store.read() as connection:
        connection.exec_driver_sql(LONG)
    assert caught.value.code == "store_timeout"
    with store.write() as connection:
        assert connection.exec_driver_sql(LONG).scalar() == 300_000
    with store.read() as connection:
        with unhurried(connection):
            assert connection.exec_driver_sql(LONG).scalar() == 300_000
        with pytest.raises(StoreError), store.read() as other:
            other.exec_driver_sql(LONG)
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    store.close()


def test_an_index_is_filled_however_long_it_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_limit, "STEPS", 1_000)
    store = open_store(sqlite_url(tmp_path), query_seconds=1e-6)
    store_one(store, {"text": " ".join(f"“lời {number}”" for number in range(300))})
    with pytest.raises(StoreError) as caught, store.read() as connection:
        connection.execute(_documents()).all()
    assert caught.value.code == "store_timeout"
    assert Lookup(store).sync().total == 300
    store.close()


def test_a_request_that_takes_too_long_is_told_so(tmp_path: Path) -> None:
    store = open_store(sqlite_url(tmp_path), query_seconds=0.2)

    def make_endless(_: Connection, __: Any, statement: str, parameters: Any, *___: Any) -> tuple[str, Any]:
        return (ENDLESS, ()) if "ORDER BY article.number DESC" in statement else (statement, parameters)

    with TestClient(create_app(FakeAnnotator(), store=store), raise_server_exceptions=False) as client:
        assert client.post("/v1/articles", json=article(1)).status_code == 201
        event.listen(store._engine, "before_cursor_execute", make_endless, retval=True)
        answer = client.get("/v1/articles")
        assert_problem(answer, 503, "store_timeout")
        assert answer.headers["retry-after"] == "10"
        assert client.get("/v1/quotes").json()["total"] == 1
    store.close()
