"""``POST /v1/annotate``: what an article's quotes are, without storing anything; and whether the service is up."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Body, Query, Request
from pydantic import BaseModel

from ainoi import AnnotatedArticle
from ainoi.schema import ModelVersion
from ainoi_service import problems
from ainoi_service.api.routing import TheDesk
from ainoi_service.callers import unless_gone
from ainoi_service.requests import EXAMPLES, AnnotateRequest


class Health(BaseModel):
    """The service answers, and this is its model."""

    status: Literal["ok"] = "ok"
    model: ModelVersion


def routes() -> APIRouter:
    """``/v1/annotate`` and ``/healthz``."""
    router = APIRouter()

    @router.post(
        "/v1/annotate",
        operation_id="annotate",
        summary="Annotate one article",
        tags=["annotate"],
        responses=problems.responses(400, 413, 415, 422, 429, 500, 503, 504),
    )
    async def annotate(
        request: Request,
        desk: TheDesk,
        article: Annotated[AnnotateRequest, Body(openapi_examples=cast(Any, EXAMPLES))],
        with_text: Annotated[bool, Query(alias="withText", description="Return the text too.")] = False,
    ) -> AnnotatedArticle:
        """Every attributed quote of the article, with its speaker. For HTML the extracted text is returned as well:
        offsets count in it."""
        result = await unless_gone(request, desk.annotate(article))
        return result if with_text or article.html is not None else result.model_copy(update={"text": None})

    @router.get(
        "/healthz",
        operation_id="health",
        summary="Whether the service is up",
        tags=["operation"],
        responses=problems.responses(500),
    )
    async def health(desk: TheDesk) -> Health:
        """Says which model is loaded, also while none of its processes is up or the service goes down: `/readyz` tells
        that."""
        return Health(model=desk.version)

    return router
