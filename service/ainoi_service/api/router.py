"""All routes of the REST interface."""

from __future__ import annotations

from fastapi import APIRouter

from ainoi_service.api import annotate, articles, batches, checks, imports, quotes, speakers
from ainoi_service.limits import Limits

TAGS: list[dict[str, object]] = [
    {"name": "annotate", "description": "Quotes of an article, without storing it."},
    {"name": "articles", "description": "The store's articles."},
    {"name": "quotes", "description": "Look-ups, files, and what people say of quotes."},
    {"name": "speakers", "description": "Who is quoted."},
    {"name": "checks", "description": "Did they say it?"},
    {"name": "imports", "description": "Corrected files."},
    {"name": "operation", "description": "Whether the service is up."},
]
"""What the OpenAPI document says of each group of routes."""


def routes(limits: Limits) -> APIRouter:
    """The routes, with the limits of their bodies."""
    router = APIRouter()
    for part in (annotate, articles, quotes, speakers, checks):
        router.include_router(part.routes())
    for large in (batches, imports):
        router.include_router(large.routes(limits))
    return router
