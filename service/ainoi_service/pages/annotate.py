"""*Annotate*: paste an article and see who says what in it; keep it, or not."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ainoi import AinoiError, AnnotatedArticle
from ainoi_service.callers import unless_gone
from ainoi_service.pages.desk import Desk
from ainoi_service.pages.downloading import FORMATS, download
from ainoi_service.pages.language import texts
from ainoi_service.pages.links import address
from ainoi_service.pages.pasting import ABOUT, NOTHING, Pasted, PasteError, pasted
from ainoi_service.pages.rendering import go, language_of
from ainoi_service.pages.seeds import seeds
from ainoi_service.pages.serving import Site
from ainoi_service.pages.unstored import article_quotes
from ainoi_service.pages.views import article_view
from ainoi_service.problems import STATUS_OF_CODE, retry_headers
from ainoi_service.store import articles
from ainoi_service.telemetry.request import note_code

_TOLD_AS = {
    "draining": "busy",
    "worker_died": "busy",
    "store_busy": "busy",
    "store_timeout": "busy",
    "store_read_only": "store_unreachable",
    "store_damaged": "store_unreachable",
    "bad_characters": "store",
}


def is_empty(desk: Desk) -> bool:
    """Whether the store has no article yet."""
    return not articles.newest(desk.store, limit=1)


def routes(site: Site) -> APIRouter:
    """``/``, ``/download`` and ``/seeds``."""
    router = site.router()

    async def form_page(request: Request, given: Pasted, problem: str | None = None, status: int = 200) -> Response:
        empty = await run_in_threadpool(is_empty, site.desk_of(request))
        shown = {"form": given.given, "problem": problem, "store_is_empty": empty}
        return site.renderer.page(request, "annotate.html", status, **shown)

    async def refusal(request: Request, given: Pasted, error: AinoiError | HTTPException) -> Response:
        """The form again, with what was wrong. Raises ``error`` if it is the service's own fault."""
        headers: Mapping[str, str] = {}
        if isinstance(error, PasteError):
            status, name = 422, error.code
        elif isinstance(error, HTTPException) and error.status_code in (400, 413, 429):
            status = error.status_code
            name = {400: "bad_form", 413: "too_large", 429: "busy"}[status]
            headers = error.headers or {}
        elif isinstance(error, AinoiError) and error.code in STATUS_OF_CODE:
            status, name = STATUS_OF_CODE[error.code], _TOLD_AS.get(error.code, error.code)
            headers = retry_headers(error)
            note_code(error.code)
        else:
            raise error
        page = await form_page(request, given, f"annotate.error_{name}", status)
        page.headers.update(headers)
        return page

    @router.get("/")
    async def form(request: Request) -> Response:
        return await form_page(request, NOTHING)

    @router.post("/")
    async def annotate(request: Request) -> Response:
        desk, given = site.desk_of(request), NOTHING
        try:
            given = await pasted(request, desk.limits)
            if given.store:
                put = await unless_gone(request, desk.keep(given.request()))
                return go(address("/articles", put.id), notice=None if put.created else "known")
            annotated = await unless_gone(request, desk.annotate(given.request()))
        except (AinoiError, HTTPException) as error:
            return await refusal(request, given, error)
        return site.renderer.page(request, "result.html", **_result(annotated, language_of(request)))

    @router.post("/download")
    async def downloaded(request: Request) -> Response:
        desk, given = site.desk_of(request), NOTHING
        try:
            given = await pasted(request, desk.limits)
            annotated = await unless_gone(request, desk.annotate(given.request()))
        except (AinoiError, HTTPException) as error:
            return await refusal(request, given, error)
        return download(article_quotes(annotated), given.format or "")

    @router.post("/seeds")
    async def load_seeds(request: Request) -> Response:
        desk = site.desk_of(request)
        for article in await run_in_threadpool(lambda: list(seeds())):
            await desk.keep(article)
        return go("/lookup", notice="seeds")

    return router


def _result(annotated: AnnotatedArticle, language: str) -> dict[str, object]:
    """What the page of an article that is not stored shows."""
    text = annotated.text or ""
    view = article_view(annotated, text, annotated.quotes, stored=False, warnings=annotated.warnings)
    name_of = texts(language)
    return {
        "view": view,
        "version": None,
        "form": {"text": text} | {name: getattr(annotated, name) for name in ABOUT},
        "downloads": [(name_of(f"export.{format}"), format) for format in FORMATS],
    }
