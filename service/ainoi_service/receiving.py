"""A request's body must keep coming: a client that sends a byte a second would hold its place for ever."""

from __future__ import annotations

import asyncio

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BYTES_PER_SECOND = 10_000
"""What a client must send at, once it has had ``seconds``."""


class SteadyBodies:
    """ASGI layer: reading a body that comes too slowly raises ``HTTPException`` 408 in whoever reads it.

    The whole body may take ``seconds``, and one more for each ``BYTES_PER_SECOND`` bytes that have come.
    """

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = asyncio.get_running_loop().time()
        waiting, came = True, 0

        async def receive_in_time() -> Message:
            nonlocal waiting, came
            if not waiting:  # for the client to leave, which takes as long as it takes
                return await receive()
            try:
                async with asyncio.timeout_at(begun + self._seconds + came / BYTES_PER_SECOND):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408, "the body comes too slowly", {"Connection": "close"}) from None
            came += len(message.get("body", b""))
            waiting = bool(message.get("more_body", False))
            return message

        async def send_without_waiting(message: Message) -> None:
            nonlocal waiting
            waiting = False
            await send(message)

        await self._app(scope, receive_in_time, send_without_waiting)
