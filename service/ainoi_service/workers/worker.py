"""What the pool needs of a worker, and what a worker tells the pool."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ainoi import AinoiError, Article
from ainoi_service.workers.answering import Answer
from ainoi_service.workers.events import Lane


class Reports(Protocol):
    """Where a worker tells of itself; called from any thread. ``gone`` comes once and last."""

    def up(self) -> None:
        """It is ready for its first batch."""

    def done(self, answer: Answer) -> None:
        """It has annotated what it was given and is ready for more."""

    def gone(self, error: AinoiError | None) -> None:
        """It has ended; ``error``: what loading the model raised."""


class Worker(Protocol):
    """Annotates one batch after the other. None of its methods blocks."""

    def start(self) -> None:
        """Load the model; then it reports ``up``, or ``gone``."""

    def give(self, articles: Sequence[Article]) -> None:
        """Annotate these; called only when it is up and has nothing."""

    def kill(self) -> None:
        """End it wherever it is, if that can be done to it; then it reports ``gone``."""

    def stop(self) -> None:
        """End it once it has nothing; then it reports ``gone``."""

    def join(self) -> None:
        """Wait until it has ended. This blocks."""


class Staff(Protocol):
    """Makes workers of one kind."""

    @property
    def size(self) -> int:
        """How many there are for ordinary articles."""

    @property
    def killable(self) -> bool:
        """Whether a worker can be killed; else there is one only, and it takes long articles too."""

    def hire(self, lane: Lane, reports: Reports) -> Worker:
        """A worker that was not started yet."""
