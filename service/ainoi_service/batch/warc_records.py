"""HTML pages of a WARC file, one at a time: what web archives and crawlers (Heritrix, Common Crawl) write."""

from __future__ import annotations

import codecs
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass
from typing import Any, BinaryIO

from ainoi_service.batch.items import InputError

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_CHARSET_PARAMETER = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_LOOKED_AT = 2048
"""Bytes of a page in which it may say its own charset."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


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

    A page over ``max_bytes``, once unpacked, or in a charset that cannot be read has an ``InputError`` for its HTML.
    Raises ``InputError`` when the file itself cannot be read on; what came before has been given.
    """
    try:
        from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
        from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]
        from warcio.statusandheaders import StatusAndHeadersParserException  # type: ignore[import-untyped]
    except ImportError as error:
        raise InputError("unreadable", "WARC files need warcio: pip install 'ainoi[batch]'") from error

    broken = (ArchiveLoadFailed, StatusAndHeadersParserException, ValueError, LookupError, AttributeError, EOFError)
    number = 0
    try:
        records = ArchiveIterator(stream)
        while True:
            with redirect_stderr(io.StringIO()):  # warcio speaks of what it finds odd, and error rows may go there
                if (record := next(records, None)) is None:
                    return
                number += 1
                content = _html_type(record)
                page = _page(record, number, content, max_bytes) if content is not None else None
            if page is not None:
                yield page
    except (*broken, zlib.error) as error:
        said = "" if isinstance(error, AttributeError) else str(error).strip()
        message = said.splitlines()[0][:200] if said else "what follows is no record"
        raise InputError("unreadable", f"broken after record {number}: {message}") from error


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


def _page(record: Any, number: int, content: str, max_bytes: int) -> Captured:
    url = record.rec_headers.get_header("WARC-Target-URI")
    date = _DAY.match(record.rec_headers.get_header("WARC-Date") or "")
    data = record.content_stream().read(max_bytes + 1)
    html: str | InputError
    if len(data) > max_bytes:
        html = InputError("html_too_large", f"the page has over {max_bytes:,} bytes")
    else:
        html = _decoded(data, content)
    return Captured(number, html, url and url.strip("<> "), date and date[0])


def _decoded(data: bytes, content: str) -> str | InputError:
    """The page as text, by the charset that its answer states, or its own words, or else as UTF-8."""
    stated = _CHARSET_PARAMETER.search(content)
    own = _CHARSET.search(data[:_LOOKED_AT])
    charset = stated[1] if stated else own[1].decode("ascii") if own else "utf-8"
    try:
        codec = codecs.lookup(charset)
        text = data.decode("utf-8-sig" if codec.name == "utf-8" else codec.name)
    except LookupError:
        return InputError("not_utf8", f"the page is in {charset}, which is no charset that can be read")
    except UnicodeError as error:
        return InputError("not_utf8", f"the page is not in {charset}, as it says: {error}"[:200])
    return text
