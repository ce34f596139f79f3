"""Who waits, in which order, and how much may: the queue of one lane, without clocks and without workers.

Everything happens between two steps of the event loop, so that no count is ever over its bound.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from ainoi import AnnotatedArticle, Article
from ainoi_service.workers.events import Lane


@dataclass(slots=True, eq=False)
class Ticket:
    """An article on its way. ``since`` and ``waited`` are the event loop's seconds.

    ``patient``: it belongs to a batch, which waits for room. ``alone``: it goes without others. ``tries``: how often a
    worker was lost that had it, through no fault of its own.
    """

    article: Article
    subwords: int
    lane: Lane
    answer: asyncio.Future[AnnotatedArticle]
    since: float
    patient: bool = False
    alone: bool = False
    tries: int = 0
    waited: float | None = None
    timer: asyncio.TimerHandle | None = None


@dataclass(slots=True)
class Queue:
    """Tickets of one lane. ``bound``: subwords, waiting or being annotated; while so many are in, nothing more comes
    in. ``one_more``: whether another ticket of a batch may wait, beside all that is in elsewhere."""

    bound: int
    one_more: Callable[[], bool]
    waiting: deque[Ticket] = field(default_factory=deque)
    held: deque[Ticket] = field(default_factory=deque)
    waiting_subwords: int = 0
    running_subwords: int = 0
    patient: int = 0
    _patient_subwords: int = 0

    def has_room(self) -> bool:
        """Whether an article of somebody who is not patient may come in, however large it is: a full queue would
        otherwise have room for small ones only. It may also come where no other such article waits, so that a worker
        that is at a large one has something to go on with, and that batches keep nobody out.
        """
        others = len(self.waiting) - self.patient
        return others == 0 or self.waiting_subwords - self._patient_subwords + self.running_subwords < self.bound

    def put(self, ticket: Ticket) -> None:
        """Append a ticket; one that is patient is held back until there is room for it."""
        if ticket.patient:
            self.held.append(ticket)
            self.refill()
        else:
            self._append(ticket)

    def put_back(self, ticket: Ticket) -> None:
        """A ticket whose worker was lost goes before all others."""
        self._count(ticket, 1)
        self.waiting.appendleft(ticket)

    def refill(self) -> None:
        """Let tickets of batches in, the first first, as long as they leave half of the bound to others.

        It is called whenever something leaves, before others can take the room: so a flood keeps no batch out.
        """
        while self.held and self._has_patient_room(self.held[0].subwords):
            self._append(self.held.popleft())

    def take(self, most: int, most_subwords: int) -> list[Ticket]:
        """The next batch: those who waited longest, up to ``most`` and to ``most_subwords``, but at least one."""
        batch: list[Ticket] = []
        subwords = 0
        while self.waiting and len(batch) < most:
            ticket = self.waiting[0]
            if batch and (ticket.alone or subwords + ticket.subwords > most_subwords):
                break
            self.waiting.popleft()
            self._count(ticket, -1)
            batch.append(ticket)
            subwords += ticket.subwords
            if ticket.alone:
                break
        self.running_subwords += subwords
        self.refill()
        return batch

    def ended(self, batch: list[Ticket]) -> None:
        """A batch that was taken is not being annotated any more."""
        self.running_subwords -= sum(ticket.subwords for ticket in batch)
        self.refill()

    def remove(self, ticket: Ticket) -> bool:
        """Take a ticket out, if it waits here."""
        if ticket in self.waiting:
            self.waiting.remove(ticket)
            self._count(ticket, -1)
            self.refill()
            return True
        if ticket in self.held:
            self.held.remove(ticket)
            self.refill()
            return True
        return False

    def _has_patient_room(self, subwords: int) -> bool:
        if self.waiting and self.waiting_subwords + self.running_subwords >= self.bound:
            return False
        half = self.patient == 0 or self._patient_subwords + subwords <= self.bound // 2
        return half and self.one_more()

    def _append(self, ticket: Ticket) -> None:
        self._count(ticket, 1)
        self.waiting.append(ticket)

    def _count(self, ticket: Ticket, sign: int) -> None:
        self.waiting_subwords += sign * ticket.subwords
        if ticket.patient:
            self.patient += sign
            self._patient_subwords += sign * ticket.subwords
