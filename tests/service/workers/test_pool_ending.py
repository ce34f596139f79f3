"""How the pool drains and closes, step by step."""

from __future__ import annotations

import asyncio

from ainoi import Article
from ainoi_service.workers.errors import (
    DrainingError,
)
from pool_scene import error_of, run, scene
from scripted_workers import settle


def test_draining_refuses_what_comes_and_ends_when_all_that_was_begun_is_answered() -> None:
    async def steps() -> None:
        async with scene() as it:
            begun = [await it.asks("“một”"), await it.asks("“hai”"), await it.asks("“ba”", patient=True)]
            draining = asyncio.create_task(it.pool.drain())
            await settle()
            assert isinstance(await error_of(await it.asks("bốn")), DrainingError)
            assert isinstance(await error_of(await it.asks("bốn", patient=True)), DrainingError)
            assert (it.pool.state().draining, it.pool.state().ready) == (True, False)
            [worker] = it.staff.hired
            await worker.answers()
            assert not draining.done()
            await worker.answers()
            await draining
            assert [(await task).quotes[0].text for task in begun] == ["một", "hai", "ba"]

    run(steps())


def test_a_place_that_was_taken_before_draining_may_still_annotate() -> None:
    async def steps() -> None:
        async with scene() as it:
            with it.pool.place() as place:
                draining = asyncio.create_task(it.pool.drain())
                await settle()
                task = asyncio.create_task(place.annotate(Article(text="“một”")))
                await settle()
                await it.staff.hired[0].answers()
                assert (await task).quotes[0].text == "một"
                assert not draining.done()
            await draining

    run(steps())


def test_closing_answers_what_is_still_in_and_ends_the_workers() -> None:
    async def steps() -> None:
        async with scene() as it:
            tasks = [await it.asks("một"), await it.asks("hai")]
            await it.pool.close()
            errors = [await error_of(task) for task in tasks]
            assert [isinstance(error, DrainingError) and error.retry_after for error in errors] == [5, 5]
            assert it.staff.hired[0].ended == ["started", "killed", "joined"]

    run(steps())
