"""All pages, and what they are styled and scripted by, as parts of an application."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from ainoi_service.pages import about, annotate, articles, check, corrections, lookup, missing, quote, speakers
from ainoi_service.pages.desk import DeskOf
from ainoi_service.pages.rendering import Renderer, static_files
from ainoi_service.pages.serving import Site


def pages(site: Site) -> APIRouter:
    """The routes of every page."""
    router = APIRouter(include_in_schema=False)
    for part in (annotate, lookup, check, speakers, articles, quote, corrections, about):
        router.routes.extend(part.routes(site).routes)
    return router


def install(app: FastAPI, desk_of: DeskOf) -> None:
    """Add the pages to ``app``, and their files at ``/static``; browsers then get pages where there is nothing.

    ``desk_of`` gives what the requests of the application share. ``problems.install`` comes before.
    """
    site = Site(Renderer(), desk_of)
    app.include_router(pages(site))
    app.mount("/static", static_files(), name="static")
    missing.install(app, site.renderer)
