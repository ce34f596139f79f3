"""What is watched while a service is under load: its probes, the pool's depth, and the memory of all its processes."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import psutil

from ainoi_service.workers.state import PoolState


@dataclass(slots=True)
class Watch:
    """Entered, it looks every ``interval`` seconds until it is left.

    ``memory``: bytes of this process and the workers, of all together. ``probes``: seconds and status of ``/livez``;
    ``ready``: status of ``/readyz``; the status is 0 where none came. ``deepest``: most requests that were in at once.
    Leaving it raises RuntimeError if it had ceased to look.
    """

    port: int
    state: Callable[[], PoolState]
    leave_out: frozenset[int] = frozenset()
    interval: float = 0.25
    memory: list[int] = field(default_factory=list)
    probes: list[tuple[float, int]] = field(default_factory=list)
    ready: list[int] = field(default_factory=list)
    deepest: int = 0
    _end: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _fault: BaseException | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        assert self._thread is not None
        self._thread.join()
        if self._fault is not None and error is None:
            raise RuntimeError("the watch ended before the load") from self._fault

    def _run(self) -> None:
        try:
            self._look()
        except BaseException as fault:
            self._fault = fault

    def _look(self) -> None:
        while not self._end.wait(self.interval):
            self.memory.append(self._memory())
            self.deepest = max(self.deepest, self.state().requests)
            begun = time.perf_counter()
            status = self._status("/livez")
            self.probes.append((time.perf_counter() - begun, status))
            self.ready.append(self._status("/readyz"))

    def _status(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def _memory(self) -> int:
        me = psutil.Process()
        total: int = me.memory_info().rss
        for child in me.children(recursive=True):
            if child.pid not in self.leave_out:
                try:
                    total += child.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
        return total
