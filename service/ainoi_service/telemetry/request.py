"""The request that is being answered, as its metrics and its line in the log will tell it.

The layer opens a record of it; whoever works on the request notes things in the record, on the event loop or in a
thread of the pool. Outside of a request nothing is noted.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal

from ainoi import AnnotatedArticle
from ainoi.schema import QuoteType

RequestStage = Literal["html", "store", "search"]
"""What a request may spend time on outside of the model."""

_POSSIBLE_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")


def _nothing(stage: str, seconds: float) -> None:
    """Nobody measures."""


@dataclass(slots=True)
class Observed:
    """One request. ``code``: its problem's; ``key_id``: which key it came with, never the key itself.

    ``spent``: seconds by stage, one entry for each time; ``on_spent`` hears of each too. ``quotes``: the types of the
    quotes that the model found.
    """

    id: str
    key_id: str | None = None
    code: str | None = None
    queue_seconds: float | None = None
    spent: list[tuple[RequestStage, float]] = field(default_factory=list)
    quotes: list[QuoteType] = field(default_factory=list)
    on_spent: Callable[[RequestStage, float], None] = _nothing


_current: ContextVar[Observed | None] = ContextVar("ainoi_request", default=None)


def request_id(sent: bytes | None) -> str:
    """The id that a request came with, if it is one (1 to 64 of ``A-Za-z0-9._-``), else a new one."""
    return sent.decode("ascii") if sent is not None and _POSSIBLE_ID.fullmatch(sent) else uuid.uuid4().hex


def begin(observed: Observed) -> None:
    """What runs in this context from here on belongs to this request.

    It is not taken back: the server tells of a fault after the request has ended, in the same task.
    """
    _current.set(observed)


def current_id() -> str | None:
    """Id of the request that is being answered."""
    observed = _current.get()
    return None if observed is None else observed.id


def note_key(id: str) -> None:
    """The request came with the key that is listed under ``id``."""
    if (observed := _current.get()) is not None:
        observed.key_id = id


def note_code(code: str) -> None:
    """The request is answered with the problem ``code``."""
    if (observed := _current.get()) is not None:
        observed.code = code


def note_wait(seconds: float) -> None:
    """An article of the request waited so long for the model; the longest wait is told."""
    if (observed := _current.get()) is not None:
        observed.queue_seconds = max(seconds, observed.queue_seconds or 0.0)


def note_quotes(annotated: AnnotatedArticle) -> None:
    """The model has annotated an article of the request."""
    if (observed := _current.get()) is not None:
        observed.quotes += [quote.type for quote in annotated.quotes]


@contextmanager
def stage(name: RequestStage) -> Iterator[None]:
    """The block, or the decorated function, is this stage of the request."""
    observed = _current.get()
    if observed is None:
        yield
        return
    begun = time.perf_counter()
    try:
        yield
    finally:
        seconds = time.perf_counter() - begun
        observed.spent.append((name, seconds))
        observed.on_spent(name, seconds)
