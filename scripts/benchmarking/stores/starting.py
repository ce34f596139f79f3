"""What it takes to have a store in memory: time and bytes of the index and of the vectors."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarking.clocks import Lap
from benchmarking.table import Row


@dataclass(frozen=True)
class Start:
    """Laps and bytes of reading the index, and the vectors; ``peak`` is the most that the process ever held."""

    index: Lap
    index_bytes: int
    vectors: Lap
    vectors_bytes: int
    held: int
    peak: int

    def rows(self) -> Iterator[Row]:
        """Times and memory."""
        for what, lap, size in (
            ("index", self.index, self.index_bytes),
            ("vectors", self.vectors, self.vectors_bytes),
        ):
            yield Row(f"{what} read", f"{lap.wall:.1f} s", f"{lap.cpu:.1f} s of processor time")
            yield Row(f"{what} in memory", f"{size / 1e6:,.0f} MB", "growth of the process")
        yield Row(
            "process", f"{self.held / 1e6:,.0f} MB", f"with the model; at most {self.peak / 1e6:,.0f} MB while reading"
        )


def measure(read_index: Callable[[], object], read_vectors: Callable[[], object]) -> Start:
    """Do both, once."""
    empty = memory("VmRSS")
    index = _lap(read_index)
    with_index = memory("VmRSS")
    vectors = _lap(read_vectors)
    full = memory("VmRSS")
    return Start(index, with_index - empty, vectors, full - with_index, full, memory("VmHWM"))


def _lap(run: Callable[[], object]) -> Lap:
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    done = Lap(time.perf_counter() - wall, time.process_time() - cpu)
    gc.collect()
    return done


def memory(what: str) -> int:
    """Bytes of this process: ``VmRSS``, now, or ``VmHWM``, at most so far. 0 where Linux does not tell."""
    status = Path("/proc/self/status")
    for line in status.read_text().splitlines() if status.is_file() else ():
        name, _, value = line.partition(":")
        if name == what:
            return int(value.split()[0]) * 1024
    return 0
