"""A worker in this process: for an annotator that was given as an object, in tests and in programs that embed it.

It cannot be killed: an article that takes too long is answered ``deadline``, but goes on and holds up the next. What
kills the interpreter kills the service.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence

from ainoi import Article
from ainoi_service.workers.annotator import ServiceAnnotator
from ainoi_service.workers.answering import answer
from ainoi_service.workers.events import Lane
from ainoi_service.workers.worker import Reports


class ThreadWorker:
    """Annotates on one thread of its own."""

    def __init__(self, annotator: ServiceAnnotator, reports: Reports) -> None:
        self._annotator = annotator
        self._reports = reports
        self._queue: queue.SimpleQueue[Sequence[Article] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="ainoi-model", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def give(self, articles: Sequence[Article]) -> None:
        """Annotate these."""
        self._queue.put(articles)

    def kill(self) -> None:
        """Nothing: a thread cannot be killed."""

    def stop(self) -> None:
        """End the thread once it has nothing."""
        self._queue.put(None)

    def join(self) -> None:
        """Wait until it has ended."""
        self._thread.join()

    def _run(self) -> None:
        try:
            self._reports.up()
            while (articles := self._queue.get()) is not None:
                self._reports.done(answer(self._annotator, articles))
        finally:
            self._reports.gone(None)


class ThreadStaff:
    """One thread around one annotator."""

    size = 1
    killable = False

    def __init__(self, annotator: ServiceAnnotator) -> None:
        self._annotator = annotator

    def hire(self, lane: Lane, reports: Reports) -> ThreadWorker:
        """The worker, for articles of every lane."""
        return ThreadWorker(self._annotator, reports)
