"""A run into a store may be broken off, done again and done twice at a time: the store holds the same."""

from __future__ import annotations

import hashlib
import io
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from ainoi_service.batch.annotating import OwnProcess
from ainoi_service.batch.items import ErrorRow
from ainoi_service.batch.reading import InputReader
from ainoi_service.batch.storing import StoreCounts, run_into_store
from ainoi_service.html import Page
from ainoi_service.registry_names import RegistryNames
from ainoi_service.store.engine import Store, open_store
from batch_annotators import SECONDS, CompanyAnnotator
from fake_annotator import POISON, FakeAnnotator

PROGRAM = Path(__file__).parents[2] / "batch_program.py"
QUESTIONS = (
    "select a.id, a.source, a.version, a.current, a.text_sha256, a.text, a.given_id, a.title, a.date, a.url, a.outlet,"
    " m.sha256 from article a join model m on m.number = a.model order by a.id",
    "select q.id, a.id, q.text, q.type, q.confidence from quote q join article a on a.number = q.article order by q.id",
    "select q.id, hex(e.vector) from embedding e join quote q on q.number = e.quote order by q.id",
)


def extract(html: str) -> Page:
    return Page(text="Lời “của trang”.", title=None, date=None, url=None, outlet=None)


class Rows:
    """An error sink."""

    def __init__(self) -> None:
        self.rows: list[ErrorRow] = []

    def write(self, row: ErrorRow) -> None:
        self.rows.append(row)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    fake = FakeAnnotator()
    store = open_store(f"sqlite:///{tmp_path / 'a.sqlite3'}", names=RegistryNames(fake.registry, fake.name_in))
    yield store
    store.close()


def run(
    store: Store, *inputs: Path, annotator: FakeAnnotator | None = None, batch_size: int = 3
) -> tuple[StoreCounts, list[ErrorRow]]:
    annotator, errors = annotator or FakeAnnotator(), Rows()
    reader = InputReader([str(path) for path in inputs], extract=extract, stdin=io.BytesIO())
    return run_into_store(
        reader, OwnProcess(annotator, extract), annotator, store, errors, batch_size=batch_size
    ), errors.rows


def digest(store: Store) -> tuple[tuple[int, str], ...]:
    """How many rows there are of each kind, and a hash of what they say."""
    found = []
    with store.read() as connection:
        for question in QUESTIONS:
            rows = [tuple(row) for row in connection.execute(text(question))]
            found.append((len(rows), hashlib.sha256(repr(rows).encode()).hexdigest()))
    return tuple(found)


def make_news(folder: Path, count: int, *, versions: int = 2) -> list[Path]:
    """``count`` articles in files of ten; the last five are those at the start, but for ``versions`` in other words."""
    folder.mkdir()
    files = []
    for first in range(0, count, 10):
        records = [
            {
                "id": f"bài-{number % (count - 5)}",
                "text": f"Ông nói “lời thứ {number if number >= count - versions else number % (count - 5)}”, “ạ”.",
                "date": "2025-01-02",
            }
            for number in range(first, min(first + 10, count))
        ]
        files.append(folder / f"{first:04}.jsonl")
        files[-1].write_text("\n".join(json.dumps(record) for record in records))
    return files


def test_articles_are_stored_with_quotes_and_vectors_and_errors_told(store: Store, tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": "a", "text": "Ông nói “vâng”.", "url": "https://x.vn/a"}),
        "{",
        json.dumps({"id": "p", "text": POISON}),
        json.dumps({"id": "n", "text": "Ông\0 nói “vâng”."}),
        json.dumps({"id": "h", "html": "<p>"}),
    ]
    file = tmp_path / "a.jsonl"
    file.write_text("\n".join(lines))
    counts, errors = run(store, file)
    assert counts == StoreCounts(articles=2, quotes=2, errors=3, known=0)
    assert [(row.id, row.line, row.code) for row in errors] == [
        (f"{tmp_path / 'a'}:2", 2, "bad_json"),
        ("p", 3, "internal"),
        ("n", 4, "bad_characters"),
    ]
    assert [count for count, _ in digest(store)] == [2, 2, 2]


def test_what_the_store_has_is_not_annotated_again(store: Store, tmp_path: Path) -> None:
    files = make_news(tmp_path / "news", 20)
    run(store, *files)
    before, annotator = digest(store), FakeAnnotator()
    counts, _ = run(store, *files, annotator=annotator)
    assert (counts.articles, counts.known, annotator.batches) == (0, 20, [])
    assert digest(store) == before


def test_a_folder_put_in_three_times_and_shuffled_leaves_one_of_each(
    store: Store, tmp_path: Path, record_property: pytest.RecordProperty
) -> None:
    files = make_news(tmp_path / "news", 100)
    run(store, *files)
    once = digest(store)
    for round in range(2):
        random.Random(round).shuffle(files)
        run(store, *files)
        assert digest(store) == once
    record_property("count", 3)


@pytest.mark.slow
def test_two_processes_at_once_leave_what_one_leaves(
    store: Store, tmp_path: Path, record_property: pytest.RecordProperty
) -> None:
    run(store, *make_news(tmp_path / "news", 100, versions=0), annotator=CompanyAnnotator(), batch_size=1)
    url = f"sqlite:///{tmp_path / 'b.sqlite3'}"
    command = [sys.executable, str(PROGRAM), "news", "--store", url, "--workers", "1"]
    both = [
        subprocess.Popen(command, cwd=tmp_path, env={SECONDS: "0.005"}, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    for each in both:
        _, told = each.communicate(timeout=120)
        assert each.returncode == 0, told.decode()
        assert b"locked" not in told
    other = open_store(url)
    assert digest(other) == digest(store)
    other.close()
    record_property("count", 2)
