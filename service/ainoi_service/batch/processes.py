"""Annotates in worker processes, each with a model of its own: results come in the order of the batches, whichever
worker is the faster, and a worker that dies costs nothing but time.

Processes are spawned, never forked: a fork after threads were started to compute hangs. A worker is given a batch when
it has none, over a pipe; what is read ahead and what is annotated but not yet due is bounded.
"""

from __future__ import annotations

import logging
import signal
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Self

from ainoi import AinoiError
from ainoi.schema import ModelVersion
from ainoi_service.batch.annotating import Batch, Result, died_row, length
from ainoi_service.batch.items import ErrorRow, Read, Unread
from ainoi_service.batch.worker import Done, Failed, Load, Ready, work
from ainoi_service.limits import Limits

MOST_DEATHS = 2
"""Workers that may die on a batch before its articles are tried one by one; then on one before it is given up."""
MOST_FALSE_STARTS = 3
"""Workers that may die in a row before one of them is ready."""
BATCHES_AHEAD, CHARS_AHEAD = 4, 4_000_000
"""Batches a worker, and code points a worker, that are read before the first of them is put out."""
LAST_WORDS_SECONDS = 5.0
"""How long a worker may take to end once it is told to; then it is killed."""


class WorkersError(AinoiError):
    """The worker processes cannot work."""

    code = "workers"


@dataclass(slots=True)
class _Task:
    """What one worker is given at once: some of a job's items, by their places."""

    job: _Job
    places: tuple[int, ...]
    deaths: int = 0


@dataclass(slots=True)
class _Job:
    """A batch on its way to its results.

    It is annotated whole. If that ends too many workers, each article is tried alone, to find those that do; then the
    others are annotated once more, together, as they would have been without them.
    """

    items: Batch
    results: dict[int, Result]
    tried_alone: set[int] | None = None
    last: bool = False
    fallback: dict[int, Result] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        return len(self.results) == len(self.items)

    def first(self) -> list[_Task]:
        places = self._open()
        return [_Task(self, places)] if places else []

    def answered(self, task: _Task, results: Sequence[Result]) -> list[_Task]:
        """Keep the results of a task; what is to be done next for this job."""
        if self.tried_alone is None or self.last:
            self.results.update(zip(task.places, results, strict=True))
            return []
        self.fallback.update(zip(task.places, results, strict=True))
        return self._after_one(task.places[0])

    def died(self, task: _Task) -> list[_Task]:
        """A worker died on a task; what is to be done next for this job."""
        task.deaths += 1
        if task.deaths < MOST_DEATHS:
            return [task]
        if self.last:  # each of them is harmless, together they are too much
            self.results.update((place, self.fallback[place]) for place in task.places)
            return []
        if len(task.places) > 1:
            self.tried_alone = set()
            return [_Task(self, (place,)) for place in task.places]
        item = self.items[task.places[0]]
        assert isinstance(item, Read | Unread)
        self.results[task.places[0]] = died_row(item)
        return self._after_one(task.places[0])

    def _after_one(self, place: int) -> list[_Task]:
        if self.tried_alone is None:
            return []
        self.tried_alone.add(place)
        if self.last or not self.tried_alone.issuperset(self._open()):
            return []
        self.last = True
        return self.first()

    def _open(self) -> tuple[int, ...]:
        return tuple(place for place in range(len(self.items)) if place not in self.results)


class _Worker:
    """One process and the pipes to it."""

    def __init__(self, load: Load, with_text: bool, limits: Limits) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        their_life, self._life = context.Pipe(duplex=False)
        self.process: SpawnProcess = context.Process(
            target=work,
            args=(load, theirs, their_life),
            kwargs={"with_text": with_text, "limits": limits, "log_level": logging.getLogger().getEffectiveLevel()},
            name="ainoi-batch",
            daemon=True,
        )
        # A signal that is blocked here stays so there: Ctrl-C reaches no worker, not even one that has just begun.
        # (The tracker would unblock it if it were started on the way.)
        resource_tracker.ensure_running()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self.process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()
        their_life.close()
        self.ready = False
        self.task: _Task | None = None

    def give(self, task: _Task) -> None:
        """Hand it something to do. One that has died is found out when its answer is awaited."""
        self.task = task
        try:
            self.pipe.send([task.job.items[place] for place in task.places])
        except (BrokenPipeError, ConnectionResetError):
            return

    def told(self) -> Ready | Done | Failed | None:
        """Its next message, or None if it has died."""
        try:
            message: Ready | Done | Failed = self.pipe.recv()
        except (EOFError, OSError):
            return None
        return message

    def tell_to_end(self) -> None:
        self._life.close()
        self.pipe.close()

    def end(self) -> int | None:
        """Wait until it has ended, and see to it that it does; its exit status."""
        self.process.join(LAST_WORDS_SECONDS)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        status = self.process.exitcode
        self.process.close()
        return status


class WorkerPool:
    """The engine with ``workers`` processes, each of which calls ``load`` for its annotator. Use it in ``with``.

    Raises WorkersError when the processes cannot start, and what ``load`` raises, as a WorkersError too.
    """

    def __init__(self, load: Load, *, workers: int, with_text: bool = False, limits: Limits | None = None) -> None:
        if workers < 1:
            raise ValueError(f"workers must be at least 1, is {workers}")
        self._load = load
        self._count = workers
        self._with_text = with_text
        self._limits = limits or Limits()
        self._workers: list[_Worker] = []
        self._todo: deque[_Task] = deque()
        self._false_starts = 0
        self._version: ModelVersion | None = None

    def __enter__(self) -> Self:
        try:
            self._workers = [self._new() for _ in range(self._count)]
            while self._version is None:
                self._listen()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every process, whatever it is doing."""
        for worker in self._workers:
            worker.tell_to_end()
        for worker in self._workers:
            worker.end()
        self._workers = []
        self._todo.clear()

    @property
    def version(self) -> ModelVersion:
        """See :class:`~ainoi_service.batch.annotating.Engine`."""
        assert self._version is not None, "the pool is used inside its with block"
        return self._version

    @property
    def pids(self) -> list[int]:
        """Ids of the processes that are there now."""
        return [pid for worker in self._workers if (pid := worker.process.pid) is not None]

    def results(self, batches: Iterable[Batch]) -> Iterator[list[Result]]:
        """See :class:`~ainoi_service.batch.annotating.Engine`. One iteration at a time. Raises WorkersError."""
        source = iter(batches)
        ahead: deque[_Job] = deque()
        more = True
        while more or ahead:
            while ahead and ahead[0].done:
                job = ahead.popleft()
                yield [job.results[place] for place in range(len(job.items))]
            if more and self._room(ahead):
                batch = next(source, None)
                if batch is None:
                    more = False
                    continue
                given = {place: item for place, item in enumerate(batch) if isinstance(item, ErrorRow)}
                job = _Job(batch, dict(given))
                ahead.append(job)
                self._todo.extend(job.first())
                self._hand_out()
                self._listen(seconds=0)
            elif ahead:
                self._listen()

    def _room(self, ahead: Sequence[_Job]) -> bool:
        chars = sum(length(item) for job in ahead for item in job.items)
        return len(ahead) < BATCHES_AHEAD * self._count and chars < CHARS_AHEAD * self._count

    def _new(self) -> _Worker:
        return _Worker(self._load, self._with_text, self._limits)

    def _hand_out(self) -> None:
        for worker in self._workers:
            if self._todo and worker.ready and worker.task is None:
                worker.give(self._todo.popleft())

    def _listen(self, seconds: float | None = None) -> None:
        """Take in what workers have to say, waiting for the first of it at most so long; give them more to do."""
        pipes: dict[Connection, int] = {worker.pipe: number for number, worker in enumerate(self._workers)}
        for pipe in wait(list(pipes), seconds):
            assert isinstance(pipe, Connection)
            number = pipes[pipe]
            worker = self._workers[number]
            match worker.told():
                case Ready(version):
                    self._version = self._version or version
                    worker.ready, self._false_starts = True, 0
                case Done(results) if worker.task is not None:
                    task, worker.task = worker.task, None
                    self._todo.extendleft(reversed(task.job.answered(task, results)))
                case Failed(message):
                    raise WorkersError(message)
                case _:
                    self._replace(number)
        self._hand_out()

    def _replace(self, number: int) -> None:
        """Put a new worker in the place of one that died, and take back what that was doing."""
        worker = self._workers[number]
        worker.tell_to_end()
        status = worker.end()
        if worker.task is not None:
            self._todo.extendleft(reversed(worker.task.job.died(worker.task)))
        elif not worker.ready:
            self._false_starts += 1
            if self._false_starts >= MOST_FALSE_STARTS:
                del self._workers[number]
                raise WorkersError(f"worker processes end before they have loaded the model, the last with {status}")
            time.sleep(0.1 * 2**self._false_starts)
        self._workers[number] = self._new()
