"""The routes of all pages, which OpenAPI does not list."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi.routing import APIRoute, APIRouter

from ainoi_service.pages.router import pages
from ainoi_service.pages.serving import Site


def page_routes() -> list[APIRoute]:
    """All of them; they are to be looked at, not to be served."""
    return list(_in(pages(Site(None, None))))  # type: ignore[arg-type]


def _in(router: APIRouter) -> Iterator[APIRoute]:
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        else:
            yield from _in(route.original_router)  # type: ignore[attr-defined]
