"""What a pool of workers tells whoever listens: metrics and logs are made of it. No event holds a word of an article.

A listener is called on the event loop, so it must be quick; what it raises is logged and goes no further.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Lane = Literal["short", "long"]
"""Which queue an article waits in: long ones have a worker of their own."""

RefusalReason = Literal["requests", "subwords", "draining", "no_worker", "ended_workers"]
"""Why nothing was begun: too many requests, or too much work for the model, are in; the pool drains; no worker can be
started; the text has ended workers before."""

DropReason = Literal["client_gone", "deadline"]
"""Why an article that was admitted got no annotation, though nothing failed."""

DeathReason = Literal["exit", "late", "start"]
"""How a worker was lost: it ended by itself or by a signal; the pool killed it, for it was late; it did not start."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """An article waits for a worker. ``subwords`` is the bound that admission counts with."""

    lane: Lane
    subwords: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A request was turned away before any work."""

    reason: RefusalReason


@dataclass(frozen=True, slots=True)
class Waited:
    """An article was given to a worker after ``seconds`` in its lane."""

    lane: Lane
    seconds: float


@dataclass(frozen=True, slots=True)
class BatchDone:
    """A worker has annotated a batch. ``seconds``: from giving it to the worker until its answer.

    ``stages``: seconds of it in ``clean``, ``encode``, ``tag``, ``decode`` and ``resolve``, if the annotator tells.
    """

    lane: Lane
    articles: int
    subwords: int
    seconds: float
    stages: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dropped:
    """An article that was admitted is not wanted any more, or came too late."""

    reason: DropReason


@dataclass(frozen=True, slots=True)
class WorkerUp:
    """A worker is ready, ``seconds`` after it was started."""

    lane: Lane
    seconds: float


@dataclass(frozen=True, slots=True)
class WorkerDied:
    """A worker is gone; another is started in its place."""

    lane: Lane
    reason: DeathReason


PoolEvent = Admitted | Refused | Waited | BatchDone | Dropped | WorkerUp | WorkerDied

Listener = Callable[[PoolEvent], None]


def nobody(event: PoolEvent) -> None:
    """A listener that does not."""
