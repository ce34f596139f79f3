"""The application: the REST interface and the pages, around one store and one model. ``docs/api.md`` is its page for
users."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, cast

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp

import ainoi
from ainoi_service import problems
from ainoi_service.api import examples
from ainoi_service.api.router import TAGS, routes
from ainoi_service.desk import Desk, opened
from ainoi_service.limits import Limits
from ainoi_service.model_thread import ServiceAnnotator
from ainoi_service.pages.router import install as install_pages
from ainoi_service.registry_names import RegistryNames
from ainoi_service.settings import Settings, read_settings
from ainoi_service.store.engine import Store, open_store

DESCRIPTION = """Reads Vietnamese news, keeps every attributed quote with its speaker, and answers who said what.

Errors are problem documents (`application/problem+json`) with a stable `code`. Offsets count Unicode code points.
Clients ignore keys they do not know: answers may gain some."""


class _Application(FastAPI):
    """FastAPI whose every error, those of its outermost layers too, leaves as a problem document or a page."""

    def build_middleware_stack(self) -> ASGIApp:
        return problems.ProblemsOnly(super().build_middleware_stack())

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
        return cast(dict[str, Any], self.openapi_schema)


def create_app(
    annotator: ServiceAnnotator | None = None,
    *,
    limits: Limits | None = None,
    settings: Settings | None = None,
    store: Store | None = None,
) -> FastAPI:
    """The application. Model and store are opened when the server starts, and closed when it ends.

    ``annotator`` and ``store`` go before what ``settings`` say, and are left open. Without ``settings`` those of the
    environment count, as far as they are needed. Raises SettingsError.
    """
    limits = limits or Limits()
    if settings is None and (annotator is None or store is None):
        settings = read_settings()
    load: Callable[[], ServiceAnnotator] = (lambda: annotator) if annotator is not None else _loader(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        running = _running(load, settings, store, limits)
        app.state.desk = await run_in_threadpool(running.__enter__)
        try:
            yield
        finally:
            await run_in_threadpool(running.__exit__, None, None, None)

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
    problems.install(app)
    app.include_router(routes(limits))
    install_pages(app, _desk)
    return app


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def _loader(settings: Settings | None) -> Callable[[], ServiceAnnotator]:
    assert settings is not None

    def load() -> ServiceAnnotator:
        from ainoi import Annotator  # PyTorch, only now

        return Annotator.load(registry_files=settings.registry, threads=settings.threads, device=settings.device)

    return load


@contextmanager
def _running(
    load: Callable[[], ServiceAnnotator], settings: Settings | None, store: Store | None, limits: Limits
) -> Iterator[Desk]:
    """The desk of a running application."""
    own: list[Store] = []

    def open_it(names: RegistryNames) -> Store:
        if store is not None:
            return store
        assert settings is not None
        if settings.database == "sqlite":
            settings.make_data_dir()
        own.append(open_store(settings.database_url, names=names))
        return own[0]

    try:
        with opened(load, open_it, limits) as desk:
            yield desk
    finally:
        for each in own:
            each.close()
