"""How long the layer around the application waits for a body and its reader, and how much it takes of all together."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from ainoi_service.receiving import BYTES_PER_SECOND, SteadyBodies, let_go
from ainoi_service.telemetry.request import Observed, begin

SECONDS = 0.1


def sent(pieces: Sequence[bytes], between: float, *, then: float = 0.0, answering: bool = False) -> list[Any]:
    """What the application is told of a body that comes so, and of the client, who leaves ``then`` seconds later."""
    told: list[Any] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if answering:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        while not told or told[-1]["type"] != "http.disconnect":
            told.append(await receive())

    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    messages = [*messages[:-1], messages[-1] | {"more_body": False}, {"type": "http.disconnect"}]

    async def receive() -> Any:
        await asyncio.sleep(then if len(messages) == 1 else between if told else 0.0)
        return messages.pop(0)

    async def send(message: Any) -> None: ...

    asyncio.run(layer(application)({"type": "http", "headers": []}, receive, send))
    return told


def layer(application: Any, most_bytes: int = 1_000_000, answer_seconds: float = 60.0) -> SteadyBodies:
    return SteadyBodies(application, seconds=SECONDS, most_bytes=most_bytes, answer_seconds=answer_seconds)


def test_a_body_that_keeps_coming_may_take_longer() -> None:
    pieces = [b"a" * BYTES_PER_SECOND * 60] * 3
    assert [message.get("body") for message in sent(pieces, SECONDS * 2)] == [*pieces, None]


def test_a_body_that_comes_too_slowly_is_not_waited_for() -> None:
    with pytest.raises(HTTPException) as error:
        sent([b"a"] * 20, SECONDS / 4)
    assert (error.value.status_code, error.value.headers) == (408, {"Connection": "close"})


def test_a_client_may_stay_as_long_as_it_likes_once_its_body_is_there() -> None:
    assert [message["type"] for message in sent([b"a"], 0, then=SECONDS * 3)] == ["http.request", "http.disconnect"]


def test_once_the_answer_has_begun_nothing_is_refused() -> None:
    assert len(sent([b"a"] * 3, SECONDS, answering=True)) == 4


async def unsent(message: Any) -> None: ...


def of(size: int, *, declared: bool) -> tuple[Any, Any]:
    """Scope of a request, and what gives its body in pieces of at most 10 bytes."""
    pieces = [10] * (size // 10) + [size % 10]
    headers = [(b"content-length", b"%d" % size)] if declared else []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"a" * pieces.pop(0), "more_body": bool(pieces)}

    return {"type": "http", "headers": headers, "given": pieces}, receive


@dataclass
class Reader:
    """An application that reads bodies, and ends when it is told to. ``letting_go``: it says that it has a place."""

    letting_go: bool = False
    may_end: asyncio.Event = field(default_factory=asyncio.Event)
    has_read: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        while (await receive())["more_body"]:
            continue
        if self.letting_go:
            let_go(Request(scope))
        self.has_read.set()
        await self.may_end.wait()


async def refused(bodies: SteadyBodies, size: int, *, declared: bool) -> int:
    """How much was read of a body that is refused."""
    scope, receive = of(size, declared=declared)
    with pytest.raises(HTTPException) as error:
        await bodies(scope, receive, unsent)
    assert error.value.status_code == 429
    assert error.value.headers == {"Retry-After": "5", "Connection": "close"}
    return size - sum(scope["given"])


def test_bodies_that_are_too_much_together_are_refused_until_one_of_them_is_done() -> None:
    async def steps() -> None:
        reader = Reader()
        bodies = layer(reader, most_bytes=100)
        first = asyncio.create_task(bodies(*of(70, declared=True), unsent))
        await reader.has_read.wait()
        assert await refused(bodies, 31, declared=True) == 0
        assert await refused(bodies, 31, declared=False) == 31
        assert await refused(bodies, 1_000, declared=False) == 40
        reader.may_end.set()
        await bodies(*of(30, declared=True), unsent)
        await first
        await bodies(*of(100, declared=False), unsent)

    asyncio.run(steps())


def test_a_body_that_is_alone_fits_and_one_without_a_byte_always_does() -> None:
    async def steps() -> None:
        reader = Reader()
        bodies = layer(reader, most_bytes=100)
        large = asyncio.create_task(bodies(*of(1_000, declared=True), unsent))
        await reader.has_read.wait()
        reader.may_end.set()
        await bodies(*of(0, declared=True), unsent)
        await large

    asyncio.run(steps())


def test_what_something_else_bounds_leaves_room_for_others() -> None:
    async def steps() -> None:
        reader = Reader(letting_go=True)
        bodies = layer(reader, most_bytes=100)
        first = asyncio.create_task(bodies(*of(100, declared=True), unsent))
        await reader.has_read.wait()
        reader.may_end.set()
        await bodies(*of(100, declared=True), unsent)
        await first
        assert bodies._room.held == 0

    asyncio.run(steps())


def test_a_client_that_leaves_before_its_body_is_there_is_told_as_gone() -> None:
    async def receive() -> Any:
        return {"type": "http.disconnect"}

    with pytest.raises(HTTPException) as error:
        asyncio.run(layer(Reader())({"type": "http", "headers": []}, receive, unsent))
    assert error.value.status_code == 499


def test_an_answer_that_is_not_read_is_broken_off() -> None:
    closed = []

    async def answering(scope: Any, receive: Any, send: Any) -> None:
        try:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        finally:
            closed.append(True)

    async def never(message: Any) -> None:
        await asyncio.Event().wait()

    observed = Observed("a")
    begin(observed)
    asyncio.run(layer(answering, answer_seconds=0.01)(of(0, declared=True)[0], None, never))  # type: ignore[arg-type]
    assert (closed, observed.code) == ([True], "caller_gone")
