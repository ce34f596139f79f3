"""Copies made while articles are stored: whole, of one moment, and good to go on from (T33)."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import backup
import postgres
from ainoi_service.search.lookup import Lookup
from ainoi_service.search.query import QuoteQuery
from ainoi_service.store import articles
from ainoi_service.store import backup as making
from ainoi_service.store.backup import back_up
from ainoi_service.store.engine import Store, open_store, sqlite_url
from ainoi_service.store.errors import StoreError
from faults.stored_once import article, assert_sound
from faults.storing import store_one

COPIES = 5
DUMPS = 2


class Writing:
    """Somebody who stores articles while the block lasts."""

    def __init__(self, store: Store) -> None:
        self.acknowledged: list[str] = []
        self.faults: list[BaseException] = []
        self._store = store
        self._ended = threading.Event()
        self._more = threading.Condition()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Writing:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def wait_for(self, count: int) -> list[str]:
        """What had been acknowledged when that were so many more."""
        with self._more:
            wanted = len(self.acknowledged) + count
            assert self._more.wait_for(lambda: self.faults or len(self.acknowledged) >= wanted, timeout=300)
            return list(self.acknowledged)

    def _run(self) -> None:
        try:
            for number in itertools.count():
                if self._ended.is_set():
                    return
                id = store_one(self._store, article(number))
                with self._more:
                    self.acknowledged.append(id)
                    self._more.notify_all()
        except BaseException as fault:
            self.faults.append(fault)


def assert_good(url: str, before: list[str], after: list[str]) -> None:
    """The store at ``url`` has all that was there before, nothing that came later, and goes on."""
    store = open_store(url)
    there = {each.id for each in articles.newest(store, limit=100_000)}
    assert set(before) <= there <= set(after)
    lookup = Lookup(store)
    assert lookup.search(QuoteQuery(q="thương lượng")).total == len(there)
    store_one(store, article(1_000_000))
    assert lookup.search(QuoteQuery(q="thương lượng")).total == len(there) + 1
    store.close()


def copies_while_writing(url: str, count: int, copy: Callable[[int], str]) -> None:
    """Make copies while articles are stored, and look at each. ``copy`` gives the URL of the store made of it."""
    store = open_store(url)
    made: list[tuple[str, list[str], list[str]]] = []
    with Writing(store) as writing:
        for number in range(count):
            before = writing.wait_for(5)
            copied = copy(number)
            made.append((copied, before, writing.wait_for(2)))
    assert writing.faults == []
    for copied, before, after in made:
        assert_good(copied, before, after)
    assert articles.size(store).articles == len(writing.acknowledged)
    store.close()


def test_copies_of_a_sqlite_store_in_use_are_whole(tmp_path: Path, record_property: pytest.RecordProperty) -> None:
    def copy(number: int) -> str:
        (tmp_path / f"restored{number}").mkdir()
        file = tmp_path / f"copy{number}.sqlite3"
        assert backup.main([str(file), "--data-dir", str(tmp_path / "data")]) == 0
        assert_sound(file)
        shutil.copy(file, tmp_path / f"restored{number}" / "ainoi.sqlite3")
        return sqlite_url(tmp_path / f"restored{number}")

    copies_while_writing(sqlite_url(tmp_path / "data"), COPIES, copy)
    record_property("count", COPIES)


@pytest.mark.slow
def test_dumps_of_a_postgresql_store_in_use_are_whole(tmp_path: Path, record_property: pytest.RecordProperty) -> None:
    dump, restore = postgres.program("pg_dump"), postgres.program("pg_restore")
    if postgres.server() is None or dump is None or restore is None:
        pytest.skip("needs PostgreSQL and its programs")
    with postgres.database() as url:
        targets = [postgres.database() for _ in range(DUMPS)]
        urls = [target.__enter__() for target in targets]

        def copy(number: int) -> str:
            file = tmp_path / f"copy{number}"
            subprocess.run([dump, "--format=custom", f"--file={file}", url], check=True, capture_output=True)
            subprocess.run([restore, f"--dbname={urls[number]}", str(file)], check=True, capture_output=True)
            return urls[number]

        try:
            copies_while_writing(url, DUMPS, copy)
        finally:
            for target in targets:
                target.__exit__(None, None, None)
    record_property("count", DUMPS)


def test_a_copy_has_no_trace_of_what_was_deleted_and_keeps_the_numbering(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    store = open_store(url)
    gone = store_one(store, {"text": "Ông nói: “Bímậtđãxoá”."})
    with store.read():  # so that the file cannot be written anew
        assert articles.delete(store, gone) is not None
    back_up(url, tmp_path / "copy")
    assert "Bímậtđãxoá".encode() not in (tmp_path / "copy").read_bytes()
    kept = store_one(store, article(1))
    store.close()
    (tmp_path / "again").mkdir()
    shutil.copy(tmp_path / "copy", tmp_path / "again" / "ainoi.sqlite3")
    again = open_store(sqlite_url(tmp_path / "again"))
    assert store_one(again, article(1)) == kept
    [head] = articles.newest(again, limit=9)
    assert head.number == 2
    again.close()


def test_what_cannot_be_copied_leaves_the_copy_before_as_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy"
    copy.write_text("the last copy")
    assert backup.main([str(copy), "--data-dir", str(tmp_path / "nothing")]) == 1
    assert backup.main([str(copy), "--database", "postgresql://host/name"]) == 2
    (tmp_path / "ainoi.sqlite3").write_text("no database" * 1000)
    assert backup.main([str(copy), "--data-dir", str(tmp_path)]) == 1
    (tmp_path / "ainoi.sqlite3").write_bytes(b"")
    assert backup.main([str(copy), "--data-dir", str(tmp_path)]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "backup.py: there is no store to copy",
        "backup.py: only a SQLite store is copied so: use pg_dump",
        "backup.py: the store's file is not a SQLite database",
        "backup.py: the file is a SQLite database, but not a store of Ainói",
    ]
    assert copy.read_text() == "the last copy"
    assert {each.name for each in tmp_path.iterdir()} == {"copy", "ainoi.sqlite3"}
    good = tmp_path / "good"
    open_store(sqlite_url(good)).close()
    assert backup.main([str(tmp_path / "no" / "folder"), "--data-dir", str(good)]) != 0


def test_a_copy_that_is_made_while_another_is_made_to_the_same_file_harms_neither(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = sqlite_url(tmp_path)
    store = open_store(url)
    kept = store_one(store, article(1))
    copy = tmp_path / "copy"
    written: list[Path] = []

    def write_while_another_is_made(source: Path, partial: Path) -> None:
        write(source, partial)
        written.append(partial)
        if len(written) == 1:
            back_up(url, copy)
            assert_sound(copy)
        assert_sound(partial)

    write = making._write
    monkeypatch.setattr(making, "_write", write_while_another_is_made)
    back_up(url, copy)
    store.close()
    assert len(set(written)) == 2
    assert {each.name for each in tmp_path.iterdir()} == {"copy", "ainoi.sqlite3"}
    assert_good(f"sqlite:///{copy}", [kept], [kept])


def test_a_damaged_store_is_not_taken_for_a_copy(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    store = open_store(url)
    for number in range(50):
        store_one(store, article(number))
    store.close()
    file = tmp_path / "ainoi.sqlite3"
    bytes_of = bytearray(file.read_bytes())
    with sqlite3.connect(file) as connection:
        [[page]] = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'quote'").fetchall()
    connection.close()
    bytes_of[4096 * (page - 1) : 4096 * page] = b"\xff" * 4096
    file.write_bytes(bytes_of)
    with pytest.raises(StoreError) as caught:
        back_up(url, tmp_path / "copy")
    assert caught.value.code == "store_damaged"
    assert not (tmp_path / "copy").exists()
