"""Files, folders and standard input become articles and error rows, in order."""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi.schema import Article
from ainoi_service.batch.finding import id_of
from ainoi_service.batch.items import ErrorRow, Item, Read
from ainoi_service.batch.reading import InputReader
from ainoi_service.html import HtmlNoTextError, Page
from ainoi_service.limits import Limits

BOM = b"\xef\xbb\xbf"
PAGE = Page(text="Lời của trang.", title="Tựa", date="2024-11-12", url="https://x.vn", outlet="X")


def extract(html: str) -> Page:
    if "nothing" in html:
        raise HtmlNoTextError("no article text was found in the page")
    return PAGE


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def read(
    *inputs: str, stdin: bytes = b"", limits: Limits | None = None, leave_out: tuple[Path, ...] = ()
) -> list[Item]:
    return list(InputReader(inputs, extract=extract, stdin=io.BytesIO(stdin), limits=limits, leave_out=leave_out))


def put(path: str, data: bytes | str) -> str:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def short(items: list[Item]) -> list[tuple[str | None, int | None, str]]:
    """Id, line and text or code of each item."""
    return [
        (item.id, item.line, item.code)
        if isinstance(item, ErrorRow)
        else (item.article.id, item.line, item.article.text)
        for item in items
    ]


@pytest.mark.parametrize(
    ("path", "id"),
    [
        ("a.txt", "a"),
        ("news/a.b.txt", "news/a.b"),
        ("A.TXT", "A"),
        ("a.jsonl.gz", "a"),
        ("a.htm", "a"),
        ("tin/bão số 3.html", "tin/bão số 3"),
        ("-", "-"),
    ],
)
def test_a_files_id_is_its_path_without_the_ending(path: str, id: str) -> None:
    assert id_of(path) == id


def test_the_id_is_the_path_as_given() -> None:
    absolute = put(str(Path.cwd() / "a.txt"), "lời")
    assert short(read("a.txt", "./a.txt", absolute)) == [
        ("a", None, "lời"),
        ("a", None, "lời"),
        (absolute.removesuffix(".txt"), None, "lời"),
    ]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"l\xe1\xbb\x9di", "lời"),
        (BOM + "lời".encode(), "lời"),
        (b"a\r\nb\rc\n\n", "a\r\nb\rc\n\n"),
        (b"  a\0b\xe2\x80\x8bc ", "  a\0b\u200bc "),
        ("Đie\u0302\u0323n".encode(), "Đie\u0302\u0323n"),
    ],
    ids=["plain", "BOM", "line ends", "odd characters", "NFD"],
)
def test_text_is_kept_as_it_is_but_for_a_bom(data: bytes, text: str) -> None:
    put("a.txt", data)
    assert read("a.txt") == [Read(Article(id="a", text=text), "a.txt")]


@pytest.mark.parametrize(
    ("path", "data", "code"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", BOM + b" \n", "empty"),
        ("a.txt", b"\xff\xfea\0", "not_utf8"),
        ("a.txt", "Tiếng Việt".encode("utf-16"), "not_utf8"),
        ("a.txt", b"\xed\xa0\x80", "not_utf8"),
        ("a.txt", b"a" * 101, "too_long"),
        ("a.html", b"a" * 201, "html_too_large"),
        ("a.html", b"\xff", "not_utf8"),
        ("a.html", b"nothing", "html_no_text"),
        ("a.json", b"", "empty"),
        ("a.json", b" \n ", "empty"),
        ("a.json", b"{", "bad_json"),
        ("a.json", b"3", "bad_json"),
        ("a.json", b'{"title": "x"}', "no_text"),
        ("a.jsonl", b"", "empty"),
        ("a.jsonl", b"\n\n", "empty"),
        ("a.jsonl.gz", b"not gzip", "unreadable"),
        ("a.jsonl.gz", gzip.compress(b'{"text": "a"}' * 100, mtime=0)[:-20], "unreadable"),
    ],
)
def test_a_bad_file_is_one_error_row_and_the_next_is_read(path: str, data: bytes, code: str) -> None:
    put(path, data)
    put("b.txt", "lời")
    bad, good = read(path, "b.txt", limits=Limits(max_text_bytes=100, max_html_bytes=200))
    assert isinstance(bad, ErrorRow)
    assert (bad.id, bad.path, bad.line, bad.code) == ("a", path, None, code)
    assert bad.message
    assert good == Read(Article(id="b", text="lời"), "b.txt")


def test_the_text_limit_is_exact() -> None:
    put("a.txt", BOM + b"a" * 100)
    put("b.txt", b"a" * 101)
    put("c.jsonl", json.dumps({"text": "a" * 100}) + "\n" + json.dumps({"text": "a" * 101}))
    items = read("a.txt", "b.txt", "c.jsonl", limits=Limits(max_text_bytes=100))
    assert [line_and_text[2] for line_and_text in short(items)] == ["a" * 100, "too_long", "a" * 100, "too_long"]


def test_the_default_limit_is_2_mb() -> None:
    put("a.txt", b"a" * 2_000_000)
    put("b.txt", b"a" * 2_000_001)
    a, b = read("a.txt", "b.txt")
    assert isinstance(a, Read)
    assert isinstance(b, ErrorRow)
    assert b.code == "too_long"


def test_inputs_that_are_not_there_or_not_known_are_error_rows() -> None:
    put("a.pdf", b"%PDF")
    assert [(item.path, item.code) for item in read("no.txt", "a.pdf", "no/") if isinstance(item, ErrorRow)] == [
        ("no.txt", "unreadable"),
        ("a.pdf", "unknown_ending"),
        ("no", "unreadable"),
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="needs links")
def test_a_dead_link_in_a_folder_is_an_error_row_and_a_linked_folder_is_not_followed() -> None:
    put("f/a.txt", "a")
    os.symlink("nowhere.txt", "f/b.txt")
    os.symlink(".", "f/c")
    assert short(read("f")) == [("f/a", None, "a"), ("f/b", None, "unreadable")]


def test_a_link_that_leads_in_a_circle_is_an_error_row_and_the_next_file_is_read() -> None:
    put("news/b.txt", "Vâng.")
    os.symlink("a.txt", "news/a.txt")
    os.symlink("circle", "news/circle")
    assert short(read("news")) == [("news/a", None, "unreadable"), ("news/b", None, "Vâng.")]
    assert short(read("news/a.txt")) == [(None, None, "unreadable")]


def test_a_pipe_in_a_folder_is_left_alone() -> None:
    put("f/a.txt", "a")
    os.mkfifo("f/b.txt")
    assert short(read("f")) == [("f/a", None, "a")]


def test_a_name_that_is_not_utf8_gives_an_id_that_is() -> None:
    path = os.fsdecode(b"a\xff.txt")
    put(path, "lời")
    assert short(read(path)) == [("a\\xff", None, "lời")]


def test_a_folder_is_read_to_the_bottom_in_the_order_of_names() -> None:
    for path in ("f/b/2.txt", "f/b/10.txt", "f/a.txt", "f/c.txt", "f/B.txt", "f/b.txt"):
        put(path, path)
    for path in ("f/.hidden.txt", "f/.git/x.txt", "f/image.png", "f/out.jsonl.errors.jsonl", "f/.txt"):
        put(path, "not an article")
    assert [text for _, _, text in short(read("f/"))] == [
        *("f/B.txt", "f/a.txt", "f/b/10.txt", "f/b/2.txt", "f/b.txt", "f/c.txt")
    ]


def test_a_runs_own_output_is_not_read() -> None:
    put("f/a.txt", "a")
    put("f/out.jsonl", "")
    assert short(read("f", leave_out=(Path("f/out.jsonl"),))) == [("f/a", None, "a")]


def test_annotated_articles_found_in_a_folder_are_passed_over_and_read_when_named() -> None:
    gold = json.dumps({"id": "g", "text": "lời", "quotes": []})
    put("f/a.txt", "a")
    for name in ("gold.jsonl", "gold.json"):
        put(f"f/{name}", gold + "\n" + gold)
    put("f/pretty.json", json.dumps([json.loads(gold)], indent=1))
    reader = InputReader(["f"], extract=extract, stdin=io.BytesIO())
    assert short(list(reader)) == [("f/a", None, "a")]
    assert reader.passed_over == ["f/gold.json", "f/gold.jsonl", "f/pretty.json"]
    assert short(read("f/gold.jsonl")) == [("g", 1, "lời"), ("g", 2, "lời")]


JSON_LINES = [
    b'{"id": "x", "text": "mot"}',
    b"",
    b'{"text": "hai"',
    b"\xff",
    b'{"text": "ba"}',
    b"[" * 100_000,
    b'{"text": ' + b"1" * 5000 + b"}",
    b'{"text": "\\ud800"}',
    b'{"id": "y"}',
    b'["text"]',
    b'{"id": "z", "text": ""}',
    b'{"text": "' + b"a" * 400_000 + b'"}',
    b'{"id": 7, "html": "<p>"}',
]
EXPECTED = [
    ("x", 1, "mot"),
    ("f:3", 3, "bad_json"),
    ("f:4", 4, "not_utf8"),
    ("f:5", 5, "ba"),
    ("f:6", 6, "bad_json"),
    ("f:7", 7, "bad_json"),
    ("f:8", 8, "not_utf8"),
    ("y", 9, "no_text"),
    ("f:10", 10, "bad_json"),
    ("z", 11, "empty"),
    ("f:12", 12, "too_long"),
    ("7", 13, "Lời của trang."),
]


@pytest.mark.parametrize("ending", [".jsonl", ".json", ".jsonl.gz"])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("start", [b"", BOM])
def test_a_bad_line_costs_only_itself(ending: str, line_end: bytes, start: bytes) -> None:
    data = start + line_end.join(JSON_LINES)
    put("f" + ending, gzip.compress(data) if ending.endswith("gz") else data)
    assert short(read("f" + ending, limits=Limits(max_record_bytes=300_000))) == EXPECTED


def test_a_json_lines_file_may_begin_with_a_broken_line_under_either_ending() -> None:
    for path in ("f.json", "f.jsonl"):
        put(path, '{"text": \n{"text": "hai"}\n')
        assert short(read(path)) == [("f:1", 1, "bad_json"), ("f:2", 2, "hai")]


@pytest.mark.parametrize("indent", [None, 2])
def test_a_json_file_may_be_one_object_or_an_array(indent: int | None) -> None:
    put("o.json", json.dumps({"text": "một"}, indent=indent))
    put("a.json", json.dumps([{"text": "một"}, 3, {"id": "x", "text": "hai"}], indent=indent))
    assert short(read("o.json", "a.json")) == [
        ("o", None, "một"),
        ("a:1", 1, "một"),
        ("a:2", 2, "bad_json"),
        ("x", 3, "hai"),
    ]


@pytest.mark.parametrize(
    ("record", "article"),
    [
        (
            {"text": "lời", "title": "t", "date": "2024", "url": "u", "outlet": "o", "other": [1]},
            Article(id="f", text="lời", title="t", date="2024", url="u", outlet="o"),
        ),
        (
            {
                **{"maintext": "lời", "date_publish": "2024-11-12 10:00:00", "title": "t", "url": "u"},
                **{"source_domain": "x.vn", "authors": [], "description": None, "language": "vi"},
            },
            Article(id="f", text="lời", title="t", date="2024-11-12T10:00:00", url="u", outlet="x.vn"),
        ),
        ({"text": "", "maintext": "lời"}, Article(id="f", text="lời")),
        ({"text": "lời", "maintext": "khác", "html": "<p>"}, Article(id="f", text="lời")),
        (
            {"html": "<p>", "title": "t", "date": "2020"},
            Article(id="f", text=PAGE.text, title="t", date="2020", url=PAGE.url, outlet=PAGE.outlet),
        ),
        ({"text": "lời", "id": 12, "date": 2024}, Article(id="12", text="lời", date="2024")),
        (
            {"text": "lời", "id": None, "title": ["t"], "date": True, "url": {}, "outlet": " "},
            Article(id="f", text="lời"),
        ),
        ({"text": "lời", "title": "\ud800"}, Article(id="f", text="lời", title="?")),
    ],
)
def test_the_fields_of_a_record(record: dict[str, object], article: Article) -> None:
    put("f.json", json.dumps(record))
    (item,) = read("f.json")
    assert isinstance(item, Read)
    assert item.article == article
    assert item.extracted == (article.text == PAGE.text)


@pytest.mark.parametrize(
    ("stdin", "expected"),
    [
        (b"mot bai", [("-", None, "mot bai")]),
        (BOM + b"mot\r\n", [("-", None, "mot\r\n")]),
        (b"", [("-", None, "empty")]),
        (b'{"text": "a"}\n{"text": "b", "id": "x"}\n', [("-:1", 1, "a"), ("x", 2, "b")]),
        (b'{"text": "a"}', [("-", None, "a")]),
        (b'{\n "text": "a"\n}', [("-", None, "a")]),
        (BOM + b' {"text": "a"}', [("-", None, "a")]),
        (b"<!DOCTYPE html><p>", [("-", None, PAGE.text)]),
        (b"<html nothing>", [("-", None, "html_no_text")]),
    ],
)
def test_standard_input_is_json_html_or_one_text(stdin: bytes, expected: list[tuple[str, int | None, str]]) -> None:
    assert short(read("-", stdin=stdin)) == expected


def test_the_order_of_inputs_is_kept() -> None:
    for name in ("c", "a", "b"):
        put(f"{name}.txt", name)
    assert [text for _, _, text in short(read("c.txt", "-", "a.txt", "b.txt", stdin=b"stdin"))] == [
        "c",
        "stdin",
        "a",
        "b",
    ]


def test_bytes_read_grow_to_the_total() -> None:
    put("f/a.txt", "a" * 1000)
    put("f/b.jsonl", '{"text": "a"}\n' * 100)
    put("f/c.jsonl.gz", gzip.compress(b'{"text": "a"}\n' * 100))
    reader = InputReader(["f"], extract=extract, stdin=io.BytesIO())
    seen = [reader.bytes_read for _ in reader]
    assert seen == sorted(seen)
    assert reader.bytes_read == reader.total_bytes() == sum(path.stat().st_size for path in Path("f").iterdir())
    assert InputReader(["-"], extract=extract, stdin=io.BytesIO()).total_bytes() is None


@given(st.binary(max_size=200), st.sampled_from([".txt", ".json", ".jsonl", ".html", ".jsonl.gz", "-"]))
def test_no_bytes_raise(tmp_path_factory: pytest.TempPathFactory, data: bytes, ending: str) -> None:
    if ending == "-":
        items = read("-", stdin=data)
    else:
        path = tmp_path_factory.getbasetemp() / f"any{ending}"
        path.write_bytes(data)
        items = read(str(path))
    assert items
    assert all(isinstance(item, Read | ErrorRow) for item in items)
