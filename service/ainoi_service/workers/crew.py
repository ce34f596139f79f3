"""The workers of a pool: started, given batches, watched, killed when they are late, replaced when they are lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from ainoi import AinoiError
from ainoi_service.limits import Limits
from ainoi_service.workers.answering import Answer, Result
from ainoi_service.workers.errors import WorkerDiedError
from ainoi_service.workers.events import BatchDone, DeathReason, Lane, Listener, Waited, WorkerDied, WorkerUp
from ainoi_service.workers.lanes import Queue, Ticket
from ainoi_service.workers.posts import Line, Post
from ainoi_service.workers.rate import Rate
from ainoi_service.workers.suspects import Suspects
from ainoi_service.workers.worker import Staff, Worker

LONG_REST_SECONDS = 300.0
"""After so long without a long article the process for them is ended."""

MOST_TRIES = 2
"""Workers that an article may lose through no fault of its own before it is given up."""


class Crew:
    """Takes tickets from the queues of both lanes and hands each back once, with its result or with why there is none.

    Articles of the short lane are for the ``staff.size`` posts, those of the long lane for one more, whose worker is
    started when the first comes; a staff that cannot be killed has one post for both.
    """

    def __init__(
        self,
        staff: Staff,
        limits: Limits,
        queues: Mapping[Lane, Queue],
        *,
        tell: Listener,
        given: Callable[[Ticket], None],
        finished: Callable[[Ticket, Result], None],
    ) -> None:
        """``given`` is called for every ticket that goes to a worker, ``finished`` once for each in the end."""
        self._killable = staff.killable
        self._hire = staff.hire
        self._limits = limits
        self._queues = queues
        self._tell, self._given, self._finished = tell, given, finished
        self.posts = [Post("short") for _ in range(staff.size)]
        self._all = [*self.posts, Post("long")] if staff.killable else self.posts
        self.rate = Rate()
        self.suspects = Suspects()
        self._let_go: dict[Line, Worker] = {}
        self._first: asyncio.Future[None] | None = None
        self._closed = False

    async def start(self) -> None:
        """Start the workers; returns when one is up. Raises what loading the model raises."""
        self._first = asyncio.get_running_loop().create_future()
        for post in self.posts:
            self._fill(post)
        await self._first

    @property
    def up(self) -> int:
        """Workers for ordinary articles that are ready or at work."""
        return sum(post.status in ("idle", "busy") and not post.late for post in self.posts)

    @property
    def running(self) -> int:
        """Articles that workers have."""
        return sum(len(post.batch) for post in self._all)

    @property
    def unable(self) -> bool:
        """Whether no worker is there, and starting one has failed more than once."""
        return all(post.losses > 1 and post.status in ("vacant", "starting") for post in self.posts)

    def dispatch(self) -> None:
        """Give what waits to whoever is idle."""
        for post in self._all:
            if post.status == "idle" and (batch := self._next_batch(post)):
                self._give(post, batch)
            elif post.status == "vacant" and post.timer is None and self._queues[post.lane].waiting:
                self._fill(post)

    def end_with(self, ticket: Ticket) -> None:
        """The ticket is too late: kill the worker that has it, if it can be."""
        for post in self._all:
            if self._killable and post.worker is not None and ticket in post.batch:
                post.late = True
                post.worker.kill()

    async def close(self) -> list[Ticket]:
        """End all workers. Returns what they had."""
        self._closed = True
        left: list[Ticket] = []
        for post in self._all:
            worker, line, idle = post.worker, post.line, post.status == "idle"
            left += post.vacate()
            if worker is not None and line is not None:
                self._let_go[line] = worker
                if idle or not self._killable:
                    worker.stop()
                else:
                    worker.kill()
        for worker in list(self._let_go.values()):
            await asyncio.to_thread(worker.join)
        return left

    # One post

    def _fill(self, post: Post) -> None:
        if self._closed:
            return
        loop = asyncio.get_running_loop()
        post.set_timer(None)
        post.status, post.began = "starting", loop.time()
        post.line = Line(loop, partial(self._on_up, post), partial(self._on_done, post), partial(self._on_gone, post))
        post.worker = self._hire(post.lane, post.line)
        post.set_timer(loop.call_later(self._limits.start_seconds, post.worker.kill))
        post.worker.start()

    def _next_batch(self, post: Post) -> list[Ticket]:
        lanes: list[Lane] = [post.lane] if self._killable else ["short", "long"]
        filled = [self._queues[lane] for lane in lanes if self._queues[lane].waiting]
        if not filled:
            return []
        first = min(filled, key=lambda queue: queue.waiting[0].since)
        return first.take(self._limits.model_batch, self._limits.model_batch_subwords)

    def _give(self, post: Post, batch: list[Ticket]) -> None:
        assert post.worker is not None
        loop = asyncio.get_running_loop()
        now = loop.time()
        post.status, post.batch, post.began = "busy", batch, now
        for ticket in batch:
            ticket.waited = now - ticket.since
            self._tell(Waited(ticket.lane, ticket.waited))
            self._given(ticket)
        stalled = post.lane == "short" and self._killable
        post.set_timer(loop.call_later(self._limits.stalled_seconds, self._on_stalled, post) if stalled else None)
        post.worker.give([ticket.article for ticket in batch])

    def _rest(self, post: Post) -> None:
        """Nobody has needed the worker for long articles for a while."""
        worker, line = post.worker, post.line
        if post.status == "idle" and worker is not None and line is not None:
            post.vacate()
            self._let_go[line] = worker
            worker.stop()

    # What workers report

    def _on_up(self, post: Post, line: Line) -> None:
        if post.line is not line:
            return
        post.status = "idle"
        post.set_timer(None)
        self._tell(WorkerUp(post.lane, asyncio.get_running_loop().time() - post.began))
        if self._first is not None and not self._first.done():
            self._first.set_result(None)
        self._idle(post)

    def _on_done(self, post: Post, line: Line, answer: Answer) -> None:
        if post.line is not line:
            return
        if len(answer.results) != len(post.batch):  # nobody knows whose they are
            assert post.worker is not None
            post.worker.kill()
            return
        seconds = asyncio.get_running_loop().time() - post.began
        batch, post.batch, post.losses = post.batch, [], 0
        self._ended(batch)
        subwords = sum(ticket.subwords for ticket in batch)
        lane = batch[0].lane
        if lane == "short":
            self.rate.measured(subwords, seconds)
        self._tell(BatchDone(lane, len(batch), subwords, seconds, answer.stages))
        for ticket, result in zip(batch, answer.results, strict=True):
            if self.suspects:
                self.suspects.survived(ticket.article.text_sha256, slow=seconds > self._limits.stalled_seconds)
            self._finished(ticket, result)
        if not post.late:
            post.set_timer(None)
            post.status = "idle"
            self._idle(post)

    def _on_stalled(self, post: Post) -> None:
        if post.worker is not None:
            post.late = post.stalled = True
            post.worker.kill()

    def _on_gone(self, post: Post, line: Line, error: AinoiError | None) -> None:
        self._let_go.pop(line, None)
        if post.line is not line:
            return
        late, stalled, starting = post.late, post.stalled, post.status == "starting"
        batch = post.vacate()
        self._ended(batch)
        reason: DeathReason = "late" if late else "start" if starting else "exit"
        self._tell(WorkerDied(post.lane, reason))
        if not late:
            post.losses += 1
        if late:
            self._again(batch, stalled=stalled)
        else:
            self._lost(batch, post)
        if self._first is not None and not self._first.done():
            self._first.set_exception(error or AinoiError("a worker ended before it had loaded the model"))
        elif not self._closed and (post.lane == "short" or self._queues["long"].waiting):
            self._fill_later(post)
        self.dispatch()

    def _idle(self, post: Post) -> None:
        self.dispatch()
        if post.status == "idle" and post.lane == "long":
            post.set_timer(asyncio.get_running_loop().call_later(LONG_REST_SECONDS, self._rest, post))

    def _ended(self, batch: Sequence[Ticket]) -> None:
        for lane, queue in self._queues.items():
            queue.ended([ticket for ticket in batch if ticket.lane == lane])

    def _fill_later(self, post: Post) -> None:
        if post.pause:
            post.set_timer(asyncio.get_running_loop().call_later(post.pause, self._fill, post))
        else:
            self._fill(post)

    def _lost(self, batch: Sequence[Ticket], post: Post) -> None:
        """Their worker has ended by itself: each of them may be why."""
        for ticket in batch:
            self.suspects.add(ticket.article.text_sha256, alone=len(batch) == 1)
            self._finished(ticket, self._died(post))

    def _again(self, batch: Sequence[Ticket], *, stalled: bool) -> None:
        """Their worker was killed: those who are still wanted go once more. If nobody knows which of them it was that
        took so long, each goes alone and as a long article."""
        for ticket in reversed(batch):
            ticket.tries += 1
            if ticket.answer.done() or ticket.tries >= MOST_TRIES:
                self._finished(ticket, WorkerDiedError("two workers were lost that had the article", retry_after=1))
                continue
            if stalled:
                self.suspects.add(ticket.article.text_sha256, alone=False)
                ticket.lane, ticket.alone = "long", True
            self._queues[ticket.lane].put_back(ticket)

    def _died(self, post: Post) -> AinoiError:
        return WorkerDiedError("the process that had the article has ended", retry_after=post.retry_after)
