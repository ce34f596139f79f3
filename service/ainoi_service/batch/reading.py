"""Reads articles from text, HTML and JSON files, one at a time and in order; a bad one becomes an error row.

Files are UTF-8; a byte order mark is dropped and line ends stay as they are. Nothing larger than one record is held in
memory, so that an archive of any size can be read.
"""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, cast, get_args

from ainoi import AinoiError, Article
from ainoi_service.batch.finding import STDIN, Found, find_files, id_of, shown
from ainoi_service.batch.items import ErrorCode, ErrorRow, InputError, Item, Read
from ainoi_service.batch.json_records import BOM, json_file, json_lines
from ainoi_service.batch.records import Extract, article_of, check_text, field_of, is_annotated
from ainoi_service.limits import Limits

_CODES = frozenset(get_args(ErrorCode))


def row_of(error: AinoiError, *, id: str | None, path: str, line: int | None = None) -> ErrorRow:
    """The error row of ``error``; a code the rows do not know becomes ``internal``."""
    code = cast(ErrorCode, error.code) if error.code in _CODES else "internal"
    return ErrorRow(id=id, path=path, line=line, code=code, message=str(error))


class InputReader:
    """Iterates over the items of ``inputs``: an article or an error row for each input, in order.

    ``extract`` turns an HTML page into an article; ``leave_out`` are files never read when found in a folder (such as
    the run's own output). ``bytes_read`` grows up to ``total_bytes()`` and is for a progress bar; ``passed_over`` names
    files found in a folder that hold annotated articles already.
    """

    def __init__(
        self,
        inputs: Sequence[str],
        *,
        extract: Extract,
        stdin: BinaryIO,
        leave_out: Collection[Path] = (),
        limits: Limits | None = None,
    ) -> None:
        self._inputs = tuple(inputs)
        self._extract = extract
        self._stdin = stdin
        self._leave_out = frozenset(path.resolve() for path in leave_out)
        self._limits = limits or Limits()
        self._bytes_before = 0
        self._open: BinaryIO | None = None
        self.passed_over: list[str] = []

    @property
    def bytes_read(self) -> int:
        """Bytes of the input files that have been read so far."""
        return self._bytes_before + (self._open.tell() if self._open else 0)

    def total_bytes(self) -> int | None:
        """Bytes of all input files together, None when standard input is one of them."""
        if STDIN in self._inputs:
            return None
        found = find_files(self._inputs, leave_out=self._leave_out)
        return sum(os.path.getsize(f.path) for f in found if isinstance(f, Found) and os.path.isfile(f.path))

    def __iter__(self) -> Iterator[Item]:
        for found in find_files(self._inputs, leave_out=self._leave_out):
            if isinstance(found, ErrorRow):
                yield found
                continue
            try:
                yield from self._stdin_items(found) if found.path == STDIN else self._file_items(found)
            except (OSError, EOFError, zlib.error) as error:
                message = (error.strerror if isinstance(error, OSError) else None) or str(error)
                path = shown(found.path)
                yield ErrorRow(id=id_of(found.path), path=path, code="unreadable", message=message)

    def _file_items(self, found: Found) -> Iterator[Item]:
        with open(found.path, "rb") as raw:
            self._open = raw
            stream = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if found.ending.endswith(".gz") else raw
            yield from self._items(stream, found)
            self._bytes_before += raw.tell()
            self._open = None

    def _stdin_items(self, found: Found) -> Iterator[Item]:
        """Standard input is JSON if it begins with a brace, HTML if with a document type or tag, else one text."""
        stdin = self._stdin
        stream = stdin if isinstance(stdin, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, stdin))
        start = stream.peek(64).removeprefix(BOM).lstrip()[:9].lower()
        html = start.startswith((b"<!doctype", b"<html"))
        ending = ".json" if start.startswith(b"{") else ".html" if html else ".txt"
        yield from self._items(stream, Found(STDIN, ending, named=True))

    def _items(self, stream: BinaryIO, found: Found) -> Iterator[Item]:
        if found.ending in (".txt", ".html", ".htm"):
            yield self._page(stream, found, html=found.ending != ".txt")
            return
        records = (json_file if found.ending == ".json" else json_lines)(
            stream, max_bytes=self._limits.max_record_bytes
        )
        empty = True
        for number, record in records:
            if empty and not found.named and is_annotated(record):
                self.passed_over.append(shown(found.path))
                return
            empty = False
            yield self._record(record, found, number)
        if empty:
            yield row_of(InputError("empty", "the file has no record"), id=id_of(found.path), path=shown(found.path))

    def _page(self, stream: BinaryIO, found: Found, *, html: bool) -> Item:
        """The one article of a text or HTML file."""
        limit = self._limits.max_html_bytes if html else self._limits.max_text_bytes
        id, path = id_of(found.path), shown(found.path)
        data = stream.read(limit + len(BOM) + 1).removeprefix(BOM)
        try:
            if len(data) > limit:
                raise InputError("html_too_large" if html else "too_long", f"the file has over {limit:,} bytes")
            text = _decoded(data)
            if not html:
                return Read(Article(id=id, text=check_text(text, max_bytes=limit)), path)
            return Read(self._extract(text).article(id=id), path, extracted=True)
        except AinoiError as error:
            return row_of(error, id=id, path=path)

    def _record(self, record: object, found: Found, number: int | None) -> Item:
        path = shown(found.path)
        id = id_of(found.path) if number is None else f"{id_of(found.path)}:{number}"
        try:
            if isinstance(record, InputError):
                raise record
            article, extracted = article_of(
                record, default_id=id, max_bytes=self._limits.max_text_bytes, extract=self._extract
            )
        except AinoiError as error:
            own_id = field_of(record, "id") if isinstance(record, dict) else None
            return row_of(error, id=own_id or id, path=path, line=number)
        return Read(article, path, number, extracted)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("not_utf8", f"byte {error.start} is not UTF-8: {error.reason}") from error
