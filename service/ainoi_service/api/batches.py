"""``POST /v1/articles:batch``: many articles in, a result for each out, in order, as they are ready.

The body is taken in first, into a temporary file: clients send all of it before they read anything.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from ainoi import AnnotatedArticle, Article
from ainoi_service.api import examples
from ainoi_service.api.routing import JSON_LINES, TheDesk, json_lines, require_type
from ainoi_service.desk import Desk
from ainoi_service.limits import Limits
from ainoi_service.problems import Problem, problem, problem_of, responses
from ainoi_service.receiving import let_go
from ainoi_service.requests import AnnotateRequest, NoParameters
from ainoi_service.store.ingest import prepared, put_many
from ainoi_service.telemetry.request import note_quotes
from ainoi_service.workers.errors import DrainingError
from ainoi_service.workers.subwords import subwords_in

Answer = asyncio.Task[AnnotatedArticle]

IN_MEMORY = 1_000_000
"""Bytes of a batch that are held in memory."""
MODEL_BATCHES = 2
"""Batches of the model that are annotated and stored together."""


class BatchLine(BaseModel):
    """What became of one line of a batch."""

    line: int = Field(description="Number of the line in the request, from 1; empty lines have no result.")
    status: int = Field(description="As `POST /v1/articles` would answer: 201 stored, 200 known, or the problem's.")
    id: str | None = Field(default=None, description="The article's id; its address is `/v1/articles/{id}`.")
    problem: Problem | None = None


@dataclass(slots=True)
class _Item:
    """One line on its way. In the end it has a result. ``asked``: what the model is to read, of ``subwords``."""

    line: int
    result: BatchLine | None = None
    article: Article | None = None
    asked: Article | None = None
    subwords: int | None = None
    answer: Answer | None = None
    annotated: AnnotatedArticle | None = None

    def fails(self, told: Problem) -> None:
        """The line gives this problem."""
        self.result = BatchLine(line=self.line, status=told.status, problem=told)


def routes(limits: Limits) -> APIRouter:
    """The route of batches."""
    router = APIRouter(tags=["articles"])
    lines_in = {"schema": {"type": "string"}, "example": json_lines(*examples.BATCH_REQUEST)}
    lines_out = {
        "schema": {"$ref": "#/components/schemas/BatchLine"},
        "example": json_lines(*examples.BATCH_RESULT),
    }

    @router.post(
        "/v1/articles:batch",
        operation_id="putArticles",
        summary="Annotate and store many articles",
        response_model=None,
        responses={
            200: {
                "description": "A result for each line, in order.",
                "content": {"application/jsonl": lines_out},
                "model": BatchLine,
            },
            **responses(413, 415, 422, 429, 500, 503),
        },
        openapi_extra={"requestBody": {"required": True, "content": {"application/jsonl": lines_in}}},
        max_body_size=limits.max_batch_bytes,
    )
    async def put_articles(desk: TheDesk, asked: Annotated[NoParameters, Query()], request: Request) -> Response:
        """JSON Lines: each line is what `POST /v1/articles` takes, each line of the answer says what became of one: the
        article's id, or its problem. A line that is wrong leaves the others alone. Results come in order, as they are
        ready; sending a batch again does no harm."""
        require_type(request, JSON_LINES)
        desk.batches.require()
        with ExitStack() as opening:
            spooled = opening.enter_context(SpooledTemporaryFile(IN_MEMORY))
            lines = 1
            async for chunk in request.stream():
                lines += chunk.count(b"\n")
                if lines > desk.limits.max_batch_articles + 1:
                    raise HTTPException(413, f"a batch has at most {desk.limits.max_batch_articles:,} lines")
                await run_in_threadpool(spooled.write, chunk)
            spooled.seek(0)
            # Not before: a client that sends slowly would keep others out.
            opening.enter_context(desk.batches.taken())
            let_go(request)
            return _Closing(results(desk, spooled), opening.pop_all())

    return router


class _Closing(StreamingResponse):
    """Sends JSON Lines, then closes what they were made of, whether or not anybody has read them."""

    def __init__(self, content: AsyncIterator[bytes], opened: ExitStack) -> None:
        super().__init__(content, media_type="application/jsonl", headers={"Cache-Control": "no-store"})
        self._opened = opened

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._opened:
            await super().__call__(scope, receive, send)


async def results(desk: Desk, source: IO[bytes]) -> AsyncIterator[bytes]:
    """The answer's lines, some at a time. The model reads some articles while those before are being stored."""
    lines = _lines(source, desk.limits.max_body_bytes)
    behind: list[_Item] = []
    ahead: list[_Item] = []
    try:
        while True:
            ahead = await run_in_threadpool(_opened, desk, lines)
            _submit(desk, ahead)
            if behind:
                yield await _finished(desk, behind)
            behind, ahead = ahead, []
            if not behind:
                return
    finally:
        left = [item.answer for item in (*behind, *ahead) if item.answer is not None]
        for answer in left:
            answer.cancel()
        await asyncio.gather(*left, return_exceptions=True)


def _lines(source: IO[bytes], longest: int) -> Iterator[tuple[int, bytes | None]]:
    """Number and bytes of every line that is not empty; None for one that is too long."""
    number = 0
    while line := source.readline(longest + 1):
        number += 1
        if len(line.rstrip(b"\r\n")) > longest or (len(line) > longest and not line.endswith(b"\n")):
            while line and not line.endswith(b"\n"):
                line = source.readline(longest)
            yield number, None
        elif line.strip():
            yield number, line


def _opened(desk: Desk, lines: Iterator[tuple[int, bytes | None]]) -> list[_Item]:
    """The next lines, read as articles as far as they are some, and looked for in the store.

    Blocks, and does all that takes long with an article: on the event loop it would hold up every request.
    """
    return [_open(desk, *line) for line in islice(lines, desk.limits.model_batch * MODEL_BATCHES)]


def _open(desk: Desk, number: int, line: bytes | None) -> _Item:
    item = _Item(number)
    if desk.pool.state().draining:
        item.fails(problem_of(DrainingError("the service is going down")))
        return item
    if line is None:
        item.fails(problem(413, "the line is too long"))
        return item
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        item.fails(problem(400, "the line is not JSON"))
        return item
    try:
        item.article, there = desk.article_and_id(AnnotateRequest.model_validate(value))
        if there is None:
            item.asked = prepared(item.article)
            item.subwords = subwords_in(item.asked.text)
    except Exception as error:
        item.fails(problem_of(error))
        return item
    if there is not None:
        item.result = BatchLine(line=number, status=200, id=there)
    return item


def _submit(desk: Desk, items: Sequence[_Item]) -> None:
    """Give the model what it has to read, each article once."""
    answers: dict[Article, Answer] = {}
    for item in items:
        if item.result is None and item.asked is not None:
            if item.asked not in answers:
                reading = desk.pool.annotate(item.asked, subwords=item.subwords, patient=True)
                answers[item.asked] = asyncio.create_task(reading)
            item.answer = answers[item.asked]


async def _finished(desk: Desk, items: Sequence[_Item]) -> bytes:
    """Wait for the model, store what it read, and tell what became of each line."""
    for item in items:
        if item.answer is not None:
            try:
                item.annotated = await item.answer
                note_quotes(item.annotated)
            except Exception as error:
                item.fails(problem_of(error))
    await run_in_threadpool(_store, desk, [item for item in items if item.result is None])
    told = (item.result.model_dump_json(exclude_none=True) + "\n" for item in items if item.result is not None)
    return "".join(told).encode("utf-8", "replace")


def _store(desk: Desk, items: Sequence[_Item]) -> None:
    """Store the articles in one transaction."""
    if not items:
        return
    try:
        annotations = [
            desk.with_vectors(item.article, item.annotated)
            for item in items
            if item.article is not None and item.annotated is not None
        ]
        for item, done in zip(items, put_many(desk.store, annotations), strict=True):
            item.result = BatchLine(line=item.line, status=201 if done.created else 200, id=done.id)
    except Exception as error:
        told = problem_of(error)
        for item in items:
            item.fails(told)
