"""The application: the REST interface and the pages, around one store and one model. ``docs/api.md`` is its page for
users."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, closing
from dataclasses import replace
from functools import partial
from typing import Any, cast

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp

import ainoi
from ainoi_service import problems
from ainoi_service.api import examples
from ainoi_service.api.router import TAGS, routes
from ainoi_service.desk import Desk, opened
from ainoi_service.guard import described, probes
from ainoi_service.guard.drain import Drain
from ainoi_service.guard.exposure import open_to, require_key
from ainoi_service.guard.gate import Gate
from ainoi_service.guard.layer import GuardLayer
from ainoi_service.guard.ring import KeyRing
from ainoi_service.limits import Limits
from ainoi_service.opening import open_configured
from ainoi_service.pages.refusing import refusal
from ainoi_service.pages.rendering import Renderer
from ainoi_service.pages.router import install as install_pages
from ainoi_service.receiving import SteadyBodies
from ainoi_service.registry_names import RegistryNames
from ainoi_service.settings import Settings, read_settings
from ainoi_service.store.engine import Store
from ainoi_service.telemetry import Telemetry
from ainoi_service.workers.annotator import ServiceAnnotator
from ainoi_service.workers.pool import ModelPool
from ainoi_service.workers.source import ModelSource, given, shipped
from ainoi_service.workers.state import PoolState

DESCRIPTION = """Reads Vietnamese news, keeps every attributed quote with its speaker, and answers who said what.

Errors are problem documents (`application/problem+json`) with a stable `code`. Offsets count Unicode code points.
Clients ignore keys they do not know: answers may gain some."""


class _Application(FastAPI):
    """FastAPI with the service's own layers around it."""

    def build_middleware_stack(self) -> ASGIApp:
        """From the outside: ids, counts and the log; errors as problem documents; keys and their rates; body limits."""
        limits: Limits = self.state.limits
        steady = SteadyBodies(
            super().build_middleware_stack(),
            seconds=limits.body_seconds,
            most_bytes=limits.max_held_bytes,
            answer_seconds=limits.answer_seconds,
        )
        guarded = GuardLayer(steady, self.state.gate, self.state.refusal)
        layers: ASGIApp = self.state.telemetry.layer(problems.ProblemsOnly(guarded))
        return layers

    def openapi(self) -> dict[str, Any]:
        """The schema, with the problem document in it, and without the validation error that FastAPI assumes."""
        if self.openapi_schema is None:
            schema = super().openapi()
            models = schema.setdefault("components", {}).setdefault("schemas", {})
            for name in ("HTTPValidationError", "ValidationError"):
                models.pop(name, None)
            problem = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            models |= problem.pop("$defs") | {"Problem": problem}
            examples.add_to(schema)
            described.add_to(schema)
        return cast(dict[str, Any], self.openapi_schema)


def create_app(
    annotator: ServiceAnnotator | None = None,
    *,
    limits: Limits | None = None,
    settings: Settings | None = None,
    store: Store | None = None,
    source: ModelSource | None = None,
) -> FastAPI:
    """The application. Model and store are opened when the server starts, and closed when it ends.

    ``annotator`` and ``store`` go before what ``settings`` say, and are left open. Without ``settings`` those of the
    environment count, as far as they are needed. An ``annotator`` works on a thread of this process; ``source`` says
    it otherwise. Raises SettingsError.
    """
    limits = limits or Limits()
    if annotator is not None:
        source = source or given(annotator)
    if settings is None and (source is None or store is None):
        settings = read_settings()
    model = source or _shipped(settings)

    gate, drain, telemetry = Gate(limits.requests_per_minute), Drain(), Telemetry()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with _running(model, settings, store, limits, gate, drain, telemetry) as app.state.desk:
            yield

    app = _Application(
        title="Ainói",
        version=ainoi.__version__,
        description=DESCRIPTION,
        lifespan=lifespan,
        max_body_size=limits.max_body_bytes,
        redirect_slashes=False,
        openapi_tags=TAGS,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    app.state.limits = limits
    app.state.gate = gate
    app.state.drain = drain
    app.state.telemetry = telemetry
    app.state.refusal = refusal(Renderer())
    problems.install(app)
    app.include_router(routes(limits))
    app.include_router(probes.routes(drain, gate, lambda: _model_is_up(app)))
    app.include_router(telemetry.routes())
    install_pages(app, _desk)
    return app


def _model_is_up(app: FastAPI) -> bool:
    desk: Desk | None = getattr(app.state, "desk", None)
    return desk is not None and desk.pool.state().ready


def _state(pool: ModelPool, drain: Drain) -> PoolState:
    """How the pool stands, for metrics. As for ``/readyz``, a service that was told to stop is not ready, though its
    pool takes work until the port is closed."""
    state = pool.state()
    return replace(state, ready=False, draining=True) if drain.begun else state


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def _shipped(settings: Settings | None) -> ModelSource:
    assert settings is not None
    return shipped(
        registry=settings.registry, device=settings.device, threads=settings.threads, workers=settings.workers
    )


@asynccontextmanager
async def _running(
    source: ModelSource,
    settings: Settings | None,
    store: Store | None,
    limits: Limits,
    gate: Gate,
    drain: Drain,
    telemetry: Telemetry,
) -> AsyncIterator[Desk]:
    """The desk of a running application, with its gate open."""
    with ExitStack() as opened_here:

        def open_it(names: RegistryNames) -> Store:
            if store is not None:
                return store
            assert settings is not None
            opening = open_configured(settings, names=names, query_seconds=limits.query_seconds)
            return opened_here.enter_context(closing(opening))

        async with opened(source, open_it, limits, on_event=telemetry.on_event) as desk:
            telemetry.watch(desk.version, partial(_state, desk.pool, drain))
            ring = await run_in_threadpool(opened_here.enter_context, KeyRing(desk.store))
            if settings is not None:
                await run_in_threadpool(require_key, settings, there_is_one=ring.any_live)
            gate.open_with(ring, open_to="everybody" if settings is None else open_to(settings))
            opened_here.callback(gate.shut)
            yield desk
