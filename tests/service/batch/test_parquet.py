"""Parquet files are read row by row, and what is written to them is what JSON Lines would hold."""

from __future__ import annotations

import datetime
import io
import tracemalloc
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi import AnnotatedArticle, Article
from ainoi_service.batch import parquet_file
from ainoi_service.batch.items import ErrorRow, InputError, Item, Read
from ainoi_service.batch.parquet_file import ParquetWriter
from ainoi_service.batch.parquet_records import parquet_rows
from ainoi_service.batch.reading import InputReader
from ainoi_service.html import Page
from ainoi_service.limits import Limits
from fake_annotator import FakeAnnotator


def extract(html: str) -> Page:
    return Page(text="Lời của trang.", title=None, date=None, url=None, outlet=None)


def read(path: Path, *, limits: Limits | None = None) -> list[Item]:
    return list(InputReader([str(path)], extract=extract, stdin=io.BytesIO(), limits=limits))


def put(path: Path, **columns: Any) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def short(items: list[Item]) -> list[tuple[int | None, str]]:
    return [(item.line, item.code if isinstance(item, ErrorRow) else item.article.text) for item in items]


def test_columns_are_fields_and_rows_are_articles(tmp_path: Path) -> None:
    path = put(
        tmp_path / "a.parquet",
        id=["x", None],
        text=["một", "hai"],
        date=pa.array([datetime.date(2024, 11, 12), None]),
        title=pa.array(["t", "u"]).dictionary_encode(),
        url=pa.array(["https://x.vn", None], pa.large_string()),
        date_publish=pa.array([None, datetime.datetime(2024, 1, 2, 3, 4, 5)]),
        other=[[1], [2]],
    )
    assert read(path) == [
        Read(Article(id="x", text="một", title="t", date="2024-11-12", url="https://x.vn"), str(path), 1),
        Read(Article(id=f"{tmp_path / 'a'}:2", text="hai", title="u", date="2024-01-02T03:04:05"), str(path), 2),
    ]


def test_a_bad_row_costs_only_itself(tmp_path: Path) -> None:
    text = pa.array([b"mot", b"\xff", b"ba", None, b"nam", b" "], pa.binary())
    path = put(tmp_path / "a.parquet", text=text, html=pa.array([None, None, None, b"<p>", None, None], pa.binary()))
    assert short(read(path)) == [
        (1, "mot"),
        (2, "not_utf8"),
        (3, "ba"),
        (4, "Lời của trang."),
        (5, "nam"),
        (6, "empty"),
    ]


def test_a_string_column_that_holds_no_strings_costs_only_those_rows(tmp_path: Path) -> None:
    bytes_ = pa.array([b"mot", b"\xff", b"ba"], pa.binary())
    text = pa.Array.from_buffers(pa.string(), 3, bytes_.buffers())
    path = put(tmp_path / "a.parquet", text=text)
    assert short(read(path)) == [(1, "mot"), (2, "not_utf8"), (3, "ba")]


def test_a_row_over_the_limit_is_too_long(tmp_path: Path) -> None:
    path = put(tmp_path / "a.parquet", text=["a", "b"], html=["c", "đ" * 60])
    assert short(read(path, limits=Limits(max_record_bytes=100))) == [(1, "a"), (2, "too_long")]


@pytest.mark.parametrize(
    "kind",
    [
        *(pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary(), pa.binary_view()),
        *(pa.dictionary(pa.int32(), pa.string()), pa.list_(pa.string())),
    ],
    ids=str,
)
def test_a_cell_over_the_limit_is_never_unpacked(tmp_path: Path, kind: pa.DataType) -> None:
    long = "a" * 20_000_000
    path = put(tmp_path / "a.parquet", text=["mot", "hai"], html=pa.array([None, None], pa.string()))
    table = pq.read_table(path).set_column(
        1, "html", pa.array([None, [long] if pa.types.is_list(kind) else long], kind)
    )
    pq.write_table(table, path)
    tracemalloc.start()
    try:
        found = short(read(path, limits=Limits(max_record_bytes=1000)))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == [(1, "mot"), (2, "hai" if pa.types.is_list(kind) else "too_long")]
    assert most < len(long)


@pytest.mark.parametrize(
    ("data", "code"), [(b"", "unreadable"), (b"PAR1", "unreadable"), (b"PAR1" + b"\0" * 50 + b"PAR1", "unreadable")]
)
def test_what_is_no_parquet_file_is_one_error_row(tmp_path: Path, data: bytes, code: str) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(data)
    assert short(read(path)) == [(None, code)]


def test_a_file_without_rows_is_empty(tmp_path: Path) -> None:
    assert short(read(put(tmp_path / "a.parquet", text=pa.array([], pa.string())))) == [(None, "empty")]


def test_the_part_that_was_read_grows_to_the_whole(tmp_path: Path) -> None:
    path = put(tmp_path / "a.parquet", text=["a"] * 300)
    reader = InputReader([str(path)], extract=extract, stdin=io.BytesIO())
    seen = [reader.bytes_read for _ in reader]
    assert seen == sorted(seen)
    assert 0 < seen[-1] < reader.bytes_read == reader.total_bytes()


def annotated(count: int) -> list[AnnotatedArticle]:
    articles = [Article(id=str(n), text="Ông “a” và “b”." if n % 2 else "Không.", date="2024") for n in range(count)]
    return [each for each in FakeAnnotator().annotate_batch(articles) if isinstance(each, AnnotatedArticle)]


def written(articles: list[AnnotatedArticle]) -> bytes:
    stream = io.BytesIO()
    writer = ParquetWriter(stream)
    for article in articles:
        writer.write(article)
    writer.close()
    return stream.getvalue()


@pytest.mark.parametrize("count", [0, 1, 3, 6, 7])
def test_rows_hold_what_json_lines_would_and_the_file_is_always_the_same(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_file, "ROW_GROUP", 3)
    articles = annotated(count)
    data = written(articles)
    assert pq.read_table(io.BytesIO(data)).to_pylist() == [article.model_dump(mode="json") for article in articles]
    assert data == written(articles)


def test_results_found_in_a_folder_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "quotes.parquet").write_bytes(written(annotated(2)))
    reader = InputReader([str(tmp_path / "f")], extract=extract, stdin=io.BytesIO())
    assert list(reader) == []
    assert reader.passed_over == [str(tmp_path / "f" / "quotes.parquet")]


WHOLE = written(annotated(20))


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 60), st.binary(max_size=12))
def test_no_damage_raises_anything_but_an_input_error(place: int, gone: int, put: bytes) -> None:
    data = io.BytesIO(WHOLE[:place] + put + WHOLE[place + gone :])
    try:
        list(parquet_rows(data, max_bytes=1000, on_progress=lambda part: None))
    except InputError as error:
        assert error.code == "unreadable"
