"""The REST application. ``docs/api.md`` is its page for users."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any, Literal, cast

from fastapi import Body, FastAPI, Query, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

import ainoi
from ainoi import AnnotatedArticle, TextTooLongError
from ainoi.schema import ModelVersion
from ainoi_service import problems
from ainoi_service.html import HtmlExtractor
from ainoi_service.limits import Limits
from ainoi_service.model_thread import ModelThread, ServiceAnnotator
from ainoi_service.requests import EXAMPLES, AnnotateRequest

DESCRIPTION = """Reads Vietnamese news and returns every attributed quote with its speaker.

Errors are problem documents (`application/problem+json`) with a stable `code`. Offsets count Unicode code points.
Clients ignore keys they do not know: answers may gain some."""


class Health(BaseModel):
    """The service is up and its model is loaded."""

    status: Literal["ok"] = "ok"
    model: ModelVersion


class Desk:
    """What requests share while the application runs: the model's thread, the HTML reader, how many are admitted."""

    def __init__(self, load: Callable[[], ServiceAnnotator], limits: Limits) -> None:
        self.limits = limits
        self.extractor = HtmlExtractor(limits)
        self.model = ModelThread(load, batch=limits.model_batch)
        self.version: ModelVersion | None = None
        self._admitted = 0

    async def annotate(self, request: AnnotateRequest) -> AnnotatedArticle:
        """Annotation of the request's article.

        Raises ``AinoiError`` for an article that cannot be annotated, ``HTTPException`` 429 when too many are waiting.
        """
        if self._admitted >= self.limits.max_waiting:
            raise HTTPException(429, "too many requests are waiting", {"Retry-After": "1"})
        self._admitted += 1
        try:
            if request.html is not None:
                article = await run_in_threadpool(request.article, self.extractor)
            else:
                article = request.article(self.extractor)
            if len(article.text.encode("utf-8")) > self.limits.max_text_bytes:
                raise TextTooLongError(f"the text has over {self.limits.max_text_bytes:,} bytes")
            result = await asyncio.wrap_future(self.model.submit(article))
        finally:
            self._admitted -= 1
        return result.model_copy(update={"text": article.text})


class _Application(FastAPI):
    """FastAPI whose every error, those of its outermost layers too, leaves as a problem document."""

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
        return cast(dict[str, Any], self.openapi_schema)


def load_annotator() -> ServiceAnnotator:
    """The annotator that comes with the library."""
    from ainoi import Annotator

    return Annotator.load()


def create_app(annotator: ServiceAnnotator | None = None, *, limits: Limits | None = None) -> FastAPI:
    """The application, with ``annotator`` or else the library's own, which is loaded when the server starts."""
    limits = limits or Limits()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        desk = Desk(load_annotator if annotator is None else lambda: annotator, limits)
        desk.version = await run_in_threadpool(desk.model.start)
        app.state.desk = desk
        try:
            yield
        finally:
            await run_in_threadpool(desk.model.stop)
            desk.extractor.close()

    app = _Application(
        title="Ainói",
        version=ainoi.__version__,
        description=DESCRIPTION,
        lifespan=lifespan,
        max_body_size=limits.max_body_bytes,
        redirect_slashes=False,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    problems.install(app)

    @app.post(
        "/v1/annotate",
        operation_id="annotate",
        summary="Annotate one article",
        tags=["annotate"],
        responses=problems.responses(400, 413, 415, 422, 429, 500),
    )
    async def annotate(
        request: Request,
        article: Annotated[AnnotateRequest, Body(openapi_examples=cast(Any, EXAMPLES))],
        with_text: Annotated[bool, Query(alias="withText", description="Return the text too.")] = False,
    ) -> AnnotatedArticle:
        """Every attributed quote of the article, with its speaker. For HTML the extracted text is returned as well:
        offsets count in it."""
        desk: Desk = request.app.state.desk
        result = await desk.annotate(article)
        return result if with_text or article.html is not None else result.model_copy(update={"text": None})

    @app.get(
        "/healthz",
        operation_id="health",
        summary="Whether the service is up",
        tags=["operation"],
        responses=problems.responses(500),
    )
    async def health(request: Request) -> Health:
        """Answers once the model is loaded, and says which."""
        desk: Desk = request.app.state.desk
        assert desk.version is not None
        return Health(model=desk.version)

    return app
