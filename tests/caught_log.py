"""A log in memory, for tests that read it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

from ainoi_service.telemetry.logs import JsonLines


class Log:
    """What was logged."""

    def __init__(self) -> None:
        self.stream = StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def clear(self) -> None:
        """Forget what was logged so far."""
        self.stream.seek(0)
        self.stream.truncate()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Each line, read as JSON; what is none fails."""
        assert not self.text or self.text.endswith("\n")
        return [json.loads(line) for line in self.text.split("\n")[:-1]]

    @property
    def requests(self) -> list[dict[str, Any]]:
        """The lines of requests."""
        return [line for line in self.lines if line["event"] == "request"]


@contextmanager
def caught_log() -> Iterator[Log]:
    """All that the process logs from ``INFO`` on, as the service writes it."""
    caught, root = Log(), logging.getLogger()
    handler = logging.StreamHandler(caught.stream)
    handler.setFormatter(JsonLines())
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield caught
    finally:
        root.setLevel(before)
        root.removeHandler(handler)
