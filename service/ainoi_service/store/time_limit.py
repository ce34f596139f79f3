"""How long one statement of a reader may take. Writers take their time, as does who reads a whole store into memory."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event, text

STEPS = 100_000
"""Steps of SQLite's machine between two looks at the clock: a few milliseconds."""

_CLOCK = "ainoi_clock"
_SET = text("SELECT set_config('statement_timeout', :value, true)")


class _Clock:
    """Of one connection to SQLite."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.running = False
        self._until = math.inf

    def start(self) -> None:
        """A statement begins."""
        self._until = time.monotonic() + self.seconds if self.running else math.inf

    def stop(self) -> None:
        """What the connection does now takes its time."""
        self.running, self._until = False, math.inf

    def over(self) -> bool:
        """Whether SQLite is to give the statement up."""
        return time.monotonic() > self._until


def limit_readers(engine: Engine, seconds: float) -> None:
    """Give every statement of a reading transaction this long; it then fails (store_timeout). Others are not touched.

    To be called before the engine connects.
    """
    if engine.dialect.name == "sqlite":
        _limit_sqlite(engine, seconds)
    else:
        _limit_postgresql(engine, seconds)


@contextmanager
def unhurried(connection: Connection) -> Iterator[None]:
    """Without a limit inside the block."""
    if connection.dialect.name == "sqlite":
        clock: _Clock = connection.info[_CLOCK]
        running = clock.running
        clock.stop()
        yield
        clock.running = running
    else:
        before = connection.exec_driver_sql("SHOW statement_timeout").scalar_one()
        connection.execute(_SET, {"value": "0"})
        yield
        connection.execute(_SET, {"value": before})


def _limit_sqlite(engine: Engine, seconds: float) -> None:
    def connect(connection: Any, record: Any) -> None:
        clock = record.info[_CLOCK] = _Clock(seconds)
        connection.set_progress_handler(clock.over, STEPS)

    def begin(connection: Connection) -> None:
        connection.info[_CLOCK].running = connection.get_execution_options().get("ainoi_mode", "read") == "read"

    def execute(connection: Connection, *_: Any) -> None:
        connection.info[_CLOCK].start()

    def checkin(_: Any, record: Any) -> None:
        if (clock := record.info.get(_CLOCK)) is not None:
            clock.stop()

    event.listen(engine, "connect", connect)
    event.listen(engine, "begin", begin)
    event.listen(engine, "before_cursor_execute", execute)
    event.listen(engine, "checkin", checkin)


def _limit_postgresql(engine: Engine, seconds: float) -> None:
    def connect(connection: Any, _: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = {math.ceil(1000 * seconds)}")
        connection.commit()

    event.listen(engine, "connect", connect)
