"""Bodies of captured answers come out of their chunks and unpacked; broken and huge ones are told, and not held."""

from __future__ import annotations

import gzip
import io
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi_service.batch.captured_body import PIECE, body_of, text_of
from ainoi_service.batch.items import InputError

HTML = "<p>Lời của trang.".encode() * 20


def chunks(data: bytes, size: int = 7, *, last: bytes = b"0\r\n\r\n") -> bytes:
    cut = [data[start : start + size] for start in range(0, len(data), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in cut) + last


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def body(data: bytes, *, chunked: bool = False, coding: str | None = None, max_bytes: int = 10_000) -> bytes:
    return body_of(io.BytesIO(data), chunked=chunked, coding=coding, max_bytes=max_bytes)


@pytest.mark.parametrize(
    ("data", "chunked", "coding"),
    [
        (HTML, False, None),
        (chunks(HTML), True, None),
        (chunks(HTML, 1), True, None),
        (b"%X;name=value\r\n%s\r\n0\r\nTrailer: x\r\n\r\n" % (len(HTML), HTML), True, None),
        (chunks(HTML, last=b""), True, None),
        (HTML, True, None),
        (gzip.compress(HTML), False, "gzip"),
        (chunks(gzip.compress(HTML), 1), True, "gzip"),
        (gzip.compress(HTML), True, "gzip"),
        (HTML, True, "gzip"),
        (zlib.compress(HTML), False, "deflate"),
        (raw_deflate(HTML), False, "deflate"),
        (HTML, False, "deflate"),
        (HTML, False, "br"),
    ],
    ids=[
        *("plain", "chunks", "chunks of a byte", "chunk with words", "chunks without the last", "chunks undone"),
        *("gzip", "gzip in chunks", "gzip out of chunks", "both undone", "zlib", "deflate", "deflate undone", "other"),
    ],
)
def test_the_body_is_what_the_server_had(data: bytes, chunked: bool, coding: str | None) -> None:
    assert body(data, chunked=chunked, coding=coding) == HTML


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("coding", [None, "gzip", "deflate"])
def test_no_body_is_an_empty_one(chunked: bool, coding: str | None) -> None:
    assert body(b"", chunked=chunked, coding=coding) == b""


@pytest.mark.parametrize(
    ("data", "chunked", "coding"),
    [
        (chunks(HTML)[:40], True, None),
        (b"2\r\nabc\r\n0\r\n\r\n", True, None),
        (b"2\r\nab\r\nx\r\n\r\n", True, None),
        (gzip.compress(HTML)[:-1], False, "gzip"),
        (chunks(gzip.compress(HTML)[:-9]), True, "gzip"),
        (gzip.compress(HTML)[:20] + b"\xff" * 40, False, "gzip"),
    ],
    ids=["cut in a chunk", "wrong size", "no size", "gzip cut", "gzip in chunks cut", "gzip damaged"],
)
def test_half_a_body_is_none(data: bytes, chunked: bool, coding: str | None) -> None:
    with pytest.raises(InputError) as caught:
        body(data, chunked=chunked, coding=coding)
    assert caught.value.code == "unreadable"


class Asked(io.BytesIO):
    """Keeps the most that was asked for at once."""

    most = 0

    def read(self, length: int | None = -1, /) -> bytes:
        self.most = max(self.most, length if length is not None and length >= 0 else 1 << 62)
        return super().read(length)


def test_of_a_large_chunk_no_more_is_read_than_a_page_may_have() -> None:
    stream = Asked(b"7fffffff\r\n" + b"a" * 1_000_000)
    with pytest.raises(InputError) as caught:
        body_of(stream, chunked=True, coding=None, max_bytes=100_000)
    assert caught.value.code == "html_too_large"
    assert stream.most <= PIECE
    assert stream.tell() < 100_000 + 2 * PIECE


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, raw_deflate])
def test_of_a_bomb_no_more_is_unpacked_than_a_page_may_have(pack: Callable[[bytes], bytes], chunked: bool) -> None:
    packed = pack(bytes(30_000_000))
    data = chunks(packed, 1 << 30) if chunked else packed
    tracemalloc.start()
    try:
        with pytest.raises(InputError) as caught:
            body(data, chunked=chunked, coding="gzip" if pack is gzip.compress else "deflate")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert caught.value.code == "html_too_large"
    assert most < 2_000_000


@given(st.binary(max_size=300), st.integers(1, 40), st.sampled_from([None, "gzip", "deflate"]))
def test_whatever_was_sent_comes_back(data: bytes, size: int, coding: str | None) -> None:
    packed = {"gzip": gzip.compress, "deflate": zlib.compress}[coding](data) if coding else data
    assert body(chunks(packed, size), chunked=True, coding=coding) == data


@pytest.mark.parametrize(
    "charset",
    [
        "punycode",
        "idna",
        "utf-7",
        "unicode_escape",
        "raw_unicode_escape",
        "rot13",
        "zip",
        "hex",
        "undefined",
        "klingon",
    ],
)
def test_only_charsets_of_the_web_are_read(charset: str) -> None:
    for content, data in (
        (f"text/html; charset={charset}", b"a"),
        ("text/html", b"<meta charset=%b>" % charset.encode()),
    ):
        with pytest.raises(InputError, match=f"the page is in {charset}, which is no charset") as caught:
            text_of(data, content)
        assert caught.value.code == "not_utf8"


@pytest.mark.parametrize(
    "charset", ["utf8", "latin1", "windows-1252", "windows-1258", "us-ascii", "UTF-16LE", "gb2312"]
)
def test_charsets_go_by_all_their_names(charset: str) -> None:
    assert text_of("Loi".encode(charset), f"text/html; charset={charset}") == "Loi"
