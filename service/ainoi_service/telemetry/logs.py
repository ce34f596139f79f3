"""One JSON object a line: the requests, the server's own messages, and those of libraries. Never what requests say.

An exception is logged by its kind and place without its message, and of other libraries' messages only the fixed part:
either may quote an article.
"""

from __future__ import annotations

import json
import logging
import logging.config
import sys
import threading
import warnings
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import Any, TextIO

from ainoi import AinoiError
from ainoi_service.telemetry.request import current_id

FIELDS = {
    "time": "when, in UTC",
    "level": "`info`, `warning` or `error`",
    "logger": "who says it",
    "event": "what happened; `request` for the line that every request has",
    "request_id": "the request's id, as in `X-Request-ID` and in problem documents",
    "method": "HTTP method, or `other`",
    "route": "the route's template, `/v1/quotes/{id}`; `none` where there is no such route or the guard refused",
    "status": "HTTP status; 499 if the client left before there was an answer, null if nothing was answered at all",
    "seconds": "until the last byte of the answer",
    "bytes_in": "of the body that was read",
    "bytes_out": "of the answer's body",
    "key_id": "which API key, by the id that `scripts/keys.py list` shows",
    "code": "the problem's code, see [api](api.md#errors)",
    "queue_seconds": "longest wait of one of its articles for the model",
    "html_seconds": "spent on reading HTML",
    "store_seconds": "spent on writing to the store",
    "search_seconds": "spent on look-ups",
    "quotes": "how many the model found",
    "error": "kind of an exception and of what caused it; the library's own with their code",
    "trace": "where it was raised: module, line and function, the innermost last",
}
"""Every field that a line may have, and what it means. Fields without a value are left out."""

_OURS = ("ainoi", "ainoi_service", "uvicorn")
"""Whose messages are logged as a whole."""
LONGEST_EVENT = 200
MOST_FRAMES = 30

_NAME = "ainoi_service.requests"


def request_logger() -> logging.Logger:
    """Where the lines of requests go; ``extra={"fields": …}`` gives what is in them."""
    return logging.getLogger(_NAME)


class JsonLines(logging.Formatter):
    """A record as one line of JSON in ASCII: no character of it can end the line or steer a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _event(record),
            "request_id": current_id(),
        }
        line |= getattr(record, "fields", {})
        if record.exc_info is not None and record.exc_info[1] is not None:
            line |= {"error": _kinds(record.exc_info[1]), "trace": _places(record.exc_info[1].__traceback__)}
        return json.dumps({name: value for name, value in line.items() if value is not None or name == "status"})


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a record of the server's tells what no other line does: a fault is told in its request's line."""
    return not str(record.msg).startswith("Exception in ASGI application")


def configure() -> None:
    """From here on this process logs to standard error, one JSON object a line; the server and all libraries too."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": {"()": JsonLines}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "stream": sys.stderr}},
            "root": {"level": "WARNING", "handlers": ["stderr"]},
            "loggers": {
                "ainoi_service": {"level": "INFO"},
                "uvicorn": {"level": "INFO", "handlers": [], "propagate": True},
                "uvicorn.error": {"level": "INFO", "handlers": [], "propagate": True},
                # It would log addresses with their queries; every request has a line of ours.
                "uvicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
            },
        }
    )
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    warnings.showwarning = _log_warning
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


def _event(record: logging.LogRecord) -> str:
    ours = record.name.partition(".")[0] in _OURS
    message = str(record.msg)
    if ours and record.args:
        args = record.args
        message %= _shown(args) if isinstance(args, Mapping) else tuple(map(_shown, args))
    return next(iter(message.strip().splitlines()), "")[:LONGEST_EVENT]


def _shown(value: object) -> object:
    """What a message may say of ``value``: of an exception its kind alone."""
    return ", ".join(_kinds(value)) if isinstance(value, BaseException) else value


def _kinds(error: BaseException) -> list[str]:
    """The exception's kind, then those of what caused it."""
    kinds: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(kinds) < MOST_FRAMES:
        kinds.append(f"{type(cause).__name__}({cause.code})" if isinstance(cause, AinoiError) else type(cause).__name__)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return kinds


def _places(trace: TracebackType | None) -> list[str]:
    frames = [(frame.f_globals.get("__name__", "?"), line, frame.f_code.co_name) for frame, line in walk_tb(trace)]
    return [
        f"{module}:{line} {function}"
        for module, line, function in islice(frames, max(0, len(frames) - MOST_FRAMES), None)
    ]


def _log_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    fields = {"error": [category.__name__], "trace": [f"{Path(filename).stem}:{lineno}"]}
    logging.getLogger("py.warnings").warning("a warning", extra={"fields": fields})


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("ainoi_service").error("the process ends on an error", exc_info=(kind, error, trace))


def _log_uncaught_in_thread(told: threading.ExceptHookArgs) -> None:
    if told.exc_value is not None and not issubclass(told.exc_type, SystemExit):
        logging.getLogger("ainoi_service").error("a thread ended on an error", exc_info=told.exc_value)
