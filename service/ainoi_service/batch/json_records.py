"""JSON records of a stream, one at a time: JSON Lines, or a file that is one JSON object or array."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import BinaryIO, cast

from ainoi_service.batch.items import InputError

BOM = b"\xef\xbb\xbf"

Record = tuple[int | None, object]
"""A record's line (or place in an array) from 1, None if it is the whole file; its JSON value, or an ``InputError``."""


def json_lines(stream: BinaryIO, *, max_bytes: int) -> Iterator[Record]:
    """Records of a JSON Lines stream; blank lines count as lines and give none, a line over ``max_bytes`` an error."""
    number = 0
    while line := stream.readline(max_bytes + 1):
        number += 1
        if len(line) > max_bytes and not line.endswith(b"\n"):
            while (rest := stream.readline(1 << 20)) and not rest.endswith(b"\n"):
                pass
            yield number, InputError("too_long", f"the line has over {max_bytes:,} bytes")
            continue
        if number == 1:
            line = line.removeprefix(BOM)
        if line.strip():
            yield number, _value_or_error(line)


def json_file(stream: BinaryIO, *, max_bytes: int) -> Iterator[Record]:
    """Records of a stream that holds JSON Lines, one object or one array; only the first may be larger than memory."""
    first = stream.readline(max_bytes + 1)
    if not isinstance(_value_or_error(first.removeprefix(BOM)), dict):
        first += stream.read(max_bytes + 1 - len(first))
        if not first.removeprefix(BOM).strip():
            return
        if len(first) <= max_bytes:
            value = _value_or_error(first.removeprefix(BOM))
            if isinstance(value, list):
                yield from enumerate(value, 1)
                return
            lines = first.splitlines()
            if not isinstance(value, InputError) or not any(isinstance(_value_or_error(line), dict) for line in lines):
                yield None, value
                return
    records = json_lines(_prefixed(first, stream), max_bytes=max_bytes)
    number, record = next(records)
    following = next(records, None)
    if following is None:
        yield (None if isinstance(record, dict) else number), record
        return
    yield number, record
    yield following
    yield from records


def _value_or_error(data: bytes) -> object:
    """The JSON value of ``data``, or the ``InputError`` that says why there is none."""
    try:
        return json.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        return InputError("not_utf8", f"byte {error.start} is not UTF-8: {error.reason}")
    except json.JSONDecodeError as error:
        return InputError("bad_json", str(error))
    except (RecursionError, ValueError) as error:  # too deep, or a whole number of thousands of digits
        return InputError("bad_json", f"{type(error).__name__}: {error}")


class _Prefixed(io.RawIOBase):
    """A stream that gives ``head`` first."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._sources = [io.BytesIO(head), stream]

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while self._sources:
            if data := cast(io.BufferedReader, self._sources[0]).read1(len(buffer)):
                buffer[: len(data)] = data
                return len(data)
            del self._sources[0]
        return 0


def _prefixed(head: bytes, stream: BinaryIO) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(_Prefixed(head, stream)))
