"""What the pool does when workers die or cannot be started, step by step."""

from __future__ import annotations

import asyncio

import pytest

from ainoi.errors import ModelFolderError
from ainoi_service.workers.answering import Answer
from ainoi_service.workers.errors import (
    AnnotatorFaultError,
    WorkerDiedError,
)
from ainoi_service.workers.events import Refused, WorkerDied
from pool_scene import Scene, error_of, run, scene
from scripted_workers import ScriptedStaff, settle


def test_the_requests_of_a_worker_that_dies_hear_of_it_at_once_and_another_takes_its_place() -> None:
    async def steps() -> None:
        async with scene() as it:
            task, waiting = await it.asks("một"), await it.asks("“hai”")
            await it.staff.hired[0].is_gone()
            died = await error_of(task)
            assert isinstance(died, WorkerDiedError)
            assert (died.retry_after or 0) >= 1
            assert not it.pool.state().ready
            await it.staff.hired[1].comes_up()
            assert it.pool.state().ready
            await it.staff.hired[1].answers()
            assert (await waiting).quotes[0].text == "hai"
            assert it.told(WorkerDied) == [WorkerDied("short", "exit")]

    run(steps())


def test_an_idle_worker_that_dies_is_replaced() -> None:
    async def steps() -> None:
        async with scene() as it:
            await it.staff.hired[0].is_gone()
            assert len(it.staff.hired) == 2

    run(steps())


def test_a_text_that_has_ended_a_worker_goes_alone_and_one_that_has_ended_two_is_not_read_again() -> None:
    async def steps() -> None:
        async with scene() as it:
            await it.asks("khác")
            lost = [await it.asks("xấu"), await it.asks("tốt")]
            worker = it.staff.hired[0]
            await worker.answers()
            await worker.is_gone()
            assert [type(await error_of(task)) for task in lost] == [WorkerDiedError] * 2
            again = await it.asks("xấu")
            for _ in range(2):
                long = it.staff.hired[-1]
                assert long.lane == "long"
                await long.comes_up()
                assert long.given == [["xấu"]]
                await long.is_gone()
                assert isinstance(await error_of(again), WorkerDiedError)
                again = await it.asks("xấu")
            assert isinstance(await error_of(again), AnnotatorFaultError)
            assert Refused("ended_workers") in it.events

    run(steps())


def test_a_text_that_was_read_after_all_is_read_as_any_other_from_there_on() -> None:
    async def steps() -> None:
        async with scene() as it:
            for times in range(1, 5):
                task = await it.asks("oan")
                short = [worker for worker in it.staff.hired if worker.lane == "short"][-1]
                assert short.given == [["oan"]]
                await short.is_gone()
                assert isinstance(await error_of(task), WorkerDiedError)
                await it.passes(60)  # longer than any pause before the next worker
                await it.staff.hired[-1].comes_up()
                task = await it.asks("oan")
                [long] = [worker for worker in it.staff.hired if worker.lane == "long"]
                if times == 1:
                    await long.comes_up()
                assert long.given == [["oan"]] * times
                await long.answers()
                assert (await task).quotes == ()

    run(steps())


def test_a_text_that_is_too_slow_for_ordinary_workers_is_not_given_to_them_again_and_its_companion_is() -> None:
    async def steps() -> None:
        async with scene(stalled_seconds=5, request_seconds=1000) as it:
            await it.asks("một")
            tasks = [await it.asks("chậm"), await it.asks("nhanh")]
            await it.staff.hired[0].answers()
            await it.passes(6)
            await it.staff.hired[0].is_gone()
            _, short, long = it.staff.hired
            await short.comes_up()
            await long.comes_up()
            await it.passes(6)
            await long.answers()
            await long.answers()
            assert [(await task).quotes for task in tasks] == [(), ()]
            for text, worker in (("chậm", long), ("nhanh", short)):
                task = await it.asks(text)
                assert worker.given[-1] == [text]
                await worker.answers()
                assert (await task).quotes == ()

    run(steps())


def test_a_worker_that_answers_for_another_number_of_articles_is_ended_and_replaced() -> None:
    async def steps() -> None:
        async with scene() as it:
            task = await it.asks("một")
            worker = it.staff.hired[0]
            worker.reports.done(Answer([]))
            await settle()
            assert worker.ended == ["started", "killed"]
            await worker.is_gone()
            assert isinstance(await error_of(task), WorkerDiedError)
            assert it.told(WorkerDied) == [WorkerDied("short", "exit")]
            assert len(it.staff.hired) == 2

    run(steps())


def test_a_worker_that_hangs_while_it_loads_is_ended_and_replaced() -> None:
    async def steps() -> None:
        async with scene(start_seconds=300) as it:
            await it.staff.hired[0].is_gone()
            hanging = it.staff.hired[1]
            await it.passes(299)
            assert hanging.ended == ["started"]
            await it.passes(2)
            assert hanging.ended == ["started", "killed"]
            await hanging.is_gone()
            assert it.told(WorkerDied) == [WorkerDied("short", "exit"), WorkerDied("short", "start")]
            await it.passes(1)
            healthy = it.staff.hired[2]
            await healthy.comes_up()
            await it.passes(1000)
            assert healthy.ended == ["started"]

    run(steps())


def test_where_no_worker_can_be_started_requests_are_told_so() -> None:
    async def steps() -> None:
        async with scene() as it:
            await it.staff.hired[0].is_gone()
            waiting = await it.asks("một")
            await it.staff.hired[1].is_gone()
            refused = await error_of(await it.asks("hai"))
            assert isinstance(refused, WorkerDiedError)
            assert it.told(Refused) == [Refused("no_worker")]
            assert len(it.staff.hired) == 2  # the next comes after a pause
            waiting.cancel()

    run(steps())


def test_a_model_that_does_not_load_ends_the_start_with_its_error() -> None:
    async def steps() -> None:
        it = Scene(ScriptedStaff(size=2))
        starting = asyncio.create_task(it.pool.start())
        await settle()
        await it.staff.hired[0].is_gone(ModelFolderError("no model"))
        with pytest.raises(ModelFolderError, match="no model"):
            await starting
        assert it.staff.hired[1].ended == ["started", "killed", "joined"]

    run(steps())
