"""How long each stage of the pipeline takes, for whoever asks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

Stage = Literal["clean", "encode", "tag", "decode", "resolve"]


@contextmanager
def timed(seconds: dict[str, float] | None, stage: Stage) -> Iterator[None]:
    """Add what the block takes to ``seconds`` of its stage; nothing is measured without ``seconds``."""
    if seconds is None:
        yield
        return
    begun = time.perf_counter()
    try:
        yield
    finally:
        seconds[stage] = seconds.get(stage, 0.0) + time.perf_counter() - begun
