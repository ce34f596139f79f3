"""Rows of a Parquet file as records, some at a time: columns are fields, by their names."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from ainoi_service.batch.items import InputError
from ainoi_service.batch.json_records import Record

FIELDS = (
    *("id", "text", "title", "date", "url", "outlet", "html"),
    *("maintext", "date_publish", "source_domain"),
)
AT_ONCE = 64
"""Rows that are unpacked together."""


def parquet_rows(stream: BinaryIO, *, max_bytes: int, on_progress: Callable[[float], None]) -> Iterator[Record]:
    """Number and record of each row; an ``InputError`` for a row with a cell over ``max_bytes`` or not UTF-8.

    Other columns than those an article has are not read, but for a list ``quotes``, which tells annotated articles.
    ``on_progress`` is told the part of the rows that was read. Raises ``InputError`` if the file cannot be read.
    """
    try:
        import pyarrow as pa  # type: ignore[import-untyped]
        import pyarrow.parquet as pq  # type: ignore[import-untyped]
    except ImportError as error:
        raise InputError("unreadable", "Parquet files need pyarrow: pip install 'ainoi[batch]'") from error
    number = 0
    try:
        file = pq.ParquetFile(stream)
        names = [name for name in FIELDS if name in file.schema_arrow.names]
        annotated = _has_quotes(file.schema_arrow)
        rows = file.metadata.num_rows
        for batch in file.iter_batches(AT_ONCE, columns=names, use_threads=False):
            columns = batch.to_pydict() if _is_utf8(batch) else None
            for row in range(batch.num_rows):
                number += 1
                record: object
                try:
                    cells = {
                        name: _plain(columns[name][row] if columns is not None else batch.column(name)[row].as_py())
                        for name in names
                    }
                    record = _checked({**cells, "quotes": []} if annotated else cells, max_bytes)
                except UnicodeDecodeError as error:
                    record = InputError("not_utf8", f"byte {error.start} of a cell is not UTF-8: {error.reason}")
                yield number, record
            on_progress(number / rows if rows else 1.0)
    except (pa.ArrowException, ValueError, OSError, OverflowError) as error:
        message = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise InputError("unreadable", f"broken after row {number}: {message[:200]}") from error


def _has_quotes(schema: Any) -> bool:
    import pyarrow as pa

    place = schema.get_field_index("quotes")
    kind = schema.field(place).type if place >= 0 else pa.null()
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def _is_utf8(batch: Any) -> bool:
    """Whether every cell can be had at once; else they are taken one by one."""
    try:
        batch.validate(full=True)
    except ValueError:
        return False
    return True


def _plain(cell: object) -> object:
    """A cell as JSON would have it: dates and times as ISO text, bytes as UTF-8."""
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(timespec="seconds")
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    return cell.decode("utf-8") if isinstance(cell, bytes) else cell


def _checked(record: dict[str, object], max_bytes: int) -> dict[str, object] | InputError:
    size = sum(len(cell) for cell in record.values() if isinstance(cell, str))
    return InputError("too_long", f"the row has over {max_bytes:,} characters") if size > max_bytes else record
