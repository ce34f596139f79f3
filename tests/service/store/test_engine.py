"""Opening stores, and what transactions promise."""

from __future__ import annotations

import multiprocessing
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from ainoi_service.store import schema, sqlite_file
from ainoi_service.store.engine import Store, open_store, sqlite_url
from ainoi_service.store.errors import StoreError

CHANGES = select(schema.change.c.article)


def changes(store: Store) -> list[int]:
    with store.read() as connection:
        return list(connection.execute(CHANGES.order_by(schema.change.c.number)).scalars())


def add(store: Store, article: int) -> None:
    with store.write() as connection:
        connection.execute(insert(schema.change).values(article=article))


def test_a_store_is_made_with_its_folder_and_opened_again(url: str) -> None:
    first = open_store(url)
    add(first, 7)
    first.close()
    second = open_store(url)
    assert changes(second) == [7]
    second.close()


def test_a_sqlite_store_writes_ahead_and_checks_its_references(tmp_path: Path) -> None:
    store = open_store(sqlite_url(tmp_path))
    with store.read() as connection:
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "foreign_keys")]
    store.close()
    assert found == ["wal", 1]


@pytest.mark.parametrize(("mode", "level"), [("write", 1), ("durable", 2)])
def test_only_what_is_to_be_durable_waits_for_the_disk(tmp_path: Path, mode: str, level: int) -> None:
    store = open_store(sqlite_url(tmp_path))
    with store.write(durable=mode == "durable") as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == level
    store.close()


@pytest.mark.parametrize(
    "url", ["", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://localhost/x", "nosuch+driver://x"]
)
def test_a_url_that_names_no_store_is_refused(url: str) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(url)
    assert caught.value.code == "store_bad_url"


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ainoi.sqlite3").write_text("not a database, whatever its name says" * 100)
    with pytest.raises(StoreError) as caught:
        open_store(sqlite_url(tmp_path))
    assert caught.value.code == "store_foreign"


def test_a_folder_in_the_file_s_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ainoi.sqlite3").mkdir()
    with pytest.raises(StoreError) as caught:
        open_store(sqlite_url(tmp_path))
    assert caught.value.code == "store_unreachable"


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError) as caught:
        open_store(sqlite_url(tmp_path / "file" / "data"))
    assert caught.value.code == "store_unreachable"


def test_a_server_that_does_not_answer_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(f"postgresql://nobody@/nothing?host={tmp_path}")
    assert caught.value.code == "store_unreachable"


def test_the_short_name_of_postgresql_will_do(url: str) -> None:
    if make_url(url).get_backend_name() == "postgresql":
        store = open_store(url.replace("postgresql://", "postgres://", 1))
        assert store.dialect == "postgresql"
        store.close()


def test_a_store_of_a_later_version_is_refused_and_left_alone(url: str) -> None:
    store = open_store(url)
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError) as caught:
        open_store(url)
    assert caught.value.code == "store_too_new"
    with store.read() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
    store.close()


def test_tables_of_something_else_are_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "ainoi.sqlite3") as connection:
        connection.execute("CREATE TABLE article (title TEXT)")
    connection.close()
    with pytest.raises(StoreError) as caught:
        open_store(sqlite_url(tmp_path))
    assert caught.value.code == "store_foreign"


def test_a_block_that_raises_writes_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as connection:
        connection.execute(insert(schema.change).values(article=7))
        raise ZeroDivisionError
    assert changes(store) == []


def test_a_reader_sees_one_state_throughout(store: Store) -> None:
    add(store, 1)
    with store.read() as connection:
        before = connection.execute(CHANGES).scalars().all()
        add(store, 2)
        during = connection.execute(CHANGES).scalars().all()
    assert (before, during, changes(store)) == ([1], [1], [1, 2])


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises((StoreError, DBAPIError)), store.read() as connection:
        connection.execute(insert(schema.change).values(article=7))
    add(store, 8)
    assert changes(store) == [8]


SPOILING = {
    ("sqlite", "store_full"): "PRAGMA max_page_count=1",
    ("sqlite", "store_read_only"): "PRAGMA query_only=ON",
    ("postgresql", "store_full"): "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$",
    ("postgresql", "store_read_only"): "SET TRANSACTION READ ONLY",
}


@pytest.mark.parametrize("code", ["store_full", "store_read_only"])
def test_a_store_that_takes_nothing_more_says_why_and_keeps_no_part(store: Store, code: str) -> None:
    add(store, 1)
    with pytest.raises(StoreError) as caught, store.write() as connection:
        connection.exec_driver_sql(SPOILING[store.dialect, code])
        connection.execute(insert(schema.change), [{"article": number} for number in range(10_000)])
    assert caught.value.code == code
    assert changes(store) == [1]


def test_a_writer_that_waits_too_long_is_told_so(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ainoi_service.store.engine.WAIT_SECONDS", 1)
    first, second = open_store(url), open_store(url)
    with first.write():
        with pytest.raises(StoreError) as other:
            add(second, 1)
        with pytest.raises(StoreError) as same:
            add(first, 1)
    assert (other.value.code, same.value.code) == ("store_busy", "store_busy")
    add(second, 2)
    assert changes(first) == [2]
    first.close()
    second.close()


def _open_and_add(url: str, article: int) -> None:
    store = open_store(url)
    add(store, article)
    store.close()


def test_processes_that_start_at_once_make_one_store(url: str) -> None:
    workers = [multiprocessing.get_context("spawn").Process(target=_open_and_add, args=(url, i)) for i in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0, 0]
    store = open_store(url)
    assert sorted(changes(store)) == [0, 1, 2, 3]
    store.close()


def test_scrubbing_that_a_process_left_undone_is_done_at_the_next_start(tmp_path: Path) -> None:
    store = open_store(sqlite_url(tmp_path))
    with store.write() as connection:
        sqlite_file.ask_for_scrubbing(connection)
    store.close()
    store = open_store(sqlite_url(tmp_path))
    with store.read() as connection:
        assert not sqlite_file.to_be_scrubbed(connection)
    store.close()
