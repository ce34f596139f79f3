"""The layer of the application that lets requests in. Below it nothing knows about keys."""

from __future__ import annotations

from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ainoi import AinoiError
from ainoi_service.guard.credentials import CHALLENGES
from ainoi_service.guard.errors import NotLetInError
from ainoi_service.guard.gate import Gate
from ainoi_service.telemetry.request import note_key

ALWAYS_OPEN = frozenset({"/livez", "/readyz"})
"""Addresses that need no key: whoever watches over the service has none. They tell nothing but that it is up."""
POLICY_VIOLATION = 1008

Refusal = Callable[[Request, AinoiError | HTTPException], Response]
"""Makes the answer that tells why a request was not let in."""


class GuardLayer:
    """Asks ``gate`` about every request but those of the probes; what it does not let in, ``refusal`` answers."""

    def __init__(self, app: ASGIApp, gate: Gate, refusal: Refusal) -> None:
        self._app = app
        self._gate = gate
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":  # there are none
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return
        if scope["type"] != "http" or scope["path"] in ALWAYS_OPEN:
            await self._app(scope, receive, send)
            return
        try:
            key_id = self._gate.admit(scope["headers"])
        except (AinoiError, HTTPException) as error:
            response = self._refusal(Request(scope), error)
            if isinstance(error, NotLetInError):
                for challenge in CHALLENGES:
                    response.headers.append("WWW-Authenticate", challenge)
            await response(scope, receive, send)
            return
        if key_id is not None:
            note_key(key_id)
        await self._app(scope, receive, send)
