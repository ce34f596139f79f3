"""Annotates on a Ray cluster: actors of a Ray Data set get the same batches that worker processes would.

A row of the data set is one batch: its place in the run and its items as JSON. A batch is never cut or joined with
another, so that the cluster's size and its mishaps change nothing in the results. ``docs/scale.md`` tells more.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from ainoi import AinoiError
from ainoi.schema import ModelVersion
from ainoi_service.batch.annotating import Batch, BatchAnnotator, Result, length
from ainoi_service.batch.ray_actor import (
    ITEMS,
    MOST_DEATHS,
    RESULTS,
    AnnotatingActor,
    DeathCount,
    deaths_beside_the_run,
    version_or_error,
)

WINDOW_CHARS = 100_000_000
"""Code points that are given to the cluster at once. Each window is a data set of its own with new actors: what Ray
keeps is bounded, and a window of this size takes far longer than the loading of a model."""
WINDOW_BATCHES = 100_000
"""Batches of a window at most, however short their texts."""
BLOCK_BATCHES, BLOCKS_PER_WORKER = 8, 8
"""Batches that an actor is handed together at most, and into how many such blocks its share is cut at least."""
MOST_FALSE_STARTS = 5
"""Actors that may die in a row before one of them is ready."""
GPU_SHARE = 1 / 8
"""Part of a GPU that an actor takes: what is to be done beside the network would leave it idle most of the time."""

_NEEDED = ("ray", "pyarrow", "pandas")
_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # reports to nobody
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",  # builds no environment on the nodes
    "RAY_ENABLE_AUTO_CONNECT": "0",  # joins no other cluster when it has left one
    "RAY_BACKEND_LOG_LEVEL": "fatal",
    "RAY_DATA_LOG_LEVEL": "CRITICAL",
    "RAY_DATA_DISABLE_PROGRESS_BARS": "1",
}
_LOOPBACK = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
"""Whatever the name says: nothing listens anywhere but on 127.0.0.1."""
_MODE = "RAY_AUTH_MODE"
"""Ray sets it when it starts a cluster with a token; who then inherits it could not use a cluster without one."""
_COLOUR = re.compile(r"\x1b\[\d+m")


class RayMissingError(AinoiError):
    """Ray Data is not installed."""

    code = "ray_missing"


class ClusterError(AinoiError):
    """The Ray cluster cannot be had, is too small, or has failed beyond what it repairs itself."""

    code = "cluster"


def require_ray() -> None:
    """Raises ``RayMissingError`` if Ray Data is not installed. Imports nothing."""
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        message = f"--engine ray needs {', '.join(missing)}, which is not installed: pip install 'ainoi[ray]'"
        raise RayMissingError(message)


class RayEngine:
    """The engine on a cluster: the one at ``address``, else one of this machine alone that ends with the engine.

    ``load`` is called in every actor and gives its annotator; it is pickled, and what it names must be installed on
    every node, model folder and registry files at the same place. An actor takes ``threads`` processors of its node,
    and ``GPU_SHARE`` of a GPU if ``device`` is ``cuda``. ``workers`` are the actors, by default as many as fit on the
    cluster. Use it in ``with``. Raises RayMissingError, and ClusterError when the cluster does not answer or has no
    room, or no annotator can be loaded there.
    """

    def __init__(
        self,
        load: Callable[[], BatchAnnotator],
        *,
        workers: int | None = None,
        threads: int = 1,
        device: str = "cpu",
        address: str | None = None,
        with_text: bool = False,
        window_chars: int = WINDOW_CHARS,
    ) -> None:
        require_ray()
        self._load = load
        self._workers = workers
        self._threads = threads
        self._gpus = GPU_SHARE if device.startswith("cuda") else 0.0
        self._address = address
        self._with_text = with_text
        self._window_chars = window_chars
        self._connected_here = False
        self._mode: str | None = None
        self._version: ModelVersion | None = None

    def __enter__(self) -> Self:
        ray = _imported(self._address)
        if not ray.is_initialized():
            self._connect(ray)
            self._connected_here = True
        try:
            self._workers = self._workers_that_fit(ray)
            self._version = self._loaded_version(ray)
        except BaseException:
            self._disconnect()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._disconnect()

    @property
    def version(self) -> ModelVersion:
        """See :class:`~ainoi_service.batch.annotating.Engine`."""
        assert self._version is not None, "the engine is used inside its with block"
        return self._version

    def _connect(self, ray: Any) -> None:
        """Join the cluster at the address, or start one with this machine as its only node."""
        here: dict[str, Any] = {}
        self._mode = os.environ.get(_MODE)
        if self._address is None:
            workers = self._workers or max(1, (os.cpu_count() or 1) // self._threads)
            here = {"num_cpus": workers * self._threads, "include_dashboard": False}
        try:
            with _hushed():
                ray.init(self._address or "local", log_to_driver=False, logging_level=logging.ERROR, **here)
        except Exception as error:  # of many kinds, the bare one among them
            raise ClusterError(f"no Ray cluster at {self._address or 'this machine'}: {error}"[:500]) from error

    def _disconnect(self) -> None:
        if self._connected_here:
            _imported(self._address).shutdown()
            if self._mode is None:
                os.environ.pop(_MODE, None)
            self._connected_here = False

    def _workers_that_fit(self, ray: Any) -> int:
        room = room_for_workers([node["Resources"] for node in ray.nodes() if node["Alive"]], self._threads, self._gpus)
        wanted = self._workers or max(room, 1)
        if wanted > room:
            each = f"{self._threads} processors" + (f" and {self._gpus} of a GPU" if self._gpus else "")
            raise ClusterError(f"the cluster has room for {room} workers of {each}, not for {wanted}")
        return wanted

    def _loaded_version(self, ray: Any) -> ModelVersion:
        """What a node of the cluster loads."""
        task = ray.remote(num_cpus=self._threads, num_gpus=self._gpus, max_retries=MOST_DEATHS)(version_or_error)
        try:
            version = ray.get(task.remote(self._load))
        except ray.exceptions.RayError as error:
            raise ClusterError(f"no annotator can be loaded on the cluster: {_plain(error)}") from error
        if isinstance(version, str):
            raise ClusterError(version)
        assert isinstance(version, ModelVersion)
        return version

    def results(self, batches: Iterable[Batch]) -> Iterator[list[Result]]:
        """See :class:`~ainoi_service.batch.annotating.Engine`. Raises ClusterError."""
        deaths = deaths_beside_the_run(_imported(self._address))
        first = 0
        for window in _windows(batches, self._window_chars):
            yield from self._annotated(window, first, deaths)
            first += len(window)

    def _annotated(self, window: Sequence[Batch], first: int, deaths: DeathCount) -> Iterator[list[Result]]:
        """Results of some batches, the first of which has this place in the run."""
        ray = _imported(self._address)
        assert self._workers is not None, "the engine is used inside its with block"
        blocks = number_of_blocks(len(window), self._workers)
        rows = [
            {"place": place, "items": ITEMS.dump_json(list(batch)).decode()}
            for place, batch in enumerate(window, first)
        ]
        data = ray.data.from_items(rows, override_num_blocks=blocks)
        del rows
        data.context.execution_options.preserve_order = True
        data.context.enable_progress_bars = False
        data.context.print_on_execution_start = False
        data.context.max_consecutive_actor_init_deaths = MOST_FALSE_STARTS
        actors = ray.data.ActorPoolStrategy(size=min(self._workers, blocks))
        held = {"load": self._load, "with_text": self._with_text, "deaths": deaths}
        done = data.map_batches(
            AnnotatingActor,
            batch_size=1,
            compute=actors,
            fn_constructor_kwargs=held,
            num_cpus=self._threads,
            num_gpus=self._gpus or None,
        )
        faults = ray.data.exceptions
        after, end = first, first + len(window)
        try:
            for row in done.iter_rows():
                if row["place"] != after:
                    raise ClusterError(f"Ray gave batch {row['place']} in the place of batch {after}")
                yield RESULTS.validate_json(row["results"])
                after += 1
        except (ray.exceptions.RayError, faults.SystemException, faults.ExecutionTimeoutError) as error:
            raise ClusterError(f"Ray failed after {after} batches: {_plain(error)}") from error
        if after != end:
            raise ClusterError(f"Ray gave {after - first} of {len(window)} batches")


def room_for_workers(nodes: Iterable[Mapping[str, float]], threads: int, gpus: float) -> int:
    """How many actors of ``threads`` processors and ``gpus`` GPUs fit on ``nodes``, given as resources by name."""
    return sum(
        min(int(node.get("CPU", 0) // threads), int(node.get("GPU", 0) // gpus) if gpus else 1 << 30) for node in nodes
    )


def number_of_blocks(batches: int, workers: int) -> int:
    """Into how many blocks ``batches`` are cut: small enough that the last of them are shared by all workers."""
    return max(-(-batches // BLOCK_BATCHES), min(batches, workers * BLOCKS_PER_WORKER))


def _windows(batches: Iterable[Batch], most_chars: int) -> Iterator[list[Batch]]:
    window: list[Batch] = []
    chars = 0
    for batch in batches:
        window.append(batch)
        chars += sum(map(length, batch))
        if chars >= most_chars or len(window) >= WINDOW_BATCHES:
            yield window
            window, chars = [], 0
    if window:
        yield window


@contextmanager
def _hushed() -> Iterator[None]:
    """Nothing to standard error: Ray's core tells there to which level its messages are reduced."""
    sys.stderr.flush()
    stderr, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(nowhere)


def _plain(error: Exception) -> str:
    return _COLOUR.sub("", str(error))[:2000]


def _imported(address: str | None) -> Any:
    """The package ``ray``, told before its first import to be quiet and, if it is to be alone, to stay on 127.0.0.1."""
    alone = address is None or address.startswith(("127.", "localhost:"))
    os.environ.update(_QUIET | (_LOOPBACK if alone else {}))
    import ray
    import ray.data.exceptions
    import ray.exceptions

    return ray
