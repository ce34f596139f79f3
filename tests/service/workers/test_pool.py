"""What the pool does with articles and workers, step by step: the workers are scripted, and so is the clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from ainoi import AinoiError, AnnotatedArticle, Article, EmptyTextError
from ainoi.errors import ModelFolderError
from ainoi_service.limits import Limits
from ainoi_service.workers.errors import (
    AnnotatorFaultError,
    BusyError,
    DeadlineError,
    DrainingError,
    WorkerDiedError,
)
from ainoi_service.workers.events import Admitted, BatchDone, Dropped, PoolEvent, Refused, WorkerDied, WorkerUp
from ainoi_service.workers.pool import ModelPool
from scripted_workers import ScriptedStaff, settle

Annotating = asyncio.Task[AnnotatedArticle]


class Scene:
    """A pool with scripted workers, and what it told."""

    def __init__(self, staff: ScriptedStaff, **limits: int) -> None:
        self.staff = staff
        self.events: list[PoolEvent] = []
        self.pool = ModelPool(staff, Limits(**limits), self.events.append)
        self._later = 0.0

    async def passes(self, seconds: float) -> None:
        """The event loop's clock is so much later at once."""
        loop = asyncio.get_running_loop()
        clock, self._later = type(loop).time, self._later + seconds
        loop.time = lambda: clock(loop) + self._later  # type: ignore[method-assign]
        await settle()

    async def asks(self, text: str, *, patient: bool = False) -> Annotating:
        task = asyncio.create_task(self.pool.annotate(Article(text=text), patient=patient))
        await settle()
        return task

    def told(self, *kinds: type) -> list[PoolEvent]:
        return [event for event in self.events if isinstance(event, kinds)]


@asynccontextmanager
async def scene(staff: ScriptedStaff | None = None, **limits: int) -> AsyncIterator[Scene]:
    """All ordinary workers are up."""
    made = Scene(staff or ScriptedStaff(), **limits)
    starting = asyncio.create_task(made.pool.start())
    await settle()
    for worker in list(made.staff.hired):
        await worker.comes_up()
    await starting
    yield made
    await made.pool.close()


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(test)


async def error_of(task: Annotating) -> AinoiError:
    with pytest.raises(AinoiError) as raised:
        await task
    return raised.value


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


def test_work_over_the_bound_is_refused_but_one_article_may_be_over_it_where_nothing_waits() -> None:
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
            assert [type(await error_of(task)) for task in tasks] == [DrainingError] * 2
            assert it.staff.hired[0].ended == ["started", "killed", "joined"]

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
