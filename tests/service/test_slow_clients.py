"""Clients that send slowly, leave, or send much at once: what the service does with them, over its whole ASGI stack."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from ainoi_service.api import batches, imports
from ainoi_service.api.records import ImportResult
from ainoi_service.limits import Limits
from ainoi_service.workers import pool
from asgi_calls import Answer, Sending, Whole, call, exchange, lines_of, running
from fake_annotator import FakeAnnotator
from service_articles import JSON_LINES, TALKS, WINTER

FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
TALKS_LINE = json.dumps(TALKS).encode() + b"\n"


@asynccontextmanager
async def served(folder: Path, limits: Limits | None = None) -> AsyncIterator[FastAPI]:
    async with running(folder, FakeAnnotator(), limits or Limits()) as app:
        yield app


def batch(app: FastAPI, sending: Sending) -> Coroutine[Any, Any, Answer]:
    return exchange(app, "POST", "/v1/articles:batch", sending, JSON_LINES)


async def problems(app: FastAPI, code: str) -> float:
    """How many answers were this problem."""
    metrics = (await call(app, "GET", "/metrics")).body.decode()
    start = f'ainoi_problems_total{{code="{code}"}} '
    return sum(float(line.removeprefix(start)) for line in metrics.splitlines() if line.startswith(start))


def run(steps: Callable[[], Any]) -> None:
    asyncio.run(steps())


def test_a_body_for_which_there_is_no_room_is_told_to_come_again(tmp_path: Path) -> None:
    async def steps() -> None:
        async with served(tmp_path, Limits(max_held_bytes=1_000)) as app:
            sending = Sending(b'{"text": "' + b"a" * 900)
            first = asyncio.create_task(exchange(app, "POST", "/v1/annotate", sending, JSON))
            await sending.stopped(first)
            body = {"text": "a" * 200}
            refused = await call(app, "POST", "/v1/annotate", body)
            assert (refused.status, json.loads(refused.body)["code"]) == (429, "busy")
            assert int(refused.headers["retry-after"]) >= 1
            page = await exchange(app, "POST", "/", Whole(b"text=" + b"a" * 200), FORM | {"content-length": "205"})
            assert (page.status, page.headers["content-type"]) == (429, "text/html; charset=utf-8")
            assert int(page.headers["retry-after"]) >= 1
            sending.finish(b'"}')
            assert (await first).status == 200
            assert (await call(app, "POST", "/v1/annotate", body)).status == 200

    run(steps)


@pytest.mark.parametrize(
    ("path", "headers", "query"),
    [
        ("/v1/annotate", JSON, ""),
        ("/v1/articles", JSON, ""),
        ("/v1/articles:batch", JSON_LINES, ""),
        ("/v1/imports", JSON_LINES, "format=doccano"),
        ("/", FORM, ""),
        ("/download", FORM, ""),
    ],
)
def test_a_caller_who_leaves_while_sending_is_no_fault(
    path: str, headers: dict[str, str], query: str, tmp_path: Path
) -> None:
    async def steps() -> None:
        async with served(tmp_path) as app:
            sending = Sending(b"a")
            leaving = asyncio.create_task(exchange(app, "POST", path, sending, headers, query))
            await sending.stopped(leaving)
            sending.leave()
            assert (await leaving).status == 499
            assert await problems(app, "caller_gone") == 1

    run(steps)


def test_a_batch_that_comes_slowly_keeps_no_other_out(tmp_path: Path) -> None:
    async def steps() -> None:
        async with served(tmp_path, Limits(max_batches=1, max_held_bytes=1_000)) as app:
            sending = Sending(TALKS_LINE)
            slow = asyncio.create_task(batch(app, sending))
            await sending.stopped(slow)
            other = await batch(app, Whole(json.dumps(WINTER).encode()))
            assert [line["status"] for line in lines_of(other)] == [201]
            sending.finish(b"")
            assert [line["status"] for line in lines_of(await slow)] == [201]

    run(steps)


def test_no_more_imports_run_at_once_than_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entered, gate = threading.Event(), threading.Event()

    def take(*_: object) -> ImportResult:
        entered.set()
        assert gate.wait(60)
        return ImportResult(articles=[])

    async def steps() -> None:
        async with served(tmp_path, Limits(max_imports=1)) as app:

            def importing(sending: Sending) -> Coroutine[Any, Any, Answer]:
                return exchange(app, "POST", "/v1/imports", sending, JSON_LINES, "format=doccano")

            slow = Sending(b"{}")
            waiting = asyncio.create_task(importing(slow))
            await slow.stopped(waiting)
            first = asyncio.create_task(importing(Whole(b"{}")))
            assert await asyncio.to_thread(entered.wait, 60)
            unread = Sending()
            refused = await importing(unread)
            slow.finish(b"")
            for answer in (refused, await waiting):
                assert (answer.status, json.loads(answer.body)["code"]) == (429, "busy")
                assert int(answer.headers["retry-after"]) >= 1
            assert not unread.asked.is_set()
            gate.set()
            assert (await first).status == 200
            assert (await importing(Whole(b"{}"))).status == 200

    monkeypatch.setattr(imports, "take", take)
    run(steps)


def test_a_batch_of_a_service_that_drains_is_refused_line_by_line_without_being_read(tmp_path: Path) -> None:
    async def steps() -> None:
        async with served(tmp_path) as app:
            assert (await call(app, "POST", "/v1/articles", TALKS)).status == 201
            await app.state.desk.pool.drain()
            answer = await batch(app, Whole(TALKS_LINE + b"{no json\n"))
            assert [(line["status"], line["problem"]["code"]) for line in lines_of(answer)] == [(503, "draining")] * 2

    run(steps)


def test_what_takes_long_with_an_article_of_a_batch_is_not_done_on_the_event_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where: list[tuple[str, int]] = []

    def noted(module: Any, name: str) -> None:
        work = getattr(module, name)

        def done(*given: Any) -> Any:
            where.append((name, threading.get_ident()))
            return work(*given)

        monkeypatch.setattr(module, name, done)

    async def steps() -> None:
        async with served(tmp_path) as app:
            assert [line["status"] for line in lines_of(await batch(app, Whole(TALKS_LINE)))] == [201]
            assert threading.get_ident() not in {thread for _, thread in where}

    noted(batches, "prepared")
    noted(batches, "subwords_in")
    noted(pool, "subwords_in")
    run(steps)
    assert {name for name, _ in where} == {"prepared", "subwords_in"}


@pytest.mark.parametrize("path", ["/", "/download"])
def test_a_page_of_a_service_that_drains_says_when_to_come_again_and_is_counted_as_that(
    path: str, tmp_path: Path
) -> None:
    async def steps() -> None:
        async with served(tmp_path) as app:
            await app.state.desk.pool.drain()
            page = await exchange(app, "POST", path, Whole("text=Ông nói".encode()), FORM)
            assert (page.status, page.headers["content-type"]) == (503, "text/html; charset=utf-8")
            assert int(page.headers["retry-after"]) >= 1
            assert await problems(app, "draining") == 1

    run(steps)


def test_readyz_says_when_to_come_again(tmp_path: Path) -> None:
    async def steps() -> None:
        async with served(tmp_path) as app:
            app.state.drain.begin()
            unready = await call(app, "GET", "/readyz")
            assert (unready.status, json.loads(unready.body)["code"]) == (503, "not_ready")
            assert int(unready.headers["retry-after"]) >= 1

    run(steps)
