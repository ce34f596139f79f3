"""A pool of scripted workers under a scripted clock, for tests that go step by step."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest

from ainoi import AinoiError, AnnotatedArticle, Article
from ainoi_service.limits import Limits
from ainoi_service.workers.events import PoolEvent
from ainoi_service.workers.pool import ModelPool
from scripted_workers import ScriptedStaff, settle

Annotating = asyncio.Task[AnnotatedArticle]


class Scene:
    """A pool with scripted workers, and what it told."""

    def __init__(self, staff: ScriptedStaff, **limits: int) -> None:
        self.staff = staff
        self.events: list[PoolEvent] = []
        self.pool = ModelPool(staff, Limits(**limits), self.events.append)
        self._later = 0.0

    async def passes(self, seconds: float) -> None:
        """The event loop's clock is so much later at once."""
        loop = asyncio.get_running_loop()
        clock, self._later = type(loop).time, self._later + seconds
        loop.time = lambda: clock(loop) + self._later  # type: ignore[method-assign]
        await settle()

    async def asks(self, text: str, *, patient: bool = False) -> Annotating:
        task = asyncio.create_task(self.pool.annotate(Article(text=text), patient=patient))
        await settle()
        return task

    def told(self, *kinds: type) -> list[PoolEvent]:
        return [event for event in self.events if isinstance(event, kinds)]


@asynccontextmanager
async def scene(staff: ScriptedStaff | None = None, **limits: int) -> AsyncIterator[Scene]:
    """All ordinary workers are up."""
    made = Scene(staff or ScriptedStaff(), **limits)
    starting = asyncio.create_task(made.pool.start())
    await settle()
    for worker in list(made.staff.hired):
        await worker.comes_up()
    await starting
    yield made
    await made.pool.close()


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(test)


async def error_of(task: Annotating) -> AinoiError:
    with pytest.raises(AinoiError) as raised:
        await task
    return raised.value
