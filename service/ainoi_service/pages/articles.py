"""*Article*: the text with every quote in it, the table to check them in, and the list of all articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ainoi_service.exchange.articles import ArticleQuotes
from ainoi_service.pages.desk import Desk
from ainoi_service.pages.downloading import FORMATS, download
from ainoi_service.pages.headlines import headlines
from ainoi_service.pages.language import texts
from ainoi_service.pages.links import address
from ainoi_service.pages.rendering import language_of
from ainoi_service.pages.serving import Site
from ainoi_service.pages.views import article_view, source_of
from ainoi_service.store import articles, quotes
from ainoi_service.store.records import StoredArticle, StoredQuote

PAGE = 30
"""Articles on one page of the list."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody whom a quote's speaker may be corrected to; ``value`` is what the form sends."""

    value: str
    name: str
    chosen: bool


def choices(of: Sequence[StoredQuote]) -> dict[str, list[Choice]]:
    """For each quote by its id: the speakers it may be, then the others of the article."""
    everybody = {quote.speaker.id: quote.speaker.name for quote in of if quote.speaker.id and quote.speaker.name}
    offered: dict[str, list[Choice]] = {}
    for quote in of:
        maybe = {each.id: each.name for each in quote.speaker.alternatives if each.id}
        own = {quote.speaker.id: quote.speaker.name} if quote.speaker.id and quote.speaker.name else {}
        names = own | maybe | everybody
        offered[quote.id] = [Choice(f"id:{id}", name, id == quote.speaker.id) for id, name in names.items()]
    return offered


def routes(site: Site) -> APIRouter:
    """``/articles`` and what is below."""
    router = site.router()

    @router.get("/articles")
    def listed(request: Request, before: str = "") -> Response:
        store = site.desk_of(request).store
        last = articles.get(store, before) if before else None
        found = articles.newest(store, limit=PAGE + 1, before=last.number if last else None)
        called = headlines(store, found[:PAGE])
        shown = [source_of(each, headline=called.get(each.id)) for each in found[:PAGE]]
        return site.renderer.page(
            request,
            "articles.html",
            articles=shown,
            store_is_empty=not found and last is None,
            first="/articles" if last else None,
            next=address("/articles", before=found[PAGE - 1].id) if len(found) > PAGE else None,
        )

    @router.get("/articles/{id}")
    def article(request: Request, id: str) -> Response:
        desk = site.desk_of(request)
        stored, of_it = _read(desk, id)
        name_of = texts(language_of(request))
        newest = None if stored.current else next(head for head in articles.versions(desk.store, id) if head.current)
        return site.renderer.page(
            request,
            "article.html",
            view=article_view(stored, stored.text, of_it, stored=True, warnings=stored.warnings),
            version=stored.version,
            newest=address("/articles", newest.id) if newest else None,
            choices=choices(of_it),
            downloads=[
                (name_of(f"export.{format}"), address("/articles", id, "download", format=format)) for format in FORMATS
            ],
        )

    @router.get("/articles/{id}/download")
    def downloaded(request: Request, id: str, format: str = "json") -> Response:
        stored, of_it = _read(site.desk_of(request), id)
        return download(ArticleQuotes(stored, tuple(of_it)), format)

    return router


def _read(desk: Desk, id: str) -> tuple[StoredArticle, list[StoredQuote]]:
    """The article and its quotes in the order of their first span. Raises ``HTTPException`` 404."""
    stored = articles.get(desk.store, id)
    if stored is None:
        raise HTTPException(404)
    with desk.store.read() as connection:
        return stored, quotes.of_article(connection, id)
