"""``/livez`` and ``/readyz``: whether the process is alive, and whether requests should be sent to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from ainoi_service import problems
from ainoi_service.guard.drain import Drain
from ainoi_service.guard.errors import NotReadyError
from ainoi_service.guard.gate import Gate


class Alive(BaseModel):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Ready(BaseModel):
    """The service takes requests."""

    status: Literal["ready"] = "ready"


def routes(drain: Drain, gate: Gate, model_is_up: Callable[[], bool]) -> APIRouter:
    """The routes. Neither touches the store, nor a thread: they answer while everything else is busy."""
    router = APIRouter(tags=["operation"])

    @router.get(
        "/livez",
        operation_id="live",
        summary="Whether the process is alive",
        responses=problems.responses(500),
    )
    async def live() -> Alive:
        """Needs no key. If it does not answer, start the service anew."""
        return Alive()

    @router.get(
        "/readyz",
        operation_id="ready",
        summary="Whether requests should be sent here",
        responses=problems.responses(500, 503),
    )
    async def ready() -> Ready:
        """Needs no key. 503 while no process of the model is up, as soon as the service was told to stop, and while
        nobody is let in because keys could not be read for five minutes; never for load alone."""
        if drain.begun:
            raise NotReadyError("the service is going down")
        if not model_is_up():
            raise NotReadyError("no process of the model is up")
        if gate.closed:
            raise NotReadyError("the keys cannot be read")
        return Ready()

    return router
