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
    """Number and record of each row; an ``InputError`` for a row over ``max_bytes`` or with a cell that is not UTF-8.

    Columns that are none of an article's, or hold what no field of it can be, are not read, but for a list ``quotes``,
    which tells annotated articles. ``on_progress`` is told the part of the rows that was read.
    Raises ``InputError`` if the file cannot be read.
    """
    try:
        import pyarrow as pa  # type: ignore[import-untyped]
        import pyarrow.parquet as pq  # type: ignore[import-untyped]
    except ImportError as error:
        raise InputError("unreadable", "Parquet files need pyarrow: pip install 'ainoi[batch]'") from error
    number = 0
    try:
        file = pq.ParquetFile(stream)
        names = [name for name in FIELDS if _is_field(file.schema_arrow, name)]
        annotated = _has_quotes(file.schema_arrow)
        rows = file.metadata.num_rows
        for batch in file.iter_batches(AT_ONCE, columns=names, use_threads=False):
            sizes = _sizes(batch)
            columns = batch.to_pydict() if sum(sizes) <= max_bytes and _is_utf8(batch) else None
            for row, size in enumerate(sizes):
                number += 1
                record: object
                try:
                    if size > max_bytes:
                        raise InputError("too_long", f"the row has over {max_bytes:,} bytes")
                    cells = {
                        name: _plain(columns[name][row] if columns is not None else batch.column(name)[row].as_py())
                        for name in names
                    }
                    record = {**cells, "quotes": []} if annotated else cells
                except InputError as error:
                    record = error
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


def _is_field(schema: Any, name: str) -> bool:
    """Whether there is such a column, of text, bytes, whole numbers, dates or times."""
    import pyarrow as pa

    place = schema.get_field_index(name)
    if place < 0:
        return False
    kind = schema.field(place).type
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return _is_text(kind) or pa.types.is_integer(kind) or pa.types.is_date(kind) or pa.types.is_timestamp(kind)


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    types = pa.types
    return any(
        is_kind(kind)
        for is_kind in (
            *(types.is_string, types.is_large_string, types.is_string_view),
            *(types.is_binary, types.is_large_binary, types.is_binary_view, types.is_fixed_size_binary),
        )
    )


def _sizes(batch: Any) -> list[int]:
    """Bytes of each row's texts, before they are made into Python's."""
    sizes = [0] * batch.num_rows
    for column in batch.columns:
        for row, size in enumerate(_lengths(column).to_pylist()):
            sizes[row] += size or 0
    return sizes


def _lengths(column: Any) -> Any:
    """Bytes of each text of an Arrow array, as another one; an empty one if it holds no texts."""
    import pyarrow as pa
    import pyarrow.compute as pc  # type: ignore[import-untyped]

    if pa.types.is_dictionary(column.type):
        lengths = _lengths(column.dictionary)
        return lengths.take(column.indices) if len(lengths) else lengths
    if not _is_text(column.type):
        return pa.array([], pa.int64())
    if pa.types.is_string_view(column.type) or pa.types.is_binary_view(column.type):
        column = column.cast(pa.large_binary())
    return pc.binary_length(column)


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
