"""``POST /v1/imports``: corrected files of annotation tools come back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from ainoi_service.api import examples
from ainoi_service.api.records import ImportedArticle, ImportResult
from ainoi_service.api.routing import JSON_LINES, TheDesk, answers, json_lines, require_type
from ainoi_service.desk import Desk
from ainoi_service.exchange.formats import ARTICLE_FORMATS
from ainoi_service.limits import Limits
from ainoi_service.requests import ImportParameters
from ainoi_service.store import articles
from ainoi_service.store.checked import put_checked

_TYPES = ("application/json", *JSON_LINES)


def take(desk: Desk, data: bytes, format: str) -> ImportResult:
    """Read a corrected file and store what it says. Raises ImportFileError, and then nothing is stored."""

    def text_of(id: str) -> str | None:
        article = articles.get(desk.store, id) if id.isprintable() else None
        return article.text if article is not None else None

    done = []
    for article in ARTICLE_FORMATS[format].read(data, text_of):
        counts = put_checked(desk.store, article.article_id, article.quotes)
        if counts is not None:  # else it was taken down meanwhile
            done.append(
                ImportedArticle(
                    id=article.article_id, right=counts.right, corrected=counts.corrected, wrong=counts.wrong
                )
            )
    desk.embed_written([article.id for article in done])
    return ImportResult(articles=done)


def routes(limits: Limits) -> APIRouter:
    """The route of imports."""
    router = APIRouter(tags=["imports"])
    task = {
        "application/jsonl": {"schema": {"type": "string", "minLength": 1}, "example": json_lines(examples.IMPORT_LINE)}
    }
    tasks = {"application/json": {"schema": {"type": "array", "items": {"type": "object"}}, "example": []}}

    @router.post(
        "/v1/imports",
        operation_id="importCorrections",
        summary="Take corrected quotes in",
        responses=answers(400, 413, 415, 429, 507),
        openapi_extra={"requestBody": {"required": True, "content": task | tasks}},
        max_body_size=limits.max_import_bytes,
    )
    async def import_corrections(
        desk: TheDesk, asked: Annotated[ImportParameters, Query()], request: Request
    ) -> ImportResult:
        """A file that Label Studio or doccano exported, of articles that came from `GET /v1/quotes?format=…`. What it
        has stands as a person left it; what it no longer has is struck out. Either is never touched by a model. If
        anything is wrong with the file, nothing of it is taken."""
        require_type(request, _TYPES)
        desk.imports.require()
        data = await request.body()
        if not data:
            raise HTTPException(400, "the body is empty")
        with desk.imports.taken():
            return await run_in_threadpool(take, desk, data, asked.format)

    return router
