"""What the pool does with articles, step by step: who shares a batch, who waits, who is turned away."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from ainoi import Article, EmptyTextError
from ainoi_service.limits import Limits
from ainoi_service.workers.errors import (
    BusyError,
)
from ainoi_service.workers.events import Admitted, BatchDone, PoolEvent, Refused, WorkerUp
from ainoi_service.workers.pool import ModelPool
from pool_scene import error_of, run, scene
from scripted_workers import ScriptedStaff, settle


def test_articles_that_wait_together_share_a_batch_and_each_gets_its_own_answer() -> None:
    async def steps() -> None:
        async with scene(model_batch=3) as it:
            tasks = [await it.asks(f"Lời “số {number}”.") for number in range(5)]
            [worker] = it.staff.hired
            assert [len(batch) for batch in worker.given] == [1]
            await worker.answers()
            await worker.answers()
            await worker.answers()
            assert [len(batch) for batch in worker.given] == [1, 3, 1]
            assert [(await task).quotes[0].text for task in tasks] == [f"số {number}" for number in range(5)]
            assert [event.articles for event in it.told(BatchDone)] == [1, 3, 1]  # type: ignore[union-attr]

    run(steps())


def test_a_batch_has_at_most_so_many_subwords() -> None:
    async def steps() -> None:
        async with scene(model_batch_subwords=20) as it:
            for _ in range(4):
                await it.asks("một hai ba bốn năm sáu bảy tám")
            [worker] = it.staff.hired
            await worker.answers()
            assert [len(batch) for batch in worker.given] == [1, 2]

    run(steps())


def test_idle_workers_share_what_comes() -> None:
    async def steps() -> None:
        async with scene(ScriptedStaff(size=2)) as it:
            await it.asks("một")
            await it.asks("hai")
            assert [worker.given for worker in it.staff.hired] == [[["một"]], [["hai"]]]
            assert (it.pool.state().running, it.pool.state().waiting) == (2, 0)

    run(steps())


def test_an_article_that_cannot_be_annotated_gives_its_own_error() -> None:
    async def steps() -> None:
        async with scene() as it:
            await it.asks("một")
            bad, good = await it.asks(" "), await it.asks("hai")
            [worker] = it.staff.hired
            await worker.answers()
            await worker.answers()
            assert isinstance(await error_of(bad), EmptyTextError)
            assert (await good).quotes == ()

    run(steps())


def test_one_request_more_than_may_wait_is_refused_and_says_when_to_come_again() -> None:
    async def steps() -> None:
        async with scene(max_waiting=2) as it:
            first = [await it.asks("một"), await it.asks("hai")]
            refused = await error_of(await it.asks("ba"))
            assert isinstance(refused, BusyError)
            assert refused.retry_after == 1
            assert it.told(Refused) == [Refused("requests")]
            for worker in it.staff.hired * 2:
                await worker.answers()
            assert len([await task for task in first]) == 2
            await it.asks("ba")

    run(steps())


def test_while_so_much_is_in_nothing_more_is_let_in_but_one_article_where_none_waits() -> None:
    async def steps() -> None:
        async with scene(max_waiting_subwords=9) as it:
            await it.asks("một hai ba bốn năm sáu bảy tám chín mười")
            await it.asks("một hai ba bốn năm sáu bảy tám chín mười")
            assert it.pool.state().waiting == 1
            assert isinstance(await error_of(await it.asks("một")), BusyError)
            assert it.told(Refused) == [Refused("subwords")]
            await it.staff.hired[0].answers()
            await it.asks("một")
            assert len(it.told(Admitted)) == 3

    run(steps())


def test_long_articles_go_to_a_process_of_their_own_which_is_started_when_the_first_comes() -> None:
    async def steps() -> None:
        async with scene(long_article_subwords=3) as it:
            long = await it.asks("một hai ba bốn “năm”")
            assert [worker.lane for worker in it.staff.hired] == ["short", "long"]
            short = await it.asks("“có”")
            short_worker, long_worker = it.staff.hired
            await short_worker.answers()
            assert (await short).quotes[0].text == "có"
            await long_worker.comes_up()
            assert long_worker.given == [["một hai ba bốn “năm”"]]
            await long_worker.answers()
            assert (await long).quotes[0].text == "năm"
            assert [event.lane for event in it.told(WorkerUp)] == ["short", "long"]  # type: ignore[union-attr]
            assert (it.pool.state().workers, it.pool.state().workers_up) == (1, 1)

    run(steps())


def test_a_staff_that_cannot_be_killed_has_one_worker_for_all_and_gives_it_long_articles_alone() -> None:
    async def steps() -> None:
        async with scene(ScriptedStaff(killable=False), long_article_subwords=3) as it:
            tasks = [await it.asks(text) for text in ("một", "hai ba bốn năm", "hai", "ba")]
            [worker] = it.staff.hired
            for _ in range(3):
                await worker.answers()
            assert worker.given == [["một"], ["hai ba bốn năm"], ["hai", "ba"]]
            assert len([await task for task in tasks]) == 4

    run(steps())


def test_articles_of_batches_wait_for_room_and_requests_keep_half_of_it() -> None:
    async def steps() -> None:
        async with scene(max_waiting=4, model_batch=1) as it:
            patient = [await it.asks(f"“lô {number}”", patient=True) for number in range(6)]
            assert it.pool.state().waiting == 2  # one more is being annotated
            requests = [await it.asks(f"“hỏi {number}”") for number in range(2)]
            assert isinstance(await error_of(await it.asks("ba")), BusyError)
            assert it.pool.state().waiting == 4
            [worker] = it.staff.hired
            for _ in range(8):
                await worker.answers()
            assert [(await task).quotes[0].text for task in patient] == [f"lô {number}" for number in range(6)]
            assert [(await task).quotes[0].text for task in requests] == ["hỏi 0", "hỏi 1"]

    run(steps())


def test_a_flood_of_requests_does_not_keep_a_batch_out() -> None:
    async def steps() -> None:
        async with scene(max_waiting=4, model_batch=1) as it:
            flood = [await it.asks("x") for _ in range(4)]
            patient = await it.asks("“lô”", patient=True)
            [worker] = it.staff.hired
            for _ in range(8):
                await worker.answers()
                with suppress(BusyError):
                    task = await it.asks("x")
                    flood.append(task)
                if patient.done():
                    break
            assert patient.done()
            for task in flood:
                task.cancel()

    run(steps())


def test_a_listener_that_fails_costs_nobody_an_answer() -> None:
    async def steps() -> None:
        def failing(event: PoolEvent) -> None:
            raise RuntimeError("no")

        staff = ScriptedStaff()
        pool = ModelPool(staff, Limits(), failing)
        starting = asyncio.create_task(pool.start())
        await settle()
        await staff.hired[0].comes_up()
        await starting
        task = asyncio.create_task(pool.annotate(Article(text="“một”")))
        await settle()
        await staff.hired[0].answers()
        assert (await task).quotes[0].text == "một"
        await pool.close()

    run(steps())
