"""uvicorn, but that it stops as a load balancer wants it to: says so first, goes on for a while, ends with status 0."""

from __future__ import annotations

import asyncio
import math
import signal
import socket
import time
from collections.abc import Awaitable, Callable
from types import FrameType

import uvicorn
from fastapi import FastAPI
from uvicorn.server import HANDLED_SIGNALS

from ainoi_service.guard.drain import Drain

BEGUN_SECONDS = 1
"""After so long the last request that came in has been admitted; batches then send no more of their articles in."""
BEYOND_SECONDS = 5
"""How much longer than an article may take its answer may take to be sent."""


class DrainingServer(uvicorn.Server):
    """On SIGTERM ``drain`` begins; ``drain_seconds`` later the port is closed, and what was begun is answered.

    SIGINT, from somebody at a keyboard, closes the port at once. A second signal ends the process as it is.
    """

    def __init__(
        self, config: uvicorn.Config, drain: Drain, drain_seconds: float, on_close: Callable[[], Awaitable[None]]
    ) -> None:
        super().__init__(config)
        self._drain = drain
        self._drain_seconds = drain_seconds
        self._on_close = on_close
        self._closes_at = math.inf

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Called for a signal, in the main thread."""
        if self._drain.begun:
            signal.signal(sig, signal.SIG_DFL)
            signal.raise_signal(sig)
        self._drain.begin()
        wait = self._drain_seconds if sig == signal.SIGTERM and self.started else 0
        self._closes_at = time.monotonic() + wait

    async def on_tick(self, counter: int) -> bool:
        """Whether it is time to close the port."""
        return await super().on_tick(counter) or time.monotonic() >= self._closes_at

    async def serve_app(self, app: FastAPI) -> None:
        """Start ``app``, serve it until told to stop, and end it. Raises what starting it raises."""
        before = {sig: signal.signal(sig, self.handle_exit) for sig in HANDLED_SIGNALS}
        try:
            async with app.router.lifespan_context(app):
                if not self._drain.begun:
                    await self.serve()
        finally:
            for sig, handler in before.items():
                signal.signal(sig, handler)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the port, and wait for the answers of what was begun."""
        closing = asyncio.ensure_future(self._on_close())
        await super().shutdown(sockets)
        closing.cancel()  # nobody waits for what it may still wait for
        await asyncio.gather(closing, return_exceptions=True)


def run(app: FastAPI, *, host: str, port: int, drain_seconds: float) -> None:
    """Serve what ``create_app`` made until the process is told to stop.

    Raises what starting it raises, before the port is open. Once the port is closed, answers have as long as the limit
    ``request_seconds`` and a little more, before they are broken off.
    """
    config = uvicorn.Config(
        app,
        host,
        port,
        lifespan="off",  # ``serve_app`` sees to it
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=app.state.limits.request_seconds + BEYOND_SECONDS,
    )

    async def refuse_new_work() -> None:
        await asyncio.sleep(BEGUN_SECONDS)
        await app.state.desk.pool.drain()

    server = DrainingServer(config, app.state.drain, drain_seconds, refuse_new_work)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(server.serve_app(app))
