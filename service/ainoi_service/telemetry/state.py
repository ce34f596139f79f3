"""Metrics that are read when somebody asks: the pool's state, which model it is, the memory of its processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psutil
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

import ainoi
from ainoi.schema import ModelVersion
from ainoi_service.workers.state import PoolState

StateOf = Callable[[], PoolState]


class PoolCollector(Collector):
    """How the pool stands, from one snapshot; nothing before the first ``look``."""

    def __init__(self, state_of: StateOf) -> None:
        self._state_of = state_of
        self._state: PoolState | None = None

    def look(self) -> None:
        """Take the snapshot, on the event loop."""
        self._state = self._state_of()

    def collect(self) -> Iterator[Metric]:
        state = self._state
        if state is None:
            return
        for name, meaning, value in (
            ("ready", "1 if a worker is up and the service is not going down, else 0.", state.ready),
            ("draining", "1 if the service is going down, else 0.", state.draining),
            ("requests", "Requests that the pool has let in and that are not answered yet.", state.requests),
            ("waiting", "Articles that wait for a worker: the queue's depth.", state.waiting),
            ("waiting_subwords", "Subwords that wait for a worker, as admission counts them.", state.waiting_subwords),
            ("running", "Articles that workers are annotating.", state.running),
            ("workers", "Workers for ordinary articles that there should be.", state.workers),
            ("workers_up", "Workers for ordinary articles that are up.", state.workers_up),
        ):
            yield GaugeMetricFamily(f"ainoi_pool_{name}", meaning, value=float(value))


class ModelCollector(Collector):
    """Which weights the service has, as labels of a series that is always 1."""

    def __init__(self, version: ModelVersion) -> None:
        self._version = version

    def collect(self) -> Iterator[Metric]:
        info = GaugeMetricFamily(
            "ainoi_model_info",
            "Always 1; the labels say which weights and which release of Ainói answer.",
            labels=["name", "version", "sha256", "release"],
        )
        info.add_metric([self._version.name, self._version.version, self._version.sha256, ainoi.__version__], 1.0)
        yield info


class MemoryCollector(Collector):
    """Memory of the processes that the service started: the model's workers and the reader of HTML."""

    def __init__(self) -> None:
        self._service = psutil.Process()

    def collect(self) -> Iterator[Metric]:
        family = GaugeMetricFamily(
            "ainoi_children_resident_memory_bytes",
            "Resident memory of the model's workers and the HTML reader, in sum.",
        )
        family.add_metric([], float(sum(map(_resident, self._service.children(recursive=True)))))
        yield family


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:  # it has just ended
        return 0
