"""Requests as a server hands them to the application, a piece at a time, so that a test sees what is read of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from starlette.testclient import TestClient


@dataclass
class Sent:
    """A request on its way: ``pieces`` of its body, then nothing more, or silence for ever. ``taken`` counts bytes."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: Iterable[bytes] = ()
    silent: bool = False
    taken: int = 0
    status: int = 0
    answer_headers: dict[str, str] = field(default_factory=dict)
    answer: bytes = b""

    @property
    def code(self) -> str | None:
        """The code of the problem that was answered."""
        is_problem = self.answer_headers.get("content-type") == "application/problem+json"
        return json.loads(self.answer)["code"] if is_problem else None


def send(client: TestClient, *requests: Sent) -> None:
    """Send them all at once, and wait for their answers."""

    async def all_of_them() -> None:
        await asyncio.gather(*(_send(client.app, request) for request in requests))

    assert client.portal is not None
    client.portal.call(all_of_them)


async def _send(app: Any, request: Sent) -> None:
    path, _, query = request.path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"localhost")] + [(k.encode(), v.encode()) for k, v in request.headers.items()],
        "client": ("127.0.0.1", 50_000),
        "server": ("localhost", 80),
        "state": {},
    }
    messages = _messages(request)

    async def receive() -> dict[str, Any]:
        return await anext(messages)

    async def answer(message: Any) -> None:
        if message["type"] == "http.response.start":
            request.status = message["status"]
            request.answer_headers = {name.decode(): value.decode() for name, value in message["headers"]}
        elif message["type"] == "http.response.body":
            request.answer += message.get("body", b"")

    await app(scope, receive, answer)


async def _messages(request: Sent) -> AsyncIterator[dict[str, Any]]:
    for piece in request.pieces:
        request.taken += len(piece)
        yield {"type": "http.request", "body": piece, "more_body": True}
    if not request.silent:
        yield {"type": "http.request", "body": b"", "more_body": False}
    await asyncio.Event().wait()
