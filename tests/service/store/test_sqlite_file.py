"""What is peculiar to SQLite's files."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

from ainoi_service.store import sqlite_file


def test_scrubbing_removes_what_moving_rows_from_page_to_page_left_behind(tmp_path: Path) -> None:
    """``secure_delete`` alone leaves some of these rows in the file (SQLite 3.40: a dozen)."""
    path, chance = tmp_path / "file", random.Random(2)
    connection = sqlite3.connect(path)
    sqlite_file.prepare(connection, None)
    sqlite_file.use_wal(connection, 1)
    connection.execute("CREATE TABLE row (number INTEGER PRIMARY KEY, key TEXT UNIQUE, text TEXT)")
    connection.execute("BEGIN")
    for number in range(10_000):
        word = "SECRETWORD" if number % 7 == 0 else "plain"
        key, text = f"{chance.getrandbits(64):016x} {word}", word + " x" * chance.randint(5, 150)
        connection.execute("INSERT INTO row (key, text) VALUES (?, ?)", (key, text))
    connection.execute("COMMIT")
    connection.execute("UPDATE row SET text = text || ' and more' WHERE number % 3 = 0")
    connection.execute("DELETE FROM row WHERE text LIKE 'SECRET%'")
    assert sqlite_file.scrub(connection)
    assert [name.name for name in tmp_path.iterdir() if b"SECRET" in name.read_bytes()] == []
    assert connection.execute("SELECT count(*) FROM row WHERE text LIKE 'plain%'").fetchone() == (8571,)
    connection.close()
