"""A writer is killed between any two of its steps: nothing that it had acknowledged is lost, and the file is whole."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from ainoi_service.search.lookup import Lookup
from ainoi_service.search.query import QuoteQuery
from ainoi_service.store import schema
from ainoi_service.store.engine import open_store, sqlite_url
from faults.service_process import TESTS
from faults.stored_once import assert_sound, words

SCRIPT = Path(__file__).with_name("writer_loop.py")
Acknowledged = dict[int, str]


@contextmanager
def writers(url: str) -> Iterator[subprocess.Popen[str]]:
    """A process that starts writers."""
    paths = filter(None, [str(TESTS), os.environ.get("PYTHONPATH")])
    process = subprocess.Popen(
        [sys.executable, str(SCRIPT), url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
    )
    with process:
        yield process


def write_and_kill(process: subprocess.Popen[str], mode: str, first: int, after: int) -> Acknowledged:
    """What a writer that is killed when it has stored ``after`` articles had acknowledged by then."""
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(f"{mode} {first}\n")
    process.stdin.flush()
    acknowledged: Acknowledged = {}
    pid = 0
    for line in process.stdout:
        if line == "dead\n":
            return acknowledged
        name, value = line.split()
        if name == "pid":
            pid = int(value)
        else:
            acknowledged[int(name)] = value
            if len(acknowledged) >= after and pid:
                os.kill(pid, signal.SIGKILL)
                pid = 0
    raise AssertionError("the writers' process has ended")


@pytest.mark.parametrize("kills", [pytest.param(3, marks=pytest.mark.slow), pytest.param(50, marks=pytest.mark.long)])
@pytest.mark.parametrize("mode", ["normal", "full"])
def test_a_killed_writer_loses_nothing_that_it_acknowledged(
    tmp_path: Path, record_property: pytest.RecordProperty, mode: str, kills: int
) -> None:
    url, chance = sqlite_url(tmp_path), random.Random(mode)
    open_store(url).close()
    acknowledged: Acknowledged = {}
    with writers(url) as process:
        for kill in range(kills):
            acknowledged |= write_and_kill(process, mode, 10_000 * kill, chance.randrange(1, 30))
            if kill % 10 == 9:
                assert_sound(tmp_path / "ainoi.sqlite3")
    assert_sound(tmp_path / "ainoi.sqlite3")
    store = open_store(url)
    columns = (schema.article.c.id, schema.article.c.url, schema.quote.c.text, schema.quote.c.checked)
    with store.read() as connection:
        rows = connection.execute(
            select(*columns).join(schema.quote, schema.quote.c.article == schema.article.c.number)
        ).all()
    there = {int(row.url.rpartition("/")[2]): row for row in rows}
    assert len(there) == len(rows)
    assert {number: there[number].id for number in acknowledged} == acknowledged
    assert all(row.text == words(number) for number, row in there.items())
    if mode == "full":
        assert {there[number].checked for number in acknowledged} == {"right"}
    assert Lookup(store).search(QuoteQuery(q="thương lượng")).total == len(rows)
    store.close()
    record_property("count", kills)
