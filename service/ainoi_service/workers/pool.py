"""The pool: admits articles or turns them away, and answers each that it has admitted, in time.

It lives on one event loop. Its state changes between two awaits only, so admission is exact. ``docs/serving.md`` tells
what it promises.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from ainoi import AinoiError, AnnotatedArticle, Article
from ainoi_service.limits import Limits
from ainoi_service.telemetry.request import note_wait
from ainoi_service.workers.answering import Result
from ainoi_service.workers.crew import Crew
from ainoi_service.workers.errors import AnnotatorFaultError, BusyError, DeadlineError, DrainingError, WorkerDiedError
from ainoi_service.workers.events import Admitted, Dropped, Lane, Listener, PoolEvent, RefusalReason, Refused, nobody
from ainoi_service.workers.lanes import Queue, Ticket
from ainoi_service.workers.state import PoolState
from ainoi_service.workers.subwords import subwords_in
from ainoi_service.workers.worker import Staff

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

DRAIN_RETRY_SECONDS = 5
"""When to come again to a service that goes down: whoever takes over should be up by then."""


class ModelPool:
    """``start`` it, then ``annotate``; ``drain`` and ``close`` it in the end. Only ``state`` may be called anywhere."""

    def __init__(self, staff: Staff, limits: Limits, on_event: Listener = nobody) -> None:
        self._limits = limits
        self._on_event = on_event
        bound = limits.max_waiting_subwords * staff.size
        self._queues: dict[Lane, Queue] = {
            "short": Queue(bound, self._one_more_patient),
            "long": Queue(limits.max_waiting_subwords, self._one_more_patient),
        }
        self._crew = Crew(
            staff, limits, self._queues, tell=self._tell, given=self._on_given, finished=self._on_finished
        )
        self._requests = 0
        self._inside = 0
        self._draining = False
        self._settled = asyncio.Event()
        self._settled.set()

    async def start(self) -> None:
        """Start the workers; returns when the first is up. Raises the ``AinoiError`` that loading the model raises."""
        try:
            await self._crew.start()
        except BaseException:
            await self.close()
            raise

    @contextmanager
    def place(self) -> Iterator[Place]:
        """Room for one request, which is in until the block ends. Raises BusyError and DrainingError."""
        if self._draining:
            raise self._refused("draining")
        if self._requests + min(self._patient, self._limits.max_waiting // 2) >= self._limits.max_waiting:
            raise self._refused("requests")
        self._requests += 1
        self._settled.clear()
        try:
            yield Place(self, self._now() + self._limits.request_seconds)
        finally:
            self._requests -= 1
            for queue in self._queues.values():
                queue.refill()
            self._crew.dispatch()
            self._settle()

    async def annotate(
        self, article: Article, *, subwords: int | None = None, patient: bool = False
    ) -> AnnotatedArticle:
        """The article's annotation. Cancel it to take the article back.

        ``subwords``: the work it is, where the caller has counted it. ``patient``: it is one of a batch, which waits
        for room instead of being turned away, and its time counts from when a worker has it.

        Raises BusyError, DrainingError, DeadlineError, WorkerDiedError, or the ``AinoiError`` of the article.
        """
        if not patient:
            with self.place() as place:
                return await place.annotate(article, subwords)
        if self._draining:
            raise self._refused("draining")
        return await self.annotated(article, subwords, None)

    async def annotated(self, article: Article, subwords: int | None, deadline: float | None) -> AnnotatedArticle:
        """``Place.annotate`` and ``annotate`` say it; without a deadline it is patient."""
        ticket = self._admitted(article, subwords or subwords_in(article.text), deadline)
        self._inside += 1
        self._settled.clear()
        self._crew.dispatch()
        try:
            return await ticket.answer
        except asyncio.CancelledError:
            self._withdraw(ticket)
            raise
        finally:
            self._inside -= 1
            if ticket.waited is not None:
                note_wait(ticket.waited)
            self._settle()

    def state(self) -> PoolState:
        """How it stands now."""
        queues = self._queues.values()
        return PoolState(
            ready=self._crew.up > 0 and not self._draining,
            draining=self._draining,
            requests=self._requests,
            waiting=sum(len(queue.waiting) for queue in queues),
            waiting_subwords=sum(queue.waiting_subwords for queue in queues),
            running=self._crew.running,
            workers_up=self._crew.up,
            workers=len(self._crew.posts),
        )

    async def drain(self) -> None:
        """Take no new work; returns when all that was begun is answered."""
        self._draining = True
        await self._settled.wait()

    async def close(self) -> None:
        """End the workers. What is still in is answered DrainingError."""
        self._draining = True
        left = [ticket for queue in self._queues.values() for ticket in (*queue.held, *queue.waiting)]
        for queue in self._queues.values():
            queue.held.clear()
            queue.waiting.clear()
        for ticket in left + await self._crew.close():
            self._on_finished(ticket, DrainingError("the service has stopped", retry_after=DRAIN_RETRY_SECONDS))

    # Admission

    def _admitted(self, article: Article, subwords: int, deadline: float | None) -> Ticket:
        """A ticket in its queue. Raises what says why there is none."""
        now, suspects = self._now(), self._crew.suspects
        sha256 = article.text_sha256 if suspects else ""
        if suspects.is_deadly(sha256):
            self._tell(Refused("ended_workers"))
            raise AnnotatorFaultError("processes end when they read this text")
        if deadline is not None and deadline <= now:
            self._tell(Dropped("deadline"))
            raise self._late()
        if self._crew.unable:
            raise self._refused("no_worker")
        lane: Lane = "long" if sha256 in suspects or subwords > self._limits.long_article_subwords else "short"
        if deadline is not None and not self._queues[lane].has_room():
            raise self._refused("subwords", lane)
        ticket = Ticket(
            article=article,
            subwords=subwords,
            lane=lane,
            answer=asyncio.get_running_loop().create_future(),
            since=now,
            patient=deadline is None,
            alone=lane == "long",
        )
        self._tell(Admitted(lane, subwords))
        if deadline is not None:
            self._set_deadline(ticket, deadline)
        self._queues[lane].put(ticket)
        return ticket

    def _refused(self, reason: RefusalReason, lane: Lane = "short") -> AinoiError:
        """The error of a request that is turned away."""
        self._tell(Refused(reason))
        if reason == "draining":
            return DrainingError("the service is going down", retry_after=DRAIN_RETRY_SECONDS)
        if reason == "no_worker":
            soonest = min(post.retry_after for post in self._crew.posts)
            return WorkerDiedError("no process of the model can be started", retry_after=soonest)
        queue = self._queues[lane]
        workers = len(self._crew.posts) if lane == "short" else 1
        work = queue.waiting_subwords + queue.running_subwords
        return BusyError("too much is waiting", retry_after=self._crew.rate.retry_after(work, workers))

    def _one_more_patient(self) -> bool:
        waiting = sum(queue.patient for queue in self._queues.values())
        most = self._limits.max_waiting
        return waiting < max(1, most // 2) and self._requests + waiting < most

    @property
    def _patient(self) -> int:
        return sum(queue.patient + len(queue.held) for queue in self._queues.values())

    # Answers

    def _on_given(self, ticket: Ticket) -> None:
        if ticket.timer is None:
            self._set_deadline(ticket, self._now() + self._limits.request_seconds)

    def _on_finished(self, ticket: Ticket, result: Result) -> None:
        if ticket.timer is not None:
            ticket.timer.cancel()
        if ticket.answer.done():
            return
        if isinstance(result, AinoiError):
            ticket.answer.set_exception(result)
        else:
            ticket.answer.set_result(result)

    def _set_deadline(self, ticket: Ticket, deadline: float) -> None:
        ticket.timer = asyncio.get_running_loop().call_at(deadline, self._expire, ticket)

    def _expire(self, ticket: Ticket) -> None:
        """Its time is over. A worker that has it may be at it for ever."""
        if not ticket.answer.done():
            self._tell(Dropped("deadline"))
            ticket.answer.set_exception(self._late())
        if not self._queues[ticket.lane].remove(ticket):
            self._crew.end_with(ticket)

    def _withdraw(self, ticket: Ticket) -> None:
        """Nobody waits for it any more. A worker that has it goes on, until its deadline."""
        self._tell(Dropped("client_gone"))
        if self._queues[ticket.lane].remove(ticket) and ticket.timer is not None:
            ticket.timer.cancel()

    def _late(self) -> DeadlineError:
        return DeadlineError(f"the annotation was not ready within {self._limits.request_seconds} seconds")

    # Small things

    def _settle(self) -> None:
        if self._requests == 0 and self._inside == 0:
            self._settled.set()

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _tell(self, event: PoolEvent) -> None:
        try:
            self._on_event(event)
        except Exception:
            _log.exception("a listener of the pool failed")

    async def within(self, deadline: float, work: Awaitable[_T]) -> _T:
        """``Place.within`` says it."""
        try:
            async with asyncio.timeout_at(deadline) as time:
                return await work
        except TimeoutError:
            if not time.expired():
                raise
            self._tell(Dropped("deadline"))
            raise self._late() from None


class Place:
    """One request that is in, with its deadline."""

    def __init__(self, pool: ModelPool, deadline: float) -> None:
        self._pool = pool
        self._deadline = deadline

    async def annotate(self, article: Article, subwords: int | None = None) -> AnnotatedArticle:
        """The article's annotation. Cancel it to take the article back; ``ModelPool.annotate`` lists what it raises."""
        return await self._pool.annotated(article, subwords, self._deadline)

    async def within(self, work: Awaitable[_T]) -> _T:
        """What ``work`` gives, which is cancelled at the deadline. Raises DeadlineError."""
        return await self._pool.within(self._deadline, work)
