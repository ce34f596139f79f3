"""Requests whose HTML page is to be read, in order: a few at a time, so that they keep no threads from other requests.

A thread cannot be stopped. So a place is free again when the work in it has ended, not when its caller has left; who
leaves before there is a place leaves no work behind.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from ainoi_service.html import Wanted

_T = TypeVar("_T")


class HtmlQueue:
    """For use on one event loop."""

    def __init__(self, threads: int) -> None:
        self._places = asyncio.Semaphore(threads)
        self._threads = CapacityLimiter(threads)

    async def run(self, work: Callable[[Wanted], _T]) -> _T:
        """What ``work`` gives, in a thread; it can ask whether its caller still waits. Cancel it to leave."""
        left = threading.Event()
        await self._places.acquire()
        working = asyncio.ensure_future(run_sync(work, lambda: not left.is_set(), limiter=self._threads))
        working.add_done_callback(self._ended)
        try:
            return await asyncio.shield(working)
        finally:
            left.set()

    def _ended(self, working: asyncio.Task[_T]) -> None:
        self._places.release()
        if not working.cancelled():
            working.exception()  # if the caller has left, nobody else asks for it
