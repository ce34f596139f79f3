"""Reads articles from text, HTML, JSON, WARC and Parquet files, one at a time and in order; a bad one becomes an error
row.

Text is UTF-8; a byte order mark is dropped and line ends stay as they are. Nothing larger than one record (of Parquet,
one row group) is held in memory, so that an archive of any size can be read.
"""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, cast

from ainoi import AinoiError, Article
from ainoi_service.batch.finding import STDIN, Found, find_files, id_of, shown
from ainoi_service.batch.items import ErrorRow, Extract, InputError, Item, Read, Unread, row_of
from ainoi_service.batch.json_records import BOM, Record, json_file, json_lines
from ainoi_service.batch.parquet_records import parquet_rows
from ainoi_service.batch.records import article_of, check_text, field_of, is_annotated
from ainoi_service.batch.warc_records import warc_pages
from ainoi_service.limits import Limits


class PageReader:
    """Iterates over ``inputs``: an article, a page that waits for extraction or an error row for each, in order.

    ``leave_out`` are files and folders never read when found in a folder (such as the run's own output). ``bytes_read``
    grows up to ``total_bytes()`` and is for a progress bar; ``passed_over`` names files found in a folder that hold
    annotated articles already. ``broken_off`` says of the file read last that the fault lay with this machine (a disk,
    the memory), so that it may hold more than it gave.
    """

    def __init__(
        self,
        inputs: Sequence[str],
        *,
        stdin: BinaryIO,
        leave_out: Collection[Path] = (),
        limits: Limits | None = None,
    ) -> None:
        self._inputs = tuple(inputs)
        self._stdin = stdin
        self._leave_out = frozenset(path.resolve() for path in leave_out)
        self._limits = limits or Limits()
        self._bytes_before = 0
        self._bytes_here: Callable[[], int] = int
        self.passed_over: list[str] = []
        self.broken_off = False

    @property
    def bytes_read(self) -> int:
        """Bytes of the input files that have been read so far."""
        return self._bytes_before + self._bytes_here()

    def total_bytes(self) -> int | None:
        """Bytes of all input files together, None when standard input is one of them."""
        if STDIN in self._inputs:
            return None
        return sum(os.path.getsize(f.path) for f in self.files() if isinstance(f, Found) and os.path.isfile(f.path))

    def files(self) -> Iterator[Found | ErrorRow]:
        """The input files in their order, and an error row for each input that is none."""
        return find_files(self._inputs, leave_out=self._leave_out)

    def __iter__(self) -> Iterator[Item | Unread]:
        for found in self.files():
            if isinstance(found, ErrorRow):
                yield found
            else:
                yield from self.items_of(found)

    def items_of(self, found: Found) -> Iterator[Item | Unread]:
        """What one file holds."""
        self.broken_off = False
        try:
            yield from self._stdin_items(found) if found.path == STDIN else self._file_items(found)
        except (OSError, EOFError, zlib.error) as error:
            self.broken_off = _of_this_machine(error)
            message = (error.strerror if isinstance(error, OSError) else None) or str(error)
            yield ErrorRow(id=id_of(found.path), path=shown(found.path), code="unreadable", message=message)
        except InputError as error:
            self.broken_off = _of_this_machine(error.__cause__)
            yield row_of(error, id=id_of(found.path), path=shown(found.path))

    def pass_by(self, found: Found) -> None:
        """Count a file as read that need not be."""
        self._bytes_before += os.path.getsize(found.path)

    def _file_items(self, found: Found) -> Iterator[Item | Unread]:
        with open(found.path, "rb") as raw:
            self._bytes_here = raw.tell
            try:
                # a WARC file is unpacked where its records are read: the ending does not tell whether it is packed
                packed = found.ending == ".jsonl.gz"
                yield from self._items(cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if packed else raw, found)
            finally:
                self._bytes_here = int
                self._bytes_before += os.fstat(raw.fileno()).st_size

    def _stdin_items(self, found: Found) -> Iterator[Item | Unread]:
        """Standard input is JSON if it begins with a brace, HTML if with a document type or tag, else one text."""
        stdin = self._stdin
        stream = stdin if isinstance(stdin, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, stdin))
        start = stream.peek(64).removeprefix(BOM).lstrip()[:9].lower()
        html = start.startswith((b"<!doctype", b"<html"))
        ending = ".json" if start.startswith(b"{") else ".html" if html else ".txt"
        yield from self._items(stream, Found(STDIN, ending, named=True))

    def _items(self, stream: BinaryIO, found: Found) -> Iterator[Item | Unread]:
        if found.ending in (".txt", ".html", ".htm"):
            yield self._page(stream, found, html=found.ending != ".txt")
            return
        if found.ending in (".warc", ".warc.gz"):
            yield from self._captured(stream, found)
            return
        empty = True
        for number, record in self._records(stream, found):
            if empty and not found.named and is_annotated(record):
                self.passed_over.append(shown(found.path))
                return
            empty = False
            yield self._record(record, found, number)
        if empty:
            yield row_of(InputError("empty", "the file has no record"), id=id_of(found.path), path=shown(found.path))

    def _records(self, stream: BinaryIO, found: Found) -> Iterator[Record]:
        limit = self._limits.max_record_bytes
        if found.ending == ".parquet":
            size = os.path.getsize(found.path)
            read = 0.0

            def on_progress(part: float) -> None:
                nonlocal read
                read = part

            self._bytes_here = lambda: int(read * size)
            return parquet_rows(stream, max_bytes=limit, on_progress=on_progress)
        return (json_file if found.ending == ".json" else json_lines)(stream, max_bytes=limit)

    def _captured(self, stream: BinaryIO, found: Found) -> Iterator[Item | Unread]:
        path = shown(found.path)
        for page in warc_pages(stream, max_bytes=self._limits.max_html_bytes):
            id = f"{id_of(found.path)}:{page.number}"
            if isinstance(page.html, InputError):
                yield row_of(page.html, id=id, path=path, line=page.number)
            else:
                yield Unread(page.html, id, path, page.number, {"url": page.url}, page.day)

    def _page(self, stream: BinaryIO, found: Found, *, html: bool) -> Item | Unread:
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
            return Unread(text, id, path)
        except AinoiError as error:
            return row_of(error, id=id, path=path)

    def _record(self, record: object, found: Found, number: int | None) -> Item | Unread:
        path = shown(found.path)
        id = id_of(found.path) if number is None else f"{id_of(found.path)}:{number}"
        try:
            if isinstance(record, InputError):
                raise record
            return article_of(record, default_id=id, path=path, line=number, max_bytes=self._limits.max_text_bytes)
        except AinoiError as error:
            own_id = field_of(record, "id") if isinstance(record, dict) else None
            return row_of(error, id=own_id or id, path=path, line=number)


class InputReader(PageReader):
    """Iterates over the items of ``inputs``: an article or an error row for each. ``extract`` reads HTML pages."""

    def __init__(
        self,
        inputs: Sequence[str],
        *,
        extract: Extract,
        stdin: BinaryIO,
        leave_out: Collection[Path] = (),
        limits: Limits | None = None,
    ) -> None:
        super().__init__(inputs, stdin=stdin, leave_out=leave_out, limits=limits)
        self._extract = extract

    def __iter__(self) -> Iterator[Item]:
        for found in self.files():
            if isinstance(found, ErrorRow):
                yield found
            else:
                yield from self.items_of(found)

    def items_of(self, found: Found) -> Iterator[Item]:
        """What one file holds."""
        for item in super().items_of(found):
            yield item.read(self._extract) if isinstance(item, Unread) else item


def _of_this_machine(error: BaseException | None) -> bool:
    """Whether a file could not be read for a reason that is not in it. Broken gzip and Parquet are OSErrors too, but
    not ones of the operating system."""
    return isinstance(error, MemoryError | ImportError) or (isinstance(error, OSError) and error.errno is not None)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("not_utf8", f"byte {error.start} is not UTF-8: {error.reason}") from error
