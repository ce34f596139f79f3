"""Writes annotated articles: JSON Lines (one line an article), CSV (one row a quote), or a table for people."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal, Protocol, TextIO

from ainoi import AnnotatedArticle, Quote
from ainoi_service.batch.items import ErrorRow
from ainoi_service.spreadsheet_cells import csv_line

Format = Literal["jsonl", "csv", "parquet", "table"]
FileFormat = Literal["jsonl", "csv", "parquet"]
"""Those that go into files of their own."""

CSV_COLUMNS = (
    *("article", "title", "date", "url", "outlet"),
    *("quote", "type", "act", "denied", "text", "start", "end", "cue", "mention"),
    *("speaker", "speaker_id", "kind", "role", "wikidata", "method", "speaker_confidence"),
    *("via", "said_on", "nested_in", "repeat_of", "confidence"),
)

_LONGEST_IN_TABLE = 300
"""Code points of a quote that the table shows."""


class Writer(Protocol):
    """Takes annotated articles in order."""

    def write(self, article: AnnotatedArticle) -> None:
        """Puts one article out. Raises ``OSError`` when the stream does."""


class JsonLinesWriter:
    """One line an article, in the shape of ``docs/data-format.md``."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, article: AnnotatedArticle) -> None:
        self._stream.write(article.model_dump_json() + "\n")


class CsvWriter:
    """One row a quote, under a header line; an article without quotes has no row."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._stream.write(csv_line(CSV_COLUMNS, end="\n"))

    def write(self, article: AnnotatedArticle) -> None:
        self._stream.writelines(csv_line(_csv_row(article, quote), end="\n") for quote in article.quotes)


def _csv_row(article: AnnotatedArticle, quote: Quote) -> tuple[object, ...]:
    """Values of ``CSV_COLUMNS``; ``start`` and ``end`` are those of the first and last span."""
    speaker = quote.speaker
    return (
        *(article.id, article.title, article.date, article.url, article.outlet),
        *(quote.id, quote.type.value, quote.act and quote.act.value, "true" if quote.denied else "false", quote.text),
        *(quote.spans[0].start, quote.spans[-1].end),
        *(quote.cue and quote.cue.text, quote.mention and quote.mention.text),
        *(speaker.name, speaker.id, speaker.kind.value, speaker.role, speaker.wikidata),
        *(speaker.method.value, speaker.confidence),
        *(quote.via, quote.said_on, quote.nested_in, quote.repeat_of, quote.confidence),
    )


class TableWriter:
    """A table an article, ``width`` columns wide; control characters in the text are shown, never sent."""

    def __init__(self, stream: TextIO, *, width: int) -> None:
        from rich.console import Console

        self._console = Console(file=stream, width=width, markup=False, emoji=False, highlight=False)

    def write(self, article: AnnotatedArticle) -> None:
        from rich.box import SIMPLE_HEAD
        from rich.table import Table
        from rich.text import Text

        heading = [text for text in (article.title, article.date, article.outlet) if text]
        self._console.print(Text(visible(" · ".join([article.id, *heading])), style="bold"))
        if not article.quotes:
            self._console.print(Text("no quotes" + "".join(f" ({warning})" for warning in article.warnings)))
            self._console.print()
            return
        table = Table(box=SIMPLE_HEAD, expand=True, padding=(0, 1), leading=1)
        table.add_column("speaker", ratio=3)
        table.add_column("type", width=8)
        table.add_column("conf.", width=5, justify="right")
        table.add_column("quote", ratio=9)
        for quote in article.quotes:
            table.add_row(
                Text(visible(_speaker_cell(quote))),
                quote.type.value,
                f"{quote.confidence:.2f}",
                Text(visible(_quote_cell(quote))),
            )
        self._console.print(table)


def _speaker_cell(quote: Quote) -> str:
    """The speaker's name, or the kind and the words that stand for a name."""
    speaker = quote.speaker
    if speaker.members:
        return ", ".join(speaker.members)
    if speaker.name is not None:
        return speaker.name
    return f"({speaker.kind.value}) {quote.mention.text if quote.mention else ''}".strip()


def _quote_cell(quote: Quote) -> str:
    notes = [quote.act.value] if quote.act and quote.act != "statement" else []
    notes += ["not said"] if quote.denied else []
    notes += ["repeated"] if quote.repeat_of else []
    words = quote.text if len(quote.text) <= _LONGEST_IN_TABLE else quote.text[: _LONGEST_IN_TABLE - 1] + "…"
    return "".join(f"[{note}] " for note in notes) + words


def visible(text: str) -> str:
    """``text`` on one line, with every character that does not print (controls, bidi marks) as its escape."""
    return "".join(c if c.isprintable() else " " if c.isspace() else ascii(c)[1:-1] for c in text)


def make_writer(format: Literal["jsonl", "csv", "table"], stream: TextIO, *, width: int = 120) -> Writer:
    """The writer of ``format`` on ``stream``; ``width`` is the table's, in columns."""
    if format == "jsonl":
        return JsonLinesWriter(stream)
    return CsvWriter(stream) if format == "csv" else TableWriter(stream, width=width)


class FileWriter:
    """A writer that has a file of its own. To be closed: a Parquet file is none before."""

    def __init__(self, format: FileFormat, path: Path) -> None:
        self._file = path.open("wb")
        self._end: Callable[[], None]
        self._writer: Writer
        if format == "parquet":
            from ainoi_service.batch.parquet_file import ParquetWriter

            rows = ParquetWriter(self._file)
            self._writer, self._end = rows, rows.close
        else:
            text = io.TextIOWrapper(self._file, encoding="utf-8", newline="\n")
            self._writer, self._end = make_writer(format, text), text.flush
            self._text = text  # closes the file when it is collected

    def write(self, article: AnnotatedArticle) -> None:
        """Puts one article out. Raises ``OSError``."""
        self._writer.write(article)

    def close(self, *, sync: bool = False) -> None:
        """Write what is waiting, and close the file. ``sync``: it is on the disk then."""
        if self._file.closed:
            return
        try:
            self._end()
            self._file.flush()
            if sync:
                os.fsync(self._file.fileno())
        finally:
            self._file.close()


class ErrorLines:
    """Error rows as JSON Lines on a stream."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, row: ErrorRow) -> None:
        self._stream.write(row.model_dump_json() + "\n")


class ErrorFile:
    """Error rows as JSON Lines in a file that exists only if there is one; a file of an earlier run is removed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.unlink(missing_ok=True)
        self._stream: TextIO | None = None

    def write(self, row: ErrorRow) -> None:
        if self._stream is None:
            self._stream = self.path.open("w", encoding="utf-8", newline="\n")
        self._stream.write(row.model_dump_json() + "\n")
        self._stream.flush()

    def close(self, *, sync: bool = False) -> None:
        """Close the file, if there is one. ``sync``: it is on the disk then."""
        if self._stream is None or self._stream.closed:
            return
        if sync:
            os.fsync(self._stream.fileno())
        self._stream.close()
