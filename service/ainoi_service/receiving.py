"""How bodies come in and answers go out: a client that is slow must not hold its place for ever, and the bodies of all
together must not fill the memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ainoi_service.callers import GONE
from ainoi_service.telemetry.request import note_code

BYTES_PER_SECOND = 10_000
"""What a client must send at, once it has had ``seconds``."""
RETRY_SECONDS = 5
"""When to come again if there is no room for a body."""
_LET_GO = "ainoi_service.let_go"


class SteadyBodies:
    """ASGI layer: what is wrong with how a body comes is raised, as ``HTTPException``, in whoever reads it.

    408 if it comes too slowly: the whole body may take ``seconds``, and one more for each ``BYTES_PER_SECOND`` bytes
    that have come. 429 if it would make more than ``most_bytes`` together with those of other requests that are not
    over. 499 if the client leaves before all of it is there.

    An answer is broken off if there is no room for a piece of it for ``answer_seconds``.
    """

    def __init__(self, app: ASGIApp, *, seconds: float, most_bytes: int, answer_seconds: float) -> None:
        self._app = app
        self._seconds = seconds
        self._room = _Room(most_bytes)
        self._answer_seconds = answer_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(self._room)
        scope[_LET_GO] = body.let_go
        begun = asyncio.get_running_loop().time()
        waiting, came = True, 0
        answering = asyncio.Event()

        async def receive_in_time() -> Message:
            nonlocal waiting, came
            if not waiting or answering.is_set():  # for the client to leave, which takes as long as it takes
                return await receive()
            if not came:
                body.require(_declared(scope))
            try:
                async with asyncio.timeout_at(begun + self._seconds + came / BYTES_PER_SECOND):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408, "the body comes too slowly", {"Connection": "close"}) from None
            if message["type"] == "http.disconnect" and not answering.is_set():
                raise HTTPException(GONE, "the caller has left")
            size = len(message.get("body", b""))
            body.take(size)
            came += size
            waiting = bool(message.get("more_body", False))
            return message

        async def send_in_time(message: Message) -> None:
            answering.set()
            try:
                async with asyncio.timeout(self._answer_seconds) as time:
                    await send(message)
            except TimeoutError:
                if not time.expired():
                    raise
                raise _NotReadError from None

        try:
            await self._app(scope, receive_in_time, send_in_time)
        except _NotReadError:  # the server closes the connection of an answer that has no end
            note_code("caller_gone")
        finally:
            body.let_go()


def let_go(request: Request) -> None:
    """From here on something else bounds what came with ``request``."""
    release: Callable[[], None] | None = request.scope.get(_LET_GO)
    if release is not None:
        release()


class _NotReadError(Exception):
    """The client does not read its answer."""


class _Room:
    """``most`` bytes, of which some are ``held``."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.held = 0


class _Body:
    """What one request holds of the room. A body that is alone always fits."""

    def __init__(self, room: _Room) -> None:
        self._room = room
        self._held = 0

    def require(self, more: int) -> None:
        """Raises ``HTTPException`` 429 if there is no room for so many bytes more."""
        if more > 0 and self._room.held > self._held and self._room.held + more > self._room.most:
            headers = {"Retry-After": str(RETRY_SECONDS), "Connection": "close"}
            raise HTTPException(429, "too much is being sent", headers)

    def take(self, more: int) -> None:
        """So many bytes have come. Raises ``HTTPException`` 429."""
        self.require(more)
        self._held += more
        self._room.held += more

    def let_go(self) -> None:
        """Nothing of it is held any more."""
        self._room.held -= self._held
        self._held = 0


def _declared(scope: Scope) -> int:
    """How many bytes the body will have, 0 if that is not said."""
    try:
        return int(Headers(scope=scope).get("content-length", "0"))
    except ValueError:
        return 0
