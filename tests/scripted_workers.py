"""Workers that do what a test says, when it says it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from ainoi import AinoiError, Article
from ainoi_service.workers.answering import answer
from ainoi_service.workers.events import Lane
from ainoi_service.workers.worker import Reports
from fake_annotator import FakeAnnotator


@dataclass(eq=False)
class ScriptedWorker:
    """Keeps what it was given; the test lets it answer or end."""

    lane: Lane
    reports: Reports
    given: list[list[str]] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    _articles: Sequence[Article] = ()

    def start(self) -> None:
        self.ended.append("started")

    def give(self, articles: Sequence[Article]) -> None:
        self._articles = articles
        self.given.append([article.text for article in articles])

    def kill(self) -> None:
        self.ended.append("killed")

    def stop(self) -> None:
        self.ended.append("stopped")

    def join(self) -> None:
        self.ended.append("joined")

    async def comes_up(self) -> None:
        self.reports.up()
        await settle()

    async def answers(self) -> None:
        self.reports.done(answer(FakeAnnotator(), self._articles))
        await settle()

    async def is_gone(self, error: AinoiError | None = None) -> None:
        self.reports.gone(error)
        await settle()


@dataclass(eq=False)
class ScriptedStaff:
    """Keeps the workers that it made, in order."""

    size: int = 1
    killable: bool = True
    hired: list[ScriptedWorker] = field(default_factory=list)

    def hire(self, lane: Lane, reports: Reports) -> ScriptedWorker:
        self.hired.append(ScriptedWorker(lane, reports))
        return self.hired[-1]


async def settle() -> None:
    """Let the event loop do all that is ready."""
    for _ in range(10):
        await asyncio.sleep(0)
