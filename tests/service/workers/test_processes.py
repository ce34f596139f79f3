"""Real worker processes around a fake annotator: they are fed, killed, lost, replaced, and ended with the service."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

import psutil
import pytest

from ainoi import AinoiError, Article, EmptyTextError
from ainoi.errors import ModelFolderError
from ainoi_service.limits import Limits
from ainoi_service.workers.errors import AnnotatorFaultError, DeadlineError, WorkerDiedError
from ainoi_service.workers.pool import ModelPool
from ainoi_service.workers.process import NICENESS, ProcessStaff
from fake_annotator import DEADLY, ENDLESS, POISON, FakeAnnotator, TroubledAnnotator, broken_annotator

pytestmark = pytest.mark.slow


class MumblingAnnotator(FakeAnnotator):
    """Makes its process answer every batch with ``frame``."""

    def __init__(self, frame: bytes) -> None:
        super().__init__()
        sys.modules["__main__"].packed_answer = lambda _: frame  # type: ignore[attr-defined]


@asynccontextmanager
async def pool_of(
    load: Callable[[], FakeAnnotator] = TroubledAnnotator, *, size: int = 1, **limits: int
) -> AsyncIterator[ModelPool]:
    pool = ModelPool(ProcessStaff(load, size), Limits(**limits))
    await pool.start()
    try:
        yield pool
    finally:
        await pool.close()


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(test, 300))


def workers() -> list[psutil.Process]:
    """Those that live."""
    found = []
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            if "ainoi_service.workers.child" in child.cmdline():
                found.append(child)
    return found


async def said(pool: ModelPool, text: str) -> str:
    return (await pool.annotate(Article(text=f"Ông nói: “{text}”."))).quotes[0].text


async def error_of(work: Coroutine[Any, Any, object]) -> AinoiError:
    with pytest.raises(AinoiError) as raised:
        await work
    return raised.value


async def until(true: Callable[[], bool]) -> None:
    while not true():
        await asyncio.sleep(0.02)


def test_each_of_200_articles_comes_back_with_its_own_words_and_shares_calls(
    record_property: Callable[[str, object], None],
) -> None:
    async def steps() -> None:
        async with pool_of(partial(TroubledAnnotator, 0.01), size=2, max_waiting=16) as pool:
            numbers = iter(range(200))
            answers: dict[int, str] = {}

            async def client() -> None:
                for number in numbers:
                    answers[number] = await said(pool, f"lời số {number}")

            await asyncio.gather(*(client() for _ in range(16)))
            assert answers == {number: f"lời số {number}" for number in range(200)}
            bad = await error_of(pool.annotate(Article(text=" ")))
            assert isinstance(bad, EmptyTextError)
            poisoned = await error_of(pool.annotate(Article(text=f"{POISON} nặng")))
            assert isinstance(poisoned, AnnotatorFaultError)
            assert "RuntimeError in fake_annotator.py" in str(poisoned)
            record_property("count", len(answers))

    run(steps())


def test_an_article_that_takes_for_ever_is_answered_at_its_deadline_and_the_next_as_ever() -> None:
    async def steps() -> None:
        async with pool_of(request_seconds=2) as pool:
            [before] = workers()
            assert isinstance(await error_of(pool.annotate(Article(text=ENDLESS))), DeadlineError)
            await until(lambda: not before.is_running())
            await until(lambda: pool.state().ready)
            assert await said(pool, "có") == "có"
            assert [worker.pid for worker in workers()] != [before.pid]

    run(steps())


def test_a_worker_that_is_killed_is_told_of_and_replaced_and_the_next_article_is_answered() -> None:
    async def steps() -> None:
        async with pool_of() as pool:
            assert isinstance(await error_of(pool.annotate(Article(text=DEADLY))), WorkerDiedError)
            await until(lambda: pool.state().ready)
            assert await said(pool, "có") == "có"
            [idle] = workers()
            os.kill(idle.pid, signal.SIGKILL)
            await until(lambda: [each.pid for each in workers()] not in ([], [idle.pid]) and pool.state().ready)
            assert await said(pool, "còn") == "còn"

    run(steps())


@pytest.mark.parametrize("frame", [b"{}", b"rubbish", b'{"failed": {}, "stages": {}}\n{}', b"[]"])
def test_a_worker_whose_answer_cannot_be_read_is_ended_and_replaced(frame: bytes) -> None:
    async def steps() -> None:
        async with pool_of(partial(MumblingAnnotator, frame)) as pool:
            [before] = workers()
            assert isinstance(await error_of(pool.annotate(Article(text="một"))), WorkerDiedError)
            await until(lambda: pool.state().ready)
            assert before.pid not in [worker.pid for worker in workers()]

    run(steps())
    assert workers() == []


def test_a_long_article_that_takes_for_ever_keeps_nobody_else_waiting_and_runs_at_lower_priority() -> None:
    async def steps() -> None:
        async with pool_of(long_article_subwords=20, request_seconds=200) as pool:
            long = asyncio.create_task(pool.annotate(Article(text=f"{ENDLESS} dài" * 20)))
            assert [await said(pool, f"ngắn {number}") for number in range(20)] == [f"ngắn {n}" for n in range(20)]
            await until(lambda: pool.state().running == 1)
            assert not long.done()
            ours = psutil.Process().nice()
            lowered = min(ours + NICENESS["long"], 19)
            assert sorted(worker.nice() for worker in workers()) == [ours, lowered]
            long.cancel()
            await asyncio.gather(long, return_exceptions=True)

    run(steps())


def test_a_signal_to_all_processes_of_a_service_leaves_the_workers_to_it() -> None:
    async def steps() -> None:
        async with pool_of(partial(TroubledAnnotator, 0.3)) as pool:
            answer = asyncio.create_task(said(pool, "có"))
            [worker] = workers()
            for each in (signal.SIGTERM, signal.SIGINT):
                os.kill(worker.pid, each)
            assert await answer == "có"
            assert [each.pid for each in workers()] == [worker.pid]

    run(steps())
    assert workers() == []


def test_a_model_that_cannot_be_loaded_says_why() -> None:
    async def steps() -> None:
        async with pool_of(broken_annotator):
            raise AssertionError("it started")

    with pytest.raises(ModelFolderError, match=r"^model\.safetensors is no model$"):
        run(steps())
    assert workers() == []


SERVICE = """
import asyncio, sys
from ainoi import Article
from ainoi_service.limits import Limits
from ainoi_service.workers.pool import ModelPool
from ainoi_service.workers.process import ProcessStaff
from fake_annotator import ENDLESS, TroubledAnnotator
async def main():
    pool = ModelPool(ProcessStaff(TroubledAnnotator, 1), Limits())
    await pool.start()
    asyncio.create_task(pool.annotate(Article(text=ENDLESS)))
    while not pool.state().running: await asyncio.sleep(0.01)
    print("busy", flush=True)
    await asyncio.sleep(1000)
asyncio.run(main())
"""


def test_workers_end_when_the_service_is_killed_whatever_they_are_doing() -> None:
    path = os.pathsep.join(each for each in sys.path if each)
    command = [sys.executable, "-c", SERVICE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": path}) as service:
        assert service.stdout is not None
        assert service.stdout.readline() == b"busy\n"
        left = psutil.Process(service.pid).children()
        service.kill()
        _, alive = psutil.wait_procs(left, timeout=60)
        assert (len(left), alive) == (1, [])


@pytest.mark.parametrize("size", [0, -1])
def test_there_is_at_least_one_worker(size: int) -> None:
    with pytest.raises(ValueError, match=f"size must be at least 1, is {size}"):
        ProcessStaff(TroubledAnnotator, size)
