"""Who waits for a page to be read, and what is left of those who do not."""

from __future__ import annotations

import asyncio
import gc
import threading
from pathlib import Path

from ainoi_service.html import HtmlError, Page, Wanted, always
from ainoi_service.html_queue import HtmlQueue
from ainoi_service.limits import Limits
from fake_annotator import FakeAnnotator
from scripted_workers import settle
from service_app import serving


class Work:
    """Says that it has begun, then waits until the test lets it end."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.may_end = threading.Event()
        self.ended = threading.Event()
        self.wanted: list[bool] = []

    def __call__(self, wanted: Wanted) -> str:
        self.wanted.append(wanted())
        self.begun.set()
        self.may_end.wait()
        self.wanted.append(wanted())
        self.ended.set()
        if not self.wanted[-1]:
            raise HtmlError("nobody waits for the page any more")
        return "read"


def test_a_place_is_free_when_its_work_has_ended_and_who_leaves_before_that_leaves_no_work() -> None:
    async def steps() -> None:
        queue = HtmlQueue(1)
        first, second, third = Work(), Work(), Work()
        leaving = asyncio.create_task(queue.run(first))
        await asyncio.to_thread(first.begun.wait)
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        assert leaving.cancelled() and not first.ended.is_set()
        leaving = asyncio.create_task(queue.run(second))
        staying = asyncio.create_task(queue.run(third))
        await settle()
        leaving.cancel()
        third.may_end.set()
        await settle()
        assert third.wanted == []
        first.may_end.set()
        assert await staying == "read"
        assert (first.wanted, second.wanted, third.wanted) == ([True, False], [], [True, True])

    asyncio.run(steps())


def test_work_that_fails_when_its_caller_has_left_is_not_told_as_a_fault() -> None:
    told: list[dict[str, object]] = []

    async def steps() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
        queue = HtmlQueue(1)
        first, second = Work(), Work()
        leaving = asyncio.create_task(queue.run(first))
        await asyncio.to_thread(first.begun.wait)
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        first.may_end.set()
        second.may_end.set()
        assert await queue.run(second) == "read"
        gc.collect()  # a fault that nobody has asked for is told when its task goes

    asyncio.run(steps())
    assert told == []


class HeldExtractor:
    """Reads a page when the test lets it, as far as it is wanted then."""

    def __init__(self) -> None:
        self.may_read = threading.Event()
        self.turned_down = threading.Event()

    def extract(self, html: str, *, wanted: Wanted = always) -> Page:
        self.may_read.wait()
        if not wanted():
            self.turned_down.set()
            raise HtmlError("nobody waits for the page any more")
        return Page(text=f"Ông nói: “{html}”.", title=None, date=None, url=None, outlet=None)

    def close(self) -> None:
        """Nothing is held."""


def test_pages_whose_requests_are_over_are_not_read(tmp_path: Path) -> None:
    extractor = HeldExtractor()
    with serving(FakeAnnotator(), tmp_path, Limits(request_seconds=1)) as client:
        client.app.state.desk.extractor = extractor  # type: ignore[attr-defined]
        try:
            for path in ("/v1/annotate", "/v1/articles"):
                late = client.post(path, json={"html": "muộn"})
                assert (late.status_code, late.json()["code"]) == (504, "deadline")
        finally:
            extractor.may_read.set()
        assert extractor.turned_down.wait(60)
        answer = client.post("/v1/annotate", json={"html": "kịp"})
        assert answer.json()["quotes"][0]["text"] == "kịp"
