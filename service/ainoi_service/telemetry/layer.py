"""The outermost layer of the application: every request gets its id, is counted, and has one line in the log."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ainoi_service.problems import CODE_OF_STATUS
from ainoi_service.telemetry.logs import request_logger
from ainoi_service.telemetry.metrics import METHODS, OTHER, Metrics
from ainoi_service.telemetry.request import Observed, begin, request_id

HEADER = "X-Request-ID"
"""In which an id is taken, and sent back."""
NO_LANE = "none"
"""Label of what happens outside of the model."""
NO_ROUTE = "none"
"""Label of every address that the application does not have, and of what was refused before it was looked at."""


class TelemetryLayer:
    """Pure ASGI layer around the whole application."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        observed = Observed(_sent_id(scope), on_spent=self._on_spent)
        begin(observed)
        status: int | None = None
        fault: Exception | None = None
        bytes_in = bytes_out = 0

        async def counted_receive() -> Message:
            nonlocal bytes_in
            message = await receive()
            bytes_in += len(message.get("body", b""))
            return message

        async def counted_send(message: Message) -> None:
            nonlocal status, bytes_out
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = observed.id
            bytes_out += len(message.get("body", b""))
            await send(message)

        begun = time.perf_counter()
        self._metrics.in_flight.inc()
        try:
            await self._app(scope, counted_receive, counted_send)
        except Exception as error:
            status, fault = status or 500, error  # the server answers it if nobody has
            raise
        finally:
            self._metrics.in_flight.dec()
            self._tell(scope, observed, status, fault, time.perf_counter() - begun, bytes_in, bytes_out)

    def _on_spent(self, stage: str, seconds: float) -> None:
        self._metrics.stage_seconds.labels(stage, NO_LANE).observe(seconds)

    def _tell(
        self,
        scope: Scope,
        observed: Observed,
        status: int | None,
        fault: Exception | None,
        seconds: float,
        bytes_in: int,
        bytes_out: int,
    ) -> None:
        route, method = template(scope), scope["method"] if scope["method"] in METHODS else OTHER
        self._metrics.requests.labels(route, method, "none" if status is None else f"{status // 100}xx").inc()
        self._metrics.request_seconds.labels(route).observe(seconds)
        code = observed.code
        if code is None and status is not None and status >= 400:  # a page tells the error, or a layer below
            code = CODE_OF_STATUS.get(status, OTHER)
        if code is not None:
            self._metrics.problems.labels(code).inc()
        for each in observed.quotes:
            self._metrics.quotes.labels(each.value).inc()
        level = logging.INFO if status is None or status < 500 else logging.WARNING if status > 500 else logging.ERROR
        fields = {
            "request_id": observed.id,
            "method": method,
            "route": route,
            "status": status,
            "seconds": round(seconds, 6),
            "bytes_in": bytes_in,
            "bytes_out": bytes_out,
            "key_id": observed.key_id,
            "code": code,
            "queue_seconds": None if observed.queue_seconds is None else round(observed.queue_seconds, 6),
            **_seconds_by_stage(observed),
            "quotes": len(observed.quotes) or None,
        }
        request_logger().log(level, "request", exc_info=fault, extra={"fields": fields})


def template(scope: Scope) -> str:
    """The template of the route that answered: one of a closed set, whatever was asked for."""
    route = scope.get("route")
    if route is not None:  # FastAPI's own
        return str(getattr(route, "path_format", NO_ROUTE))
    endpoint = scope.get("endpoint")
    if endpoint is not None:  # Starlette's, or a folder of files
        for each in scope["app"].routes:
            if endpoint in (getattr(each, "endpoint", None), getattr(each, "app", None)):
                return str(each.path)
    return NO_ROUTE


def _sent_id(scope: Mapping[str, Any]) -> str:
    sent = Headers(raw=scope["headers"]).get(HEADER)
    return request_id(None if sent is None else sent.encode("latin-1"))


def _seconds_by_stage(observed: Observed) -> dict[str, float]:
    sums: dict[str, float] = {}
    for stage, seconds in observed.spent:
        sums[f"{stage}_seconds"] = sums.get(f"{stage}_seconds", 0.0) + seconds
    return {name: round(value, 6) for name, value in sums.items()}
