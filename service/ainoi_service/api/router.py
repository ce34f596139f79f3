"""All routes of the REST interface."""

from __future__ import annotations

from functools import cache

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


@cache
def routes(limits: Limits) -> APIRouter:
    """The routes, with the limits of their bodies. They know nothing of an application: several may share them.

    (They are put side by side, for FastAPI makes a router in a router twice.)
    """
    router = APIRouter()
    for part in (annotate, articles, quotes, speakers, checks):
        router.routes.extend(part.routes().routes)
    for large in (batches, imports):
        router.routes.extend(large.routes(limits).routes)
    return router
