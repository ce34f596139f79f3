"""The metrics of one application, in a registry of its own. No label takes its values from what requests say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import Metric

from ainoi.schema import QuoteType
from ainoi_service.workers.events import DeathReason, DropReason, Lane, RefusalReason

MEDIA_TYPE = CONTENT_TYPE_PLAIN_0_0_4
"""Of what ``Metrics.exposed`` gives."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"
"""Label of every other method, and of every word that is not in a closed set."""

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
STAGE_SECONDS = (0.0005, 0.001, 0.0025, *SECONDS)
ARTICLES = (1, 2, 4, 8, 16, 32, 64)
SUBWORDS = (256, 512, 1024, 2048, 4096, 8192, 16384, 65536, 262144)
"""Upper bounds of what histograms count in."""


class Metrics:
    """Counters and clocks; ``service/ainoi_service/telemetry/state.py`` adds what is read when somebody asks."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.requests = Counter(
            "ainoi_http_requests_total",
            "Requests that are over; status is 2xx, 3xx, 4xx, 5xx, or none if nothing was answered.",
            ["route", "method", "status"],
            registry=registry,
        )
        self.request_seconds = Histogram(
            "ainoi_http_request_seconds",
            "From a request's first byte to the last byte of its answer.",
            ["route"],
            buckets=SECONDS,
            registry=registry,
        )
        self.in_flight = Gauge(
            "ainoi_http_requests_in_flight", "Requests that are being answered, this one too.", registry=registry
        )
        self.problems = Counter(
            "ainoi_problems_total",
            "Answers that were problems or error pages, by the code that docs/api.md lists.",
            ["code"],
            registry=registry,
        )
        self.stage_seconds = Histogram(
            "ainoi_stage_seconds",
            "Time by stage: queue, of an article; model, and in it clean, encode, tag, decode, resolve, of a batch;"
            " html, store, search, each time. lane is short or long as articles are, none outside of the model.",
            ["stage", "lane"],
            buckets=STAGE_SECONDS,
            registry=registry,
        )
        self.batch_articles = Histogram(
            "ainoi_batch_articles", "Articles in a batch of the model.", ["lane"], buckets=ARTICLES, registry=registry
        )
        self.batch_subwords = Histogram(
            "ainoi_batch_subwords", "Subwords in a batch of the model.", ["lane"], buckets=SUBWORDS, registry=registry
        )
        self.admitted = Counter(
            "ainoi_pool_admitted_total", "Articles that the model's queue took.", ["lane"], registry=registry
        )
        self.refused = Counter(
            "ainoi_pool_refused_total",
            "Requests that were refused before any work: requests or subwords (too many are in), draining, no_worker,"
            " ended_workers (the text has ended workers before).",
            ["reason"],
            registry=registry,
        )
        self.dropped = Counter(
            "ainoi_pool_dropped_total",
            "Articles that were admitted and got no annotation: client_gone or deadline.",
            ["reason"],
            registry=registry,
        )
        self.worker_starts = Counter(
            "ainoi_worker_starts_total", "Workers that became ready.", ["lane"], registry=registry
        )
        self.worker_deaths = Counter(
            "ainoi_worker_deaths_total",
            "Workers that were lost: exit (ended by itself or by a signal), late (killed for it), start (did not).",
            ["reason"],
            registry=registry,
        )
        self.quotes = Counter(
            "ainoi_quotes_total", "Quotes that the model found, by type.", ["type"], registry=registry
        )
        for counter, values in (
            (self.admitted, get_args(Lane)),
            (self.worker_starts, get_args(Lane)),
            (self.refused, get_args(RefusalReason)),
            (self.dropped, get_args(DropReason)),
            (self.worker_deaths, get_args(DeathReason)),
            (self.quotes, tuple(QuoteType)),
        ):
            for value in values:  # so that even the first event is an increase
                counter.labels(value)
        ProcessCollector(registry=registry)

    def exposed(self) -> bytes:
        """Every metric, in Prometheus' text format."""
        return generate_latest(_WithoutCreationTimes(self.registry))


class _WithoutCreationTimes(CollectorRegistry):
    """The registry without a second series for every counter, which says when that was made."""

    def __init__(self, registry: CollectorRegistry) -> None:
        super().__init__()
        self._of = registry

    def collect(self) -> Iterator[Metric]:
        for metric in self._of.collect():
            metric.samples = [sample for sample in metric.samples if not sample.name.endswith("_created")]
            yield metric
