"""Pages of WARC files become articles with their address and day; what is no page is passed over."""

from __future__ import annotations

import gzip
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi import Article
from ainoi_service.batch.items import ErrorRow, InputError, Read, Unread
from ainoi_service.batch.reading import InputReader, PageReader
from ainoi_service.batch.warc_records import MOST_HEADERS, Captured, warc_pages
from ainoi_service.html import Page

HTML = "text/html; charset=utf-8"
DAY = "2024-11-12"
Headers = Sequence[tuple[str, str]]


def warc(*records: tuple[str, str, bytes, Headers | None], packed: bool = False) -> bytes:
    """A WARC file; a record is its type, address, body and, if it is an answer, what stands above it."""
    members = []
    for kind, url, body, headers in records:
        if headers is not None:
            status = next((value for name, value in headers if name == "status"), "200 OK")
            said = "".join(f"{name}: {value}\r\n" for name, value in headers if name != "status")
            body = f"HTTP/1.1 {status}\r\n{said}\r\n".encode() + body
        head = (
            f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {DAY}T10:00:00Z\r\n"
            f"Content-Type: {'text/html' if kind == 'resource' else 'application/http'}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        members.append(head.encode() + body + b"\r\n\r\n")
    return b"".join(gzip.compress(member) if packed else member for member in members)


def pages(data: bytes, *, max_bytes: int = 10_000) -> list[Captured]:
    return list(warc_pages(io.BytesIO(data), max_bytes=max_bytes))


def page(html: str, *, content: str = HTML, **headers: str) -> tuple[str, str, bytes, Headers]:
    return "response", "https://x.vn/a", html.encode(), [("Content-Type", content), *headers.items()]


@pytest.mark.parametrize("packed", [False, True])
def test_answers_and_resources_with_html_are_pages_and_all_records_count(packed: bool) -> None:
    data = warc(
        ("warcinfo", "", b"software: x\r\n", None),
        ("response", "https://x.vn/1", "<p>Lời".encode(), [("Content-Type", HTML)]),
        ("request", "https://x.vn/1", b"", None),
        ("response", "https://x.vn/2", b"\x89PNG", [("Content-Type", "image/png")]),
        ("response", "https://x.vn/3", b"<p>gone", [("Content-Type", HTML), ("status", "404 Not Found")]),
        ("response", "https://x.vn/4", b"<p>moved", [("Content-Type", HTML), ("status", "301 Moved")]),
        ("response", "https://x.vn/5", b"<p>x", [("Content-Type", "application/xhtml+xml")]),
        ("resource", "https://x.vn/6", b"<p>y", None),
        ("metadata", "https://x.vn/6", b"z", None),
        packed=packed,
    )
    assert pages(data) == [
        Captured(2, "<p>Lời", "https://x.vn/1", DAY),
        Captured(7, "<p>x", "https://x.vn/5", DAY),
        Captured(8, "<p>y", "https://x.vn/6", DAY),
    ]


@pytest.mark.parametrize(
    ("body", "content", "html"),
    [
        ("<p>Lời".encode(), "text/html", "<p>Lời"),
        ("\ufeff<p>Lời".encode(), HTML, "<p>Lời"),
        ("<p>Loi".encode("utf-16"), "text/html; charset=UTF-16", "<p>Loi"),
        ("<p>Đ".encode("cp1258"), 'TEXT/HTML;charset="windows-1258"', "<p>Đ"),
        (b'<meta charset="iso-8859-1"><p>\xe9', "text/html", '<meta charset="iso-8859-1"><p>é'),
    ],
)
def test_the_charset_is_the_answers_or_the_pages_own_or_utf8(body: bytes, content: str, html: str) -> None:
    [found] = pages(warc(("response", "https://x.vn/a", body, [("Content-Type", content)])))
    assert found.html == html


@pytest.mark.parametrize(
    ("body", "headers", "code"),
    [
        (b"<p>\xff", [("Content-Type", HTML)], "not_utf8"),
        (b"<p>", [("Content-Type", "text/html; charset=klingon")], "not_utf8"),
        (b"<p>", [("Content-Type", "text/html; charset=zip")], "not_utf8"),
        (b"ff\r\n<p>", [("Content-Type", HTML), ("Transfer-Encoding", "chunked")], "unreadable"),
        (b"a" * 10_001, [("Content-Type", HTML)], "html_too_large"),
        (gzip.compress(b"a" * 10_000_000), [("Content-Type", HTML), ("Content-Encoding", "gzip")], "html_too_large"),
    ],
    ids=["not UTF-8", "no charset", "no charset of text", "cut", "too large", "too large once unpacked"],
)
def test_a_page_that_cannot_be_read_is_an_error_and_the_next_is_read(body: bytes, headers: Headers, code: str) -> None:
    bad, good = pages(warc(("response", "https://x.vn/a", body, headers), page("<p>Lời")))
    assert isinstance(bad.html, InputError)
    assert bad.html.code == code
    assert good.html == "<p>Lời"


@pytest.mark.parametrize("packed", [False, True])
def test_a_broken_file_gives_what_came_before_and_an_error(packed: bool, capsys: pytest.CaptureFixture[str]) -> None:
    found = warc_pages(io.BytesIO(warc(page("<p>một"), packed=packed) + b"no record\r\n"), max_bytes=10_000)
    assert next(found).html == "<p>một"
    with pytest.raises(InputError, match="broken after record 1"):
        next(found)
    assert capsys.readouterr() == ("", "")


TWO = ("<p>một", "<p>hai")
MEMBERS = [warc(page(html)) for html in TWO]
BODY_ENDS = [len(MEMBERS[0]) - 4, len(MEMBERS[0] + MEMBERS[1]) - 4]


def read_until_broken(data: bytes) -> tuple[list[str | InputError], str | None]:
    """Pages, and the code of the error that ends the file."""
    found: list[str | InputError] = []
    try:
        for each in warc_pages(io.BytesIO(data), max_bytes=10_000):
            found.append(each.html)
    except InputError as error:
        return found, error.code
    return found, None


def test_a_file_that_was_cut_gives_whole_pages_and_an_error() -> None:
    data = MEMBERS[0] + MEMBERS[1]
    untold = {end + blank for end in BODY_ENDS for blank in (0, 2, 4)}  # there, nothing tells that more was to come
    for cut in range(1, len(data)):
        pages = list(TWO[: sum(cut >= end for end in BODY_ENDS)])
        assert read_until_broken(data[:cut]) == (pages, None if cut in untold else "unreadable"), cut


def test_a_packed_file_that_was_cut_always_tells() -> None:
    first, second = (gzip.compress(member) for member in MEMBERS)
    for cut in range(1, len(first + second)):
        found, code = read_until_broken((first + second)[:cut])
        assert found == list(TWO[: len(found)]), cut
        assert code == (None if cut == len(first) else "unreadable"), cut


@pytest.mark.parametrize("data", [b"", gzip.compress(b"", mtime=0)], ids=["nothing", "nothing packed"])
def test_a_file_without_a_record_is_one_error_row(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "a.warc.gz"
    file.write_bytes(data)
    [row] = PageReader([str(file)], stdin=io.BytesIO())
    assert row == ErrorRow(id=str(tmp_path / "a"), path=str(file), code="empty", message="the file has no record")


@pytest.mark.parametrize(
    "headers",
    [
        b"X: " + b"a" * MOST_HEADERS,
        b"X: a\r\n" * (MOST_HEADERS // 6 + 1),
        b"X: a\r\n" + b" a\r\n" * (MOST_HEADERS // 4),
    ],
    ids=["one line", "many lines", "one header on many lines"],
)
@pytest.mark.parametrize("of_the_answer", [False, True])
def test_headers_without_end_are_not_read_to_their_end(headers: bytes, of_the_answer: bool) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n%s\r\n\r\n<p>" % (headers if of_the_answer else b"X: a")
    data = warc(("response", "https://x.vn/a", answer, None))
    if not of_the_answer:
        data = data.replace(b"WARC-Date", headers + b"\r\nWARC-Date", 1)
    assert read_until_broken(MEMBERS[0] + data) == (["<p>một"], "unreadable")


@pytest.mark.parametrize("length", [b"", b"Content-Length: -1\r\n", b"Content-Length: x\r\n"])
def test_a_record_that_does_not_say_its_length_is_broken(length: bytes) -> None:
    said = MEMBERS[1][MEMBERS[1].index(b"Content-Length") : MEMBERS[1].index(b"HTTP/1.1") - 2]
    assert read_until_broken(MEMBERS[0] + MEMBERS[1].replace(said, length)) == (["<p>một"], "unreadable")


def extract(html: str) -> Page:
    return Page(
        text=html.removeprefix("<p>"), title="Tựa", date="2024-01-01" if "own" in html else None, url=None, outlet="X"
    )


@pytest.mark.parametrize("ending", [".warc", ".warc.gz"])
def test_an_article_has_its_address_its_own_date_or_else_the_day_it_was_seen(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"a{ending}"
    file.write_bytes(
        warc(
            page("<p>Lời"),
            page("<p>own"),
            page("<p>\ud800".encode("utf-8", "replace").decode()),
            packed=ending == ".warc.gz",
        )
    )
    first, second, _ = InputReader([str(file)], extract=extract, stdin=io.BytesIO())
    common = {"title": "Tựa", "url": "https://x.vn/a", "outlet": "X"}
    a = str(tmp_path / "a")
    assert first == Read(Article(id=f"{a}:1", text="Lời", date=DAY, **common), str(file), 1, extracted=True)
    assert second == Read(Article(id=f"{a}:2", text="own", date="2024-01-01", **common), str(file), 2, extracted=True)


def test_pages_wait_for_their_extraction_where_a_worker_does_it(tmp_path: Path) -> None:
    file = tmp_path / "a.warc"
    file.write_bytes(warc(page("<p>Lời")) + b"rubbish\r\n")
    reader = PageReader([str(file)], stdin=io.BytesIO())
    found, broken = reader
    assert found == Unread("<p>Lời", f"{tmp_path / 'a'}:1", str(file), 1, {"url": "https://x.vn/a"}, DAY)
    assert isinstance(broken, ErrorRow)
    assert (broken.code, broken.line) == ("unreadable", None)
    assert reader.bytes_read == reader.total_bytes()


WHOLE = warc(page("<p>một"), page("<p>hai"), ("resource", "https://x.vn/6", b"<p>y", None))


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 60), st.binary(max_size=12))
def test_no_damage_raises_anything_but_an_input_error(place: int, gone: int, put: bytes) -> None:
    try:
        found = pages(WHOLE[:place] + put + WHOLE[place + gone :])
    except InputError as error:
        assert error.code == "unreadable"
    else:
        assert all(isinstance(each.html, str | InputError) for each in found)
