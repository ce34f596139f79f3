"""What the pool does when workers die or cannot be started, step by step."""

from __future__ import annotations

import asyncio

import pytest

from ainoi.errors import ModelFolderError
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


def test_a_text_that_was_read_after_all_is_no_longer_counted_against() -> None:
    async def steps() -> None:
        async with scene() as it:
            for _ in range(4):
                task = await it.asks("oan")
                worker = it.staff.hired[-1]
                if not worker.given:
                    await worker.comes_up()
                await worker.is_gone()
                assert isinstance(await error_of(task), WorkerDiedError)
                task = await it.asks("oan")
                worker = it.staff.hired[-1]
                await worker.comes_up()
                await worker.answers()
                assert (await task).quotes == ()

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
