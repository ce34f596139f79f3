"""Every record is one line of JSON in ASCII, and no line has what an exception or another library quotes of a text."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from ainoi_service.store.errors import StoreError
from ainoi_service.telemetry.logs import FIELDS, JsonLines

SECRET = "cau-noi-bi-mat"
_OURS = logging.getLogger("ainoi_service.telemetry.test")


def line(record: logging.LogRecord) -> dict[str, object]:
    text = JsonLines().format(record)
    assert text.isascii() and text.isprintable(), text
    read: dict[str, object] = json.loads(text)
    assert set(read) <= set(FIELDS)
    return read


def record(
    name: str, message: str, *args: object, error: BaseException | None = None, **more: object
) -> logging.LogRecord:
    made = logging.LogRecord(
        name, logging.WARNING, "file.py", 1, message, args, (type(error), error, None) if error else None
    )
    made.__dict__.update(more)
    return made


def raised(error: Exception) -> Exception:
    """The error as it is once it was raised and caught."""
    try:
        raise error
    except Exception as caught:
        return caught


def test_a_message_of_ours_is_logged_as_a_whole() -> None:
    told = line(record("ainoi_service.workers", "worker %d ended with status %d", 2, -9))
    assert {name: told[name] for name in ("level", "logger", "event")} == {
        "level": "warning",
        "logger": "ainoi_service.workers",
        "event": "worker 2 ended with status -9",
    }


@pytest.mark.parametrize("name", ["sqlalchemy.engine", "trafilatura", "asyncio", "root", "ainoi_elsewhere"])
def test_of_another_librarys_message_only_the_fixed_part_is_logged(name: str) -> None:
    told = line(record(name, "discarding data: %s", SECRET))
    assert told["event"] == "discarding data: %s"


def test_only_the_first_line_of_a_message_is_logged() -> None:
    told = line(record("asyncio", f"Task exception was never retrieved\nfuture: ValueError('{SECRET}')"))
    assert told["event"] == "Task exception was never retrieved"


def test_a_long_message_is_cut() -> None:
    assert line(record("ainoi", "a" * 5000))["event"] == "a" * 200


@pytest.mark.parametrize("args", [(), (SECRET,), ({"text": SECRET},)], ids=["none", "one", "mapping"])
def test_a_message_with_wrong_arguments_says_nothing_of_them(args: tuple[object, ...]) -> None:
    assert SECRET not in json.dumps(line(record("urllib3", "%s and %s", *args)))


def test_an_exception_is_logged_by_kind_and_place() -> None:
    def fails() -> None:
        raise ValueError(SECRET)

    try:
        try:
            fails()
        except ValueError as cause:
            raise StoreError("store_busy", SECRET) from cause
    except StoreError as error:
        told = line(record("ainoi_service", "a request failed", error=error, exc_info=(StoreError, error, None)))

    assert SECRET not in json.dumps(told)
    assert told["error"] == ["StoreError(store_busy)", "ValueError"]
    assert [place.rpartition(" ")[2] for place in told["trace"]] == [  # type: ignore[attr-defined]
        "test_an_exception_is_logged_by_kind_and_place"
    ]


def test_parameters_of_a_statement_are_not_logged() -> None:
    error = raised(OperationalError("INSERT INTO article VALUES (:text)", {"text": SECRET}, Exception(SECRET)))
    assert SECRET not in json.dumps(line(record("ainoi_service", "a request failed", error=error)))
    assert line(record("ainoi_service", "the keys cannot be read: %s", error))["event"] == (
        "the keys cannot be read: OperationalError"
    )


def test_errors_that_cause_each_other_end() -> None:
    first, second = ValueError(), TypeError()
    first.__cause__, second.__cause__ = second, first
    kinds = line(record("ainoi_service", "failed", error=first))["error"]
    assert isinstance(kinds, list) and 1 <= len(kinds) <= 30


def test_a_deep_recursion_is_told_by_its_last_frames() -> None:
    def deep(left: int) -> None:
        if left == 0:
            raise RecursionError(SECRET)
        deep(left - 1)

    try:
        deep(100)
    except RecursionError as error:
        places = line(record("ainoi", "failed", error=error))["trace"]
    assert isinstance(places, list) and len(places) == 30 and all(place.endswith(" deep") for place in places)


@given(st.text())
def test_no_text_breaks_a_line(text: str) -> None:
    line(record("ainoi_service", text.replace("%", "%%"), request_id=text, fields={"code": text}))


@given(st.text(st.sampled_from('\n\r\x1b\x00\x85\u2028\u2029\u202e\ud800"\\{}%s'), min_size=1))
def test_no_control_character_breaks_a_line(text: str) -> None:
    line(record("anything", text, fields={"route": text}))


LOGGING = """
import logging, threading, warnings
from ainoi_service.telemetry.logs import configure

configure()
configure()  # twice does no harm
logging.getLogger("ainoi_service.requests").info("request", extra={"fields": {"status": 200}})
logging.getLogger("ainoi_service").debug("not told")
logging.getLogger("uvicorn.error").info("Started server process [%d]", 7)
logging.getLogger("uvicorn.error").error("Exception in ASGI application\\n", exc_info=ValueError("SECRET"))
logging.getLogger("uvicorn.access").info('%s - "%s %s HTTP/%s" %d', "::1", "GET", "/v1/quotes?q=SECRET", "1.1", 200)
logging.getLogger("sqlalchemy").warning("lost %s", "SECRET")
logging.getLogger("sqlalchemy").info("not told")
warnings.warn("SECRET is old")
thread = threading.Thread(target=lambda: int("SECRET"))
thread.start()
thread.join()
raise ValueError("SECRET")
"""


def test_a_process_logs_everything_as_json_lines(root: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": "models:service"}
    command = [sys.executable, "-c", LOGGING]
    done = subprocess.run(command, capture_output=True, text=True, cwd=root, env=environment)

    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert done.returncode == 1 and "SECRET" not in done.stderr and done.stdout == ""
    assert [(line["level"], line["logger"], line["event"], line.get("error")) for line in lines] == [
        ("info", "ainoi_service.requests", "request", None),
        ("info", "uvicorn.error", "Started server process [7]", None),
        ("warning", "sqlalchemy", "lost %s", None),
        ("warning", "py.warnings", "a warning", ["UserWarning"]),
        ("error", "ainoi_service", "a thread ended on an error", ["ValueError"]),
        ("error", "ainoi_service", "the process ends on an error", ["ValueError"]),
    ]
