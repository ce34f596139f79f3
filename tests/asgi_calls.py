"""Requests to an application without a client's own queues and locks: a body that stops, a caller who leaves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from starlette.types import Message

from ainoi_service.limits import Limits
from ainoi_service.workers.source import ModelSource
from fake_annotator import FakeAnnotator
from service_app import application


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def words(self) -> str:
        """The first quote's."""
        words: str = json.loads(self.body)["quotes"][0]["text"]
        return words


class Sending:
    """A body on its way: ``pieces`` come; the rest comes, or the caller leaves, when the test says so."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = list(pieces)
        self._more = asyncio.Event()
        self._rest: list[Message] = []
        self.asked = asyncio.Event()

    async def stopped(self, request: asyncio.Task[Answer]) -> None:
        """Returns once all pieces have been taken and the next is waited for; ``request`` must not end before."""
        asked = asyncio.create_task(self.asked.wait())
        await asyncio.wait({asked, request}, return_when=asyncio.FIRST_COMPLETED)
        assert asked.done(), request.result()

    def finish(self, rest: bytes) -> None:
        self._rest = [{"type": "http.request", "body": rest, "more_body": False}]
        self._more.set()

    def leave(self) -> None:
        self._rest = [{"type": "http.disconnect"}]
        self._more.set()

    async def receive(self) -> Message:
        if self._pieces:
            return {"type": "http.request", "body": self._pieces.pop(0), "more_body": True}
        self.asked.set()
        await self._more.wait()
        if self._rest:
            return self._rest.pop(0)
        await asyncio.Event().wait()
        raise AssertionError


class Whole(Sending):
    """A body that is there. ``gone``: when it is set, the caller leaves."""

    def __init__(self, body: bytes, gone: asyncio.Event | None = None) -> None:
        super().__init__()
        self._gone = gone or asyncio.Event()
        self.finish(body)

    async def receive(self) -> Message:
        if self._rest:
            return self._rest.pop(0)
        await self._gone.wait()
        return {"type": "http.disconnect"}


async def exchange(
    app: FastAPI, method: str, path: str, sending: Sending, headers: Mapping[str, str], query: str = ""
) -> Answer:
    """One request whose body comes as ``sending`` says."""
    got: list[Message] = []

    async def send(message: Message) -> None:
        got.append(message)

    scope = {
        **{"type": "http", "http_version": "1.1", "asgi": {"version": "3.0"}, "scheme": "http", "root_path": ""},
        **{"method": method, "path": path, "raw_path": path.encode(), "query_string": query.encode()},
        "headers": [(b"host", b"localhost"), *((name.encode(), value.encode()) for name, value in headers.items())],
        **{"client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80)},
    }
    await app(scope, sending.receive, send)
    found = {name.decode(): value.decode() for name, value in got[0]["headers"]}
    return Answer(got[0]["status"], found, b"".join(each.get("body", b"") for each in got[1:]))


async def call(app: FastAPI, method: str, path: str, body: object = None, gone: asyncio.Event | None = None) -> Answer:
    """One request with this JSON. ``gone``: when it is set, the caller leaves."""
    sent = json.dumps(body).encode() if body is not None else b""
    headers = {"content-type": "application/json", "content-length": str(len(sent))}
    return await exchange(app, method, path, Whole(sent, gone), headers)


@asynccontextmanager
async def running(
    folder: Path, annotator: FakeAnnotator, limits: Limits, source: ModelSource | None = None
) -> AsyncIterator[FastAPI]:
    app = application(annotator, folder, limits, source)
    async with app.router.lifespan_context(app):
        yield app


def lines_of(answer: Answer) -> Sequence[dict]:
    """The records of an answer in JSON Lines."""
    return [json.loads(line) for line in answer.body.splitlines()]
