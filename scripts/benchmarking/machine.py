"""Where and with what it was measured: without it no figure can be compared with another."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch

from benchmarking.pipeline import Pipeline
from benchmarking.table import Row


@dataclass(frozen=True)
class Machine:
    """``load``: mean number of runnable tasks in the last minute; it should be near 0 before a measurement."""

    processor: str
    cores: int
    load: float
    device: str
    instructions: str
    python: str
    torch: str
    model: str

    def rows(self) -> Iterator[Row]:
        """A line each."""
        yield Row("processor", self.processor, f"{self.cores} cores, {self.instructions}")
        yield Row("device", self.device)
        yield Row("load", f"{self.load:.1f}", "tasks, mean of the last minute; above 0 others are working too")
        yield Row("software", f"Python {self.python}", f"PyTorch {self.torch}")
        yield Row("model", self.model)


def describe(pipeline: Pipeline) -> Machine:
    """This machine and ``pipeline``'s model."""
    version = pipeline.model.version
    return Machine(
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        load=os.getloadavg()[0],
        device=torch.cuda.get_device_name(pipeline.device) if pipeline.device.type == "cuda" else "cpu",
        instructions=torch.backends.cpu.get_cpu_capability(),
        python=platform.python_version(),
        torch=torch.__version__,
        model=f"{version.name} {version.version} ({version.sha256[:12]})",
    )


def _processor() -> str:
    """The processor's name as Linux tells it, or its architecture."""
    told = Path("/proc/cpuinfo")
    for line in told.read_text().splitlines() if told.is_file() else ():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
