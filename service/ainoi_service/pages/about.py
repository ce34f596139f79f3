"""*About*: how to read the marks, what confidence means, what is stored, and how much."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

import ainoi
from ainoi_service.pages.colours import COLOURS, NAMELESS, ink
from ainoi_service.pages.serving import Site
from ainoi_service.store import articles


def routes(site: Site) -> APIRouter:
    """``/about``."""
    router = site.router()

    @router.get("/about")
    def about(request: Request) -> Response:
        desk = site.desk_of(request)
        return site.renderer.page(
            request,
            "about.html",
            inks=[*(ink(place) for place in range(COLOURS)), NAMELESS],
            version=ainoi.__version__,
            model=desk.version,
            counts=articles.size(desk.store),
        )

    return router
