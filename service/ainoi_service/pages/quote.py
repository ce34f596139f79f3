"""One quote on its own, with the same words as other articles print them."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ainoi_service.pages.serving import Site
from ainoi_service.pages.views import quote_views, sources
from ainoi_service.store import quotes


def routes(site: Site) -> APIRouter:
    """``/quotes/{id}``."""
    router = site.router()

    @router.get("/quotes/{id}")
    def one(request: Request, id: str) -> Response:
        desk = site.desk_of(request)
        with desk.store.read() as connection:
            quote = quotes.by_id(connection, id)
        if quote is None:
            raise HTTPException(404)
        variants = list(desk.variants(quote))
        shown = [quote, *(variant.quote for variant in variants)]
        views = quote_views(shown, stored=True, sources=sources(desk.store, shown))
        return site.renderer.page(
            request,
            "quote.html",
            quote=views[0],
            variants=[
                {"quote": view, "probability": variant.probability}
                for view, variant in zip(views[1:], variants, strict=True)
            ],
        )

    return router
