"""What the pool of workers tells, as metrics."""

from __future__ import annotations

from typing import assert_never

from ainoi_service.telemetry.metrics import Metrics
from ainoi_service.workers.events import (
    Admitted,
    BatchDone,
    Dropped,
    PoolEvent,
    Refused,
    Waited,
    WorkerDied,
    WorkerUp,
)


def count(metrics: Metrics, event: PoolEvent) -> None:
    """Count one event."""
    match event:
        case Admitted():
            metrics.admitted.labels(event.lane).inc()
        case Refused():
            metrics.refused.labels(event.reason).inc()
        case Waited():
            metrics.stage_seconds.labels("queue", event.lane).observe(event.seconds)
        case BatchDone():
            metrics.batch_articles.labels(event.lane).observe(event.articles)
            metrics.batch_subwords.labels(event.lane).observe(event.subwords)
            metrics.stage_seconds.labels("model", event.lane).observe(event.seconds)
            for stage, seconds in event.stages.items():
                metrics.stage_seconds.labels(stage, event.lane).observe(seconds)
        case Dropped():
            metrics.dropped.labels(event.reason).inc()
        case WorkerUp():
            metrics.worker_starts.labels(event.lane).inc()
        case WorkerDied():
            metrics.worker_deaths.labels(event.reason).inc()
        case _:
            assert_never(event)
