"""Taking times: threads, waiting for a device, rounds in turn, and a stopwatch that tells stages apart."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]


@dataclass(frozen=True)
class Lap:
    """One run: seconds that passed, and seconds of processor time over all threads of this process."""

    wall: float
    cpu: float


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Compute with ``count`` threads: PyTorch's, NumPy's, and the tokenizer's, which is told only whether to use one or
    all."""
    before, setting = torch.get_num_threads(), os.environ.get("TOKENIZERS_PARALLELISM")
    torch.set_num_threads(count)
    os.environ["TOKENIZERS_PARALLELISM"] = "true" if count > 1 else "false"
    try:
        with threadpool_limits(count, user_api="blas"):
            yield
    finally:
        torch.set_num_threads(before)
        if setting is None:
            del os.environ["TOKENIZERS_PARALLELISM"]
        else:
            os.environ["TOKENIZERS_PARALLELISM"] = setting


def waiting(device: torch.device) -> Callable[[], None]:
    """A function that waits until ``device`` has done what it was given; a CPU always has."""
    return torch.cuda.synchronize if device.type == "cuda" else lambda: None


def lap(run: Callable[[], object], wait: Callable[[], None]) -> Lap:
    """Time ``run``."""
    wait()
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    wait()
    return Lap(time.perf_counter() - wall, time.process_time() - cpu)


def in_turn(runs: Mapping[str, Callable[[], Lap]], rounds: int) -> dict[str, list[Lap]]:
    """``rounds`` laps of each run, all runs in every round: what else the machine does then weighs on all alike."""
    laps: dict[str, list[Lap]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            laps[name].append(run())
    return laps


class Stopwatch:
    """Seconds by stage. A stage inside another is counted for itself and not for the other."""

    def __init__(self, wait: Callable[[], None] = lambda: None, now: Callable[[], float] = time.perf_counter) -> None:
        """``wait`` is called at every change of stage, so that a device's work is counted where it was asked for."""
        self.seconds: dict[str, float] = {}
        self._wait, self._now = wait, now
        self._running: list[str] = []
        self._since = 0.0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the time spent inside for ``name``."""
        self._charge()
        self._running.append(name)
        try:
            yield
        finally:
            self._charge()
            self._running.pop()

    def timed(self, function: Callable[..., Any], stage: str) -> Callable[..., Any]:
        """``function``, its calls counted for ``stage``."""

        def call(*args: Any, **kwargs: Any) -> Any:
            with self.stage(stage):
                return function(*args, **kwargs)

        return call

    def _charge(self) -> None:
        self._wait()
        now = self._now()
        if self._running:
            stage = self._running[-1]
            self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._since
        self._since = now


@contextmanager
def replaced(owner: object, name: str, value: object) -> Iterator[None]:
    """Put ``value`` in the place of an attribute of ``owner``. Raises AttributeError if there is none."""
    own = name in vars(owner)
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        if own:
            setattr(owner, name, before)
        else:
            delattr(owner, name)
