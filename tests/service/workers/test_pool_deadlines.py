"""What the pool does with callers who leave and with articles that take too long, step by step."""

from __future__ import annotations

import asyncio

import pytest

from ainoi import Article
from ainoi_service.workers.errors import (
    DeadlineError,
    WorkerDiedError,
)
from ainoi_service.workers.events import Dropped, WorkerDied
from pool_scene import error_of, run, scene
from scripted_workers import ScriptedStaff, settle


def test_a_caller_who_leaves_takes_the_article_out_of_the_queue() -> None:
    async def steps() -> None:
        async with scene() as it:
            await it.asks("một")
            leaving, staying = await it.asks("hai"), await it.asks("ba")
            leaving.cancel()
            await settle()
            assert it.pool.state().waiting == 1
            [worker] = it.staff.hired
            await worker.answers()
            assert worker.given == [["một"], ["ba"]]
            assert it.told(Dropped) == [Dropped("client_gone")]
            await worker.answers()
            assert (await staying).quotes == ()
            assert leaving.cancelled()

    run(steps())


def test_the_answer_of_a_caller_who_has_left_is_thrown_away_and_nobody_elses() -> None:
    async def steps() -> None:
        async with scene() as it:
            first = await it.asks("một")
            left, there = await it.asks("“hai”"), await it.asks("“ba”")
            [worker] = it.staff.hired
            await worker.answers()
            left.cancel()
            await settle()
            await worker.answers()
            assert (await there).quotes[0].text == "ba"
            assert (await first).quotes == ()

    run(steps())


def test_what_waits_past_its_deadline_is_answered_and_never_read() -> None:
    async def steps() -> None:
        async with scene(ScriptedStaff(killable=False), request_seconds=10) as it:
            tasks = [await it.asks("một"), await it.asks("hai")]
            await it.passes(11)
            assert [type(await error_of(task)) for task in tasks] == [DeadlineError, DeadlineError]
            [worker] = it.staff.hired
            await worker.answers()
            assert worker.given == [["một"]]
            assert "killed" not in worker.ended
            assert it.told(Dropped) == [Dropped("deadline")] * 2

    run(steps())


def test_a_request_whose_time_is_over_before_its_article_is_known_is_answered_so() -> None:
    async def steps() -> None:
        async with scene(request_seconds=10) as it:
            with it.pool.place() as place:
                await it.passes(11)
                with pytest.raises(DeadlineError):
                    await place.annotate(Article(text="một"))
            with it.pool.place() as place:
                reading = asyncio.create_task(place.within(asyncio.sleep(1000)))
                await settle()
                await it.passes(11)
                with pytest.raises(DeadlineError):
                    await reading

    run(steps())


def test_a_worker_that_is_at_it_past_the_deadline_is_killed_and_the_others_of_its_batch_go_once_more() -> None:
    async def steps() -> None:
        async with scene(request_seconds=10, stalled_seconds=1000) as it:
            await it.asks("một")
            late = await it.asks("hai")
            await it.passes(5)
            mates = [await it.asks("“ba”"), await it.asks("“bốn”")]
            [worker] = it.staff.hired
            await worker.answers()
            assert worker.given[1] == ["hai", "“ba”", "“bốn”"]
            await it.passes(6)
            assert isinstance(await error_of(late), DeadlineError)
            assert worker.ended == ["started", "killed"]
            await worker.is_gone()
            assert it.told(WorkerDied) == [WorkerDied("short", "late")]
            _, next_one = it.staff.hired
            await next_one.comes_up()
            assert next_one.given == [["“ba”", "“bốn”"]]
            await next_one.answers()
            assert [(await mate).quotes[0].text for mate in mates] == ["ba", "bốn"]

    run(steps())


def test_a_worker_is_killed_at_the_deadline_of_a_caller_who_has_left_too() -> None:
    async def steps() -> None:
        async with scene(request_seconds=10, stalled_seconds=1000) as it:
            left = await it.asks("một")
            left.cancel()
            await it.passes(9)
            assert it.staff.hired[0].ended == ["started"]
            await it.passes(2)
            assert it.staff.hired[0].ended == ["started", "killed"]
            assert it.told(Dropped) == [Dropped("client_gone")]

    run(steps())


def test_a_batch_that_stalls_loses_its_worker_and_each_of_it_is_read_alone_as_a_long_article() -> None:
    async def steps() -> None:
        async with scene(stalled_seconds=5, request_seconds=1000) as it:
            await it.asks("một")
            tasks = [await it.asks("“hai”"), await it.asks("“ba”")]
            first = it.staff.hired[0]
            await first.answers()
            await it.passes(6)
            assert first.ended == ["started", "killed"]
            await first.is_gone()
            assert [worker.lane for worker in it.staff.hired] == ["short", "short", "long"]
            long = it.staff.hired[-1]
            await long.comes_up()
            await it.passes(900)  # for long articles there is no end but their deadline
            await long.answers()
            await long.answers()
            assert long.given == [["“hai”"], ["“ba”"]]
            assert [(await task).quotes[0].text for task in tasks] == ["hai", "ba"]

    run(steps())


def test_the_process_for_long_articles_is_let_go_when_nobody_needs_it_and_comes_again() -> None:
    async def steps() -> None:
        async with scene(long_article_subwords=3) as it:
            for count in (2, 3):
                task = await it.asks("một hai ba bốn")
                long = it.staff.hired[-1]
                assert len(it.staff.hired) == count
                await long.comes_up()
                await long.answers()
                assert (await task).quotes == ()
                await it.passes(400)
                assert long.ended == ["started", "stopped"]
                await long.is_gone()
            assert it.told(WorkerDied) == []

    run(steps())


def test_an_article_that_stalls_and_is_late_after_that_is_answered_at_its_deadline() -> None:
    async def steps() -> None:
        async with scene(request_seconds=10, stalled_seconds=2) as it:
            task = await it.asks("một")
            await it.passes(3)
            await it.staff.hired[0].is_gone()
            long = it.staff.hired[-1]
            await long.comes_up()
            assert long.given == [["một"]]
            await it.passes(8)
            await long.is_gone()
            assert isinstance(await error_of(task), DeadlineError)

    run(steps())


def test_an_article_that_loses_two_workers_through_others_is_given_up() -> None:
    async def steps() -> None:
        async with scene(request_seconds=10, stalled_seconds=1000, model_batch=2) as it:
            await it.asks("một")
            first_late = await it.asks("hai")
            await it.passes(5)
            unlucky = await it.asks("ba", patient=True)
            second_late = await it.asks("bốn")
            await it.passes(4)
            [worker] = it.staff.hired
            await worker.answers()
            assert worker.given[1] == ["hai", "ba"]
            await it.passes(2)
            await worker.is_gone()
            worker = it.staff.hired[1]
            await worker.comes_up()
            assert worker.given == [["ba", "bốn"]]
            await it.passes(5)
            await worker.is_gone()
            assert [type(await error_of(task)) for task in (first_late, unlucky, second_late)] == [
                DeadlineError,
                WorkerDiedError,
                DeadlineError,
            ]

    run(steps())
