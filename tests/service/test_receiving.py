"""How long the layer around the application waits for a body."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from starlette.exceptions import HTTPException

from ainoi_service.receiving import BYTES_PER_SECOND, SteadyBodies

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
        await asyncio.sleep(then if len(messages) == 1 else between)
        return messages.pop(0)

    async def send(message: Any) -> None: ...

    asyncio.run(SteadyBodies(application, SECONDS)({"type": "http"}, receive, send))
    return told


def test_a_body_that_keeps_coming_may_take_longer() -> None:
    pieces = [b"a" * BYTES_PER_SECOND] * 3
    assert [message.get("body") for message in sent(pieces, SECONDS * 0.9)] == [*pieces, None]


def test_a_body_that_comes_too_slowly_is_not_waited_for() -> None:
    with pytest.raises(HTTPException) as error:
        sent([b"a"] * 20, SECONDS / 4)
    assert (error.value.status_code, error.value.headers) == (408, {"Connection": "close"})


def test_a_client_may_stay_as_long_as_it_likes_once_its_body_is_there() -> None:
    assert [message["type"] for message in sent([b"a"], 0, then=SECONDS * 3)] == ["http.request", "http.disconnect"]


def test_once_the_answer_has_begun_nothing_is_refused() -> None:
    assert len(sent([b"a"] * 3, SECONDS, answering=True)) == 4
