"""What goes over a worker's pipes: frames of four bytes of length (big endian) and that many bytes.

Articles go down pickled, which takes a quarter of the time of JSON; results come up as JSON, which takes two thirds of
pickle's, and lets the service unpickle nothing that a process made which reads other people's texts.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import IO

from pydantic_core import PydanticSerializationError

from ainoi import AinoiError, AnnotatedArticle, errors
from ainoi_service.workers.answering import Answer, Result
from ainoi_service.workers.errors import AnnotatorFaultError

_LENGTH = struct.Struct(">I")
_CLASSES: dict[str, type[AinoiError]] = {
    each.code: each
    for each in (*vars(errors).values(), AnnotatorFaultError)
    if isinstance(each, type) and issubclass(each, AinoiError)
}


def send(pipe: IO[bytes], frame: bytes) -> None:
    """Write one frame. Raises OSError when nobody reads any more."""
    pipe.write(_LENGTH.pack(len(frame)))
    pipe.write(frame)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes | None:
    """The next frame; None when the other side is gone, also in the middle of a frame."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    [length] = _LENGTH.unpack(head)
    frame = pipe.read(length)
    return frame if len(frame) == length else None


def packed_error(error: BaseException) -> list[str]:
    """Code and message of an error, for JSON. Of a foreign one the message is its kind: the rest may quote a text."""
    if isinstance(error, AinoiError):
        return [error.code, str(error)]
    return [AinoiError.code, type(error).__name__]


def unpacked_error(packed: Sequence[str]) -> AinoiError:
    """The error that ``packed_error`` was given, as far as the library knows its class."""
    code, message = packed
    error = _CLASSES.get(code, AinoiError)(message)
    error.code = code
    return error


def packed_answer(answer: Answer) -> bytes:
    """An answer as lines of JSON: the stages and the errors by place, then each annotated article or an empty line."""
    lines = []
    failed: dict[int, list[str]] = {}
    for place, result in enumerate(answer.results):
        line = b""
        if isinstance(result, AnnotatedArticle):
            try:
                line = result.model_dump_json(round_trip=True).encode("utf-8")
            except (PydanticSerializationError, UnicodeError):  # half a surrogate pair, which the interface refuses
                failed[place] = packed_error(AnnotatorFaultError("the annotation is no Unicode text"))
        else:
            failed[place] = packed_error(result)
        lines.append(line)
    head = json.dumps({"stages": dict(answer.stages), "failed": failed}).encode("ascii")
    return b"\n".join([head, *lines])


def unpacked_answer(frame: bytes) -> Answer:
    """The answer that ``packed_answer`` was given. Raises ValueError if it is none."""
    head, *lines = frame.split(b"\n")
    told = json.loads(head)
    failed = {int(place): unpacked_error(packed) for place, packed in told["failed"].items()}
    results: list[Result] = [
        failed[place] if place in failed else AnnotatedArticle.model_validate_json(line)
        for place, line in enumerate(lines)
    ]
    return Answer(results, told["stages"])
