"""HTML pages of a WARC file, one at a time: what web archives and crawlers (Heritrix, Common Crawl) write."""

from __future__ import annotations

import gzip
import io
import re
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from ainoi_service.batch.captured_body import PIECE, body_of, text_of
from ainoi_service.batch.items import InputError

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
MOST_HEADERS = 1 << 20
"""Bytes that a record's headers may have, those of the answer in it and the blank lines before it included."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Captured:
    """A page as it was captured. ``number``: the record's place in the file, from 1, all records counted."""

    number: int
    html: str | InputError
    url: str | None
    day: str | None


def warc_pages(stream: BinaryIO, *, max_bytes: int) -> Iterator[Captured]:
    """The HTML pages of response and resource records; other records, other types and answers that are no success
    (a redirect, a page that is gone) are passed over.

    A page that is broken, over ``max_bytes`` once unpacked, or in a charset that cannot be read has an ``InputError``
    for its HTML. Raises ``InputError`` when the file has no record, or cannot be read on or ends within a record; the
    whole records before have been given then.
    """
    try:
        from warcio.archiveiterator import WARCIterator  # type: ignore[import-untyped]
        from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]
        from warcio.statusandheaders import StatusAndHeadersParserException  # type: ignore[import-untyped]
    except ImportError as error:
        raise InputError("unreadable", "WARC files need warcio: pip install 'ainoi[batch]'") from error

    broken = (ArchiveLoadFailed, StatusAndHeadersParserException, ValueError, LookupError, AttributeError)
    whole = 0
    try:
        source = _Source(stream)
        records = WARCIterator(source)
        records.reader = source
        while True:
            with redirect_stderr(io.StringIO()):  # warcio speaks of what it finds odd, and error rows may go there
                source.expect_record()
                if (record := next(records, None)) is None:
                    break
                source.expect_body()
                page = _page(record, whole + 1, max_bytes)
                _read_to_its_end(record)
            whole += 1
            if page is not None:
                yield page
    except (*broken, gzip.BadGzipFile, zlib.error) as error:
        said = "" if isinstance(error, AttributeError) else str(error).strip()
        message = said.splitlines()[0][:200] if said else "what follows is no record"
        raise InputError("unreadable", f"broken after record {whole}: {message}") from error
    if whole == 0:
        raise InputError("empty", "the file has no record")


class _Source:
    """What warcio reads from, in the place of its own reader: that has no bound for a line, and takes the end of the
    file for the end of the record. Raises ``ValueError`` for both."""

    decompressor = None

    def __init__(self, stream: BinaryIO) -> None:
        start = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, stream))
        packed = start.peek(2).startswith(_GZIP)
        self._stream = cast(BinaryIO, gzip.GzipFile(fileobj=start)) if packed else start
        self._headers_left = 0
        self._begun = False

    def expect_record(self) -> None:
        """What is read next are the headers of a record, or the end of the file."""
        self._headers_left = MOST_HEADERS
        self._begun = False

    def expect_body(self) -> None:
        """What is read next is what a record holds."""
        self._headers_left = sys.maxsize

    def read(self, length: int) -> bytes:
        """``length`` bytes, less at the end of the file only."""
        return self._asked(self._stream.read, length)

    def readline(self, length: int | None = None) -> bytes:
        """A line, or the first ``length`` bytes of it."""
        most = self._headers_left + 1 if length is None else min(length, self._headers_left + 1)
        line = self._asked(self._stream.readline, most)
        self._headers_left -= len(line)
        if self._headers_left < 0:
            raise ValueError(f"the headers of a record have over {MOST_HEADERS:,} bytes")
        self._begun |= bool(line.strip())
        if len(line) < most and not line.endswith(b"\n") and (line or self._begun):
            raise ValueError("the file ends within a record")
        return line

    def tell(self) -> int:
        """Asked by warcio for offsets that nobody needs here."""
        return 0

    def rem_length(self) -> int:
        """See ``tell``."""
        return 0

    def close_decompressor(self) -> None:
        """Nothing: the file is its opener's to close."""

    @staticmethod
    def _asked(ask: Callable[[int], bytes], length: int) -> bytes:
        try:
            return ask(length)
        except EOFError as error:  # of gzip, and warcio would take it for the end of all records
            raise ValueError("the file ends within a record") from error


def _read_to_its_end(record: Any) -> None:
    """Raises ``ValueError`` if the file ends before the record does, or if nothing tells where that ends."""
    said = record.rec_headers.get_header("Content-Length")
    if said is None or int(said) != record.length:
        raise ValueError("a record does not say how long it is")
    while record.raw_stream.read(PIECE):
        pass
    if record.raw_stream.limit > 0:
        raise ValueError("the file ends within a record")


def _page(record: Any, number: int, max_bytes: int) -> Captured | None:
    """The record's page, None if it holds none."""
    content = _html_type(record)
    if content is None or record.length is None:
        return None
    url = record.rec_headers.get_header("WARC-Target-URI")
    date = _DAY.match(record.rec_headers.get_header("WARC-Date") or "")
    html: str | InputError
    try:
        coding = _http_header(record, "Content-Encoding")
        chunked = _http_header(record, "Transfer-Encoding") == "chunked"
        html = text_of(body_of(record.raw_stream, chunked=chunked, coding=coding, max_bytes=max_bytes), content)
    except InputError as error:
        html = error
    return Captured(number, html, url and url.strip("<> "), date and date[0])


def _html_type(record: Any) -> str | None:
    """The content type of a record that holds a page, None for any other."""
    if record.rec_type == "response":
        headers = record.http_headers
        status = headers.get_statuscode() if headers is not None else None
        if status is None or not status.startswith("2"):
            return None
        said = headers.get_header("Content-Type")
    elif record.rec_type == "resource":
        said = record.rec_headers.get_header("Content-Type")
    else:
        return None
    return said if said and said.partition(";")[0].strip().casefold() in HTML_TYPES else None


def _http_header(record: Any, name: str) -> str | None:
    said = record.http_headers.get_header(name) if record.http_headers is not None else None
    return said.strip().casefold() if said is not None else None
