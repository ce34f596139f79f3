"""A place for a worker: whoever holds it is replaced when it is lost, the later the more often that happens."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from ainoi import AinoiError
from ainoi_service.workers.answering import Answer
from ainoi_service.workers.events import Lane
from ainoi_service.workers.lanes import Ticket
from ainoi_service.workers.worker import Worker

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds before a worker is started again, from the second on that is lost in a row: twice as many each time."""

Status = Literal["vacant", "starting", "idle", "busy"]
"""``vacant``: a worker is started when one is needed, or after a pause."""


@dataclass(slots=True, eq=False)
class Post:
    """``batch``: what its worker has. ``began``: since when it is starting or busy, in the event loop's seconds.
    ``losses``: workers lost in a row without one batch done. ``late``: its worker is being killed for its lateness;
    ``stalled``: because its batch takes too long for ordinary articles."""

    lane: Lane
    status: Status = "vacant"
    worker: Worker | None = None
    line: Line | None = None
    batch: list[Ticket] = field(default_factory=list)
    began: float = 0.0
    losses: int = 0
    late: bool = False
    stalled: bool = False
    timer: asyncio.TimerHandle | None = None

    def vacate(self) -> list[Ticket]:
        """Its worker is lost, or let go. Returns what that had."""
        batch, self.batch = self.batch, []
        self.status, self.worker, self.line = "vacant", None, None
        self.late = self.stalled = False
        self.set_timer(None)
        return batch

    def set_timer(self, timer: asyncio.TimerHandle | None) -> None:
        """The one thing that is to happen to it later; what was to happen before is not."""
        if self.timer is not None:
            self.timer.cancel()
        self.timer = timer

    @property
    def retry_after(self) -> int:
        """Whole seconds after which there may be a worker again."""
        return math.ceil(self.pause) + 1

    @property
    def pause(self) -> float:
        """Seconds before the next worker is started in it."""
        return 0.0 if self.losses <= 1 else float(min(FIRST_PAUSE * 2.0 ** (self.losses - 2), LONGEST_PAUSE))


class Line:
    """Brings what a worker reports, on its threads, to the event loop. What a worker says that no longer holds its post
    is told apart by its line."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        up: Callable[[Line], None],
        done: Callable[[Line, Answer], None],
        gone: Callable[[Line, AinoiError | None], None],
    ) -> None:
        self._loop = loop
        self._up, self._done, self._gone = up, done, gone

    def up(self) -> None:
        """The worker is ready."""
        self._call(self._up)

    def done(self, answer: Answer) -> None:
        """The worker has answered."""
        self._call(self._done, answer)

    def gone(self, error: AinoiError | None) -> None:
        """The worker has ended."""
        self._call(self._gone, error)

    def _call(self, function: Callable[..., None], *given: object) -> None:
        try:
            self._loop.call_soon_threadsafe(function, self, *given)
        except RuntimeError:
            if not self._loop.is_closed():  # a closed one is no one to tell
                raise
