"""Whether anybody still waits for an answer: work for a caller who has left is dropped."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request

_T = TypeVar("_T")

GONE = 499
"""Status of a request whose caller has left, as nginx counts it: nobody reads it, but logs and metrics do."""


async def unless_gone(request: Request, work: Coroutine[Any, Any, _T]) -> _T:
    """What ``work`` gives; it is cancelled when the caller leaves. The request's body must have been read.

    Raises what ``work`` raises, what reading the rest of the body raises, and ``HTTPException`` 499.
    """
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            leaving.result()  # raises what was wrong with a body that nobody wanted
            raise HTTPException(GONE, "the caller has left")
        return working.result()
    finally:
        for task in (working, leaving):
            task.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        continue
