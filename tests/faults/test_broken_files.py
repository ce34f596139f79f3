"""What SQLite and PostgreSQL report of files and disks becomes a ``StoreError`` with a stable code."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from psycopg import errors as postgresql
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from starlette.testclient import TestClient

from ainoi_service import create_app
from ainoi_service.store import schema
from ainoi_service.store.engine import open_store, sqlite_url
from ainoi_service.store.errors import StoreError
from ainoi_service.store.telling import telling
from error_shape import assert_problem
from fake_annotator import FakeAnnotator
from faults.stored_once import article
from faults.storing import store_one

REPORTS = {
    "SQLITE_BUSY": "store_busy",
    "SQLITE_BUSY_SNAPSHOT": "store_busy",
    "SQLITE_PROTOCOL": "store_busy",
    "SQLITE_FULL": "store_full",
    "SQLITE_IOERR_SHMSIZE": "store_full",
    "SQLITE_READONLY": "store_read_only",
    "SQLITE_READONLY_DIRECTORY": "store_read_only",
    "SQLITE_READONLY_CANTINIT": "store_read_only",
    "SQLITE_READONLY_DBMOVED": "store_unreachable",
    "SQLITE_PERM": "store_read_only",
    "SQLITE_CANTOPEN": "store_unreachable",
    "SQLITE_CANTOPEN_ISDIR": "store_unreachable",
    "SQLITE_IOERR": "store_unreachable",
    "SQLITE_IOERR_READ": "store_unreachable",
    "SQLITE_IOERR_WRITE": "store_unreachable",
    "SQLITE_IOERR_FSYNC": "store_unreachable",
    "SQLITE_IOERR_SHORT_READ": "store_unreachable",
    "SQLITE_CORRUPT": "store_damaged",
    "SQLITE_CORRUPT_INDEX": "store_damaged",
    "SQLITE_NOTADB": "store_damaged",
    "SQLITE_INTERRUPT": "store_timeout",
}
STATES = {
    postgresql.LockNotAvailable: "store_busy",
    postgresql.QueryCanceled: "store_timeout",
    postgresql.DiskFull: "store_full",
    postgresql.ReadOnlySqlTransaction: "store_read_only",
    postgresql.IoError: "store_unreachable",
    postgresql.DataCorrupted: "store_damaged",
    postgresql.IndexCorrupted: "store_damaged",
}


@pytest.mark.parametrize(("name", "code"), REPORTS.items())
@pytest.mark.parametrize("wrapped", [False, True])
def test_each_report_of_sqlite_has_its_code(name: str, code: str, wrapped: bool) -> None:
    error = sqlite3.OperationalError("as SQLite says")
    error.sqlite_errorname, error.sqlite_errorcode = name, 1
    with pytest.raises(StoreError) as caught, telling():
        raise DBAPIError("SELECT 1", None, error) if wrapped else error
    assert caught.value.code == code


@pytest.mark.parametrize(("kind", "code"), STATES.items())
def test_each_report_of_postgresql_has_its_code(kind: type[Exception], code: str) -> None:
    with pytest.raises(StoreError) as caught, telling():
        raise DBAPIError("SELECT 1", None, kind("as PostgreSQL says"))
    assert caught.value.code == code


def test_what_is_wrong_with_a_statement_is_nobody_else_s_fault() -> None:
    error = sqlite3.OperationalError("no such table")
    error.sqlite_errorname, error.sqlite_errorcode = "SQLITE_ERROR", 1
    with pytest.raises(sqlite3.OperationalError), telling():
        raise error


def test_too_many_readers_at_once_are_told_to_come_again() -> None:
    with pytest.raises(StoreError) as caught, telling():
        raise NoConnectionFree("QueuePool limit")
    assert caught.value.code == "store_busy"


def overwrite(file: Path, tree: str) -> None:
    """Spoil the first page of a table or an index, as a failing disk would."""
    connection = sqlite3.connect(file)
    [[page]] = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (tree,)).fetchall()
    connection.close()
    with file.open("r+b") as target:
        target.seek(4096 * (page - 1))
        target.write(b"\xff" * 4096)


def test_a_service_whose_file_is_damaged_says_so_and_lives(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    store = open_store(url)
    ids = [store_one(store, article(number)) for number in range(30)]
    store.close()
    overwrite(tmp_path / "ainoi.sqlite3", "sqlite_autoindex_alias_1")
    store = open_store(url)
    with TestClient(create_app(FakeAnnotator(), store=store), raise_server_exceptions=False) as client:
        assert_problem(client.get("/v1/speakers", params={"q": "Peskov"}), 500, "store_damaged")
        assert_problem(client.post("/v1/articles", json=article(99)), 500, "store_damaged")
        page = client.get("/speakers", params={"q": "Peskov"})
        assert (page.status_code, page.headers["content-type"]) == (500, "text/html; charset=utf-8")
        assert client.get(f"/v1/articles/{ids[0]}").status_code == 200
        assert client.get("/v1/quotes", params={"q": "thuong"}).json()["total"] == 30
    store.close()


def test_a_file_that_is_replaced_by_something_else_is_damage_and_at_the_start_foreign(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    store = open_store(url)
    store_one(store, article(1))
    store._engine.dispose()
    for name in ("ainoi.sqlite3-wal", "ainoi.sqlite3-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    (tmp_path / "ainoi.sqlite3").write_bytes(b"no database at all\n" * 1000)
    with pytest.raises(StoreError) as caught, store.read() as connection:
        connection.execute(select(schema.article.c.id)).all()
    assert caught.value.code == "store_damaged"
    store.close()
    with pytest.raises(StoreError) as opened:
        open_store(url)
    assert opened.value.code == "store_foreign"


def test_a_folder_that_is_gone_is_told_and_used_again_when_it_is_back(tmp_path: Path) -> None:
    data, away = tmp_path / "data", tmp_path / "away"
    store = open_store(sqlite_url(data))
    store_one(store, article(1))
    store._engine.dispose()
    data.rename(away)
    for _ in range(2):
        with pytest.raises(StoreError) as caught:
            store_one(store, article(2))
        assert caught.value.code == "store_unreachable"
    away.rename(data)
    store_one(store, article(2))
    assert _numbers(store) == [1, 2]
    store.close()


def _numbers(store: Any) -> list[int]:
    with store.read() as connection:
        return list(connection.execute(select(schema.article.c.number).order_by(schema.article.c.number)).scalars())


def test_no_error_of_a_database_shows_an_article(tmp_path: Path) -> None:
    store = open_store(sqlite_url(tmp_path))
    with pytest.raises(DBAPIError) as caught, store.read() as connection:
        connection.execute(text("SELECT nothing FROM nowhere WHERE text = :text"), {"text": "bí mật của bài"})
    assert "bí mật" not in f"{caught.value} {caught.value!r}"
    store.close()


def test_a_writer_that_fails_over_the_file_keeps_no_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ainoi_service.store.engine.WAIT_SECONDS", 1)
    store = open_store(sqlite_url(tmp_path))
    failed: list[BaseException] = []  # as somebody keeps them who logs them later
    for number in range(3):
        try:
            with store.write() as connection:
                connection.execute(insert(schema.change).values(article=7))
                connection.exec_driver_sql("PRAGMA query_only=ON")
                connection.execute(insert(schema.change).values(article=8))
        except StoreError as error:
            failed.append(error)
        store_one(store, article(number))
    assert [getattr(error, "code", None) for error in failed] == ["store_read_only"] * 3
    assert _numbers(store) == [1, 2, 3]
    store.close()
