"""The service under more requests than it can answer: what it promises then (T1 to T7), over its whole ASGI stack."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest
from fastapi import FastAPI

from ainoi import AinoiError, AnnotatedArticle, Article
from ainoi_service.limits import Limits
from ainoi_service.workers.source import ModelSource
from asgi_calls import Answer, call, running
from fake_annotator import ENDLESS, POISON, FakeAnnotator, TroubledAnnotator

Record = Callable[[str, object], None]


def annotating(app: FastAPI, words: str, gone: asyncio.Event | None = None) -> Coroutine[Any, Any, Answer]:
    return call(app, "POST", "/v1/annotate", {"text": f"Ông nói: “{words}”."}, gone)


class Gated(FakeAnnotator):
    """Waits at a gate before it annotates."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.read: list[str] = []

    def annotate_batch(
        self, articles: Sequence[Article], *, with_text: bool = False
    ) -> list[AnnotatedArticle | AinoiError]:
        assert self.gate.wait(120)
        self.read += [article.text for article in articles]
        return super().annotate_batch(articles, with_text=with_text)


def test_500_requests_at_once_are_answered_or_refused_and_the_queue_never_passes_its_limit(
    tmp_path: Path, record_property: Record
) -> None:
    async def steps() -> None:
        limits = Limits(max_waiting=32)
        annotator = TroubledAnnotator(0.05)
        async with running(tmp_path, annotator, limits) as app:
            pool = app.state.desk.pool
            depths: list[int] = []
            probes: list[Answer] = []

            async def watch() -> None:
                while True:
                    depths.append(max(pool.state().waiting, pool.state().requests))
                    probes.extend([await call(app, "GET", path) for path in ("/livez", "/readyz")])
                    await asyncio.sleep(0.01)

            await annotating(app, "đầu")
            before = psutil.Process().memory_info().rss
            watching = asyncio.create_task(watch())
            answers = await asyncio.gather(*(annotating(app, f"lời {number}") for number in range(500)))
            watching.cancel()
            statuses = Counter(answer.status for answer in answers)
            assert set(statuses) == {200, 429}
            assert statuses[200] >= 32
            for number, answer in enumerate(answers):
                if answer.status == 200:
                    assert answer.words == f"lời {number}"
                else:
                    assert int(answer.headers["retry-after"]) >= 1
                    assert answer.headers["content-type"] == "application/problem+json"
                    assert json.loads(answer.body)["code"] == "busy"
            assert 0 < max(depths) <= 32
            assert {probe.status for probe in probes} == {200}
            assert psutil.Process().memory_info().rss - before < 100_000_000
            record_property("count", len(answers))

    asyncio.run(steps())


def test_16_clients_with_200_texts_get_their_own_words_in_half_the_calls_or_less(
    tmp_path: Path, record_property: Record
) -> None:
    async def steps() -> None:
        annotator = TroubledAnnotator(0.01)
        async with running(tmp_path, annotator, Limits()) as app:
            numbers = iter(range(200))
            words: dict[int, str] = {}

            async def client() -> None:
                for number in numbers:
                    words[number] = (await annotating(app, f"lời {number}")).words

            await asyncio.gather(*(client() for _ in range(16)))
            assert words == {number: f"lời {number}" for number in range(200)}
            assert sum(annotator.batches) == 200
            assert len(annotator.batches) <= 100
            record_property("count", len(words))

    asyncio.run(steps())


def test_the_model_never_sees_what_100_callers_asked_who_left_while_they_waited(
    tmp_path: Path, record_property: Record
) -> None:
    async def steps() -> None:
        annotator = Gated()
        async with running(tmp_path, annotator, Limits(max_waiting=128)) as app:
            gone = asyncio.Event()
            first = asyncio.create_task(annotating(app, "đầu"))
            while not app.state.desk.pool.state().running:
                await asyncio.sleep(0.01)
            leaving = [asyncio.create_task(annotating(app, f"lời {number}", gone)) for number in range(100)]
            while app.state.desk.pool.state().waiting < 100:
                await asyncio.sleep(0.01)
            gone.set()
            assert {(await asyncio.wait_for(task, 60)).status for task in leaving} == {499}
            assert app.state.desk.pool.state().waiting == 0
            annotator.gate.set()
            assert (await first).words == "đầu"
            assert (await annotating(app, "sau")).words == "sau"
            assert [text.split("“")[1] for text in annotator.read] == ["đầu”.", "sau”."]
            record_property("count", len(leaving))

    asyncio.run(steps())


def test_a_fault_of_the_model_fails_one_request_of_101(tmp_path: Path, record_property: Record) -> None:
    async def steps() -> None:
        async with running(tmp_path, FakeAnnotator(), Limits(max_waiting=101)) as app:
            texts = [f"lời {number}" for number in range(101)]
            texts[50] = POISON
            answers = await asyncio.gather(*(annotating(app, text) for text in texts))
            bad = answers.pop(50)
            assert (bad.status, json.loads(bad.body)["code"]) == (500, "internal")
            assert [answer.words for answer in answers] == [text for text in texts if text != POISON]
            assert (await annotating(app, "sau")).status == 200
            record_property("count", len(answers))

    asyncio.run(steps())


@pytest.mark.slow
def test_an_endless_article_is_answered_504_a_deadly_one_503_and_the_next_200(tmp_path: Path) -> None:
    async def steps() -> None:
        source = ModelSource(TroubledAnnotator, partial(TroubledAnnotator, 0.0))
        async with running(tmp_path, FakeAnnotator(), Limits(request_seconds=2), source) as app:
            late = await annotating(app, ENDLESS)
            assert (late.status, json.loads(late.body)["code"]) == (504, "deadline")
            pool = app.state.desk.pool
            while not pool.state().ready:
                await asyncio.sleep(0.02)
            assert (await annotating(app, "sau")).words == "sau"
            died = await annotating(app, "DEADLY")
            assert (died.status, json.loads(died.body)["code"]) == (503, "worker_died")
            assert int(died.headers["retry-after"]) >= 1
            unready = await call(app, "GET", "/readyz")
            assert (unready.status, json.loads(unready.body)["code"]) == (503, "not_ready")
            while not pool.state().ready:
                await asyncio.sleep(0.02)
            assert (await call(app, "GET", "/readyz")).status == 200
            assert (await annotating(app, "còn")).words == "còn"

    asyncio.run(steps())


def test_a_caller_who_leaves_while_the_article_is_stored_changes_nothing_of_what_is_stored(tmp_path: Path) -> None:
    async def steps() -> None:
        async with running(tmp_path, FakeAnnotator(), Limits()) as app:
            gone = asyncio.Event()
            gone.set()
            body = {"text": "Ông nói: “có”."}
            left = await call(app, "POST", "/v1/articles", body, gone)
            assert left.status in (201, 499)
            again = await call(app, "POST", "/v1/articles", body)
            assert again.status in (200, 201)
            listed = json.loads((await call(app, "GET", "/v1/articles")).body)
            assert len(listed["articles"]) == 1

    asyncio.run(steps())


def test_a_service_that_drains_refuses_new_articles_and_says_when_to_come_again(tmp_path: Path) -> None:
    async def steps() -> None:
        annotator = Gated()
        async with running(tmp_path, annotator, Limits()) as app:
            begun = asyncio.create_task(annotating(app, "đầu"))
            while not app.state.desk.pool.state().running:
                await asyncio.sleep(0.01)
            draining = asyncio.create_task(app.state.desk.pool.drain())
            await asyncio.sleep(0)
            refused = await annotating(app, "sau")
            assert (refused.status, json.loads(refused.body)["code"]) == (503, "draining")
            assert int(refused.headers["retry-after"]) >= 1
            annotator.gate.set()
            assert (await begun).words == "đầu"
            await draining

    asyncio.run(steps())
