"""What one application hands out about itself, and the pieces of it that others put in their places."""

from __future__ import annotations

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter
from prometheus_client.registry import Collector
from starlette.responses import Response
from starlette.types import ASGIApp

from ainoi.schema import ModelVersion
from ainoi_service.telemetry import pool_events
from ainoi_service.telemetry.layer import TelemetryLayer
from ainoi_service.telemetry.metrics import MEDIA_TYPE, Metrics
from ainoi_service.telemetry.state import MemoryCollector, ModelCollector, PoolCollector, StateOf
from ainoi_service.workers.events import PoolEvent


class Telemetry:
    """Metrics of one application, which the layer, the pool and the desk fill. No two applications share any."""

    def __init__(self) -> None:
        self.metrics = Metrics()
        self.metrics.registry.register(MemoryCollector())
        self._watched: list[Collector] = []
        self._pool: PoolCollector | None = None

    def layer(self, app: ASGIApp) -> ASGIApp:
        """``app`` with an id, a count and a line in the log for every request."""
        return TelemetryLayer(app, self.metrics)

    def routes(self) -> APIRouter:
        """``/metrics``, for Prometheus."""
        router = APIRouter(include_in_schema=False)

        alone = CapacityLimiter(1)  # a thread of its own: the pool's may all be busy when somebody must see why

        @router.get("/metrics")
        async def metrics() -> Response:
            self.look()
            told = await to_thread.run_sync(self.metrics.exposed, limiter=alone)
            return Response(told, media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})

        return router

    def watch(self, version: ModelVersion, state_of: StateOf) -> None:
        """Once the model is there: tell which it is, and how its pool stands, in the place of those before."""
        for collector in self._watched:
            self.metrics.registry.unregister(collector)
        self._pool = PoolCollector(state_of)
        self._watched = [ModelCollector(version), self._pool]
        for collector in self._watched:
            self.metrics.registry.register(collector)

    def look(self) -> None:
        """See how the pool stands, for the next time that metrics are told. On the event loop."""
        if self._pool is not None:
            self._pool.look()

    def on_event(self, event: PoolEvent) -> None:
        """Listener of the pool."""
        pool_events.count(self.metrics, event)
