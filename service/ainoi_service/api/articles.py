"""``/v1/articles``: annotate and keep, read, list, take down."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from ainoi_service.api import examples
from ainoi_service.api.records import ArticlePage, ArticleRecord, ArticleRef, TakeDown
from ainoi_service.api.routing import TheDesk, answers, not_found, possible_id
from ainoi_service.api.tokens import place_in, token_behind
from ainoi_service.callers import unless_gone
from ainoi_service.desk import Desk
from ainoi_service.requests import AnnotateRequest, DeleteParameters, PageParameters, TextParameters
from ainoi_service.store import articles, quotes

_LIST = "articles"


def location(id: str) -> str:
    """Where the article with this id is."""
    return f"/v1/articles/{id}"


def whole(desk: Desk, id: str, *, with_text: bool) -> ArticleRecord:
    """The article with its quotes and versions. Raises ``HTTPException`` 404."""
    article = articles.get(desk.store, id)
    if article is None:
        raise not_found("article")
    with desk.store.read() as connection:
        of_it = quotes.of_article(connection, id)
    return ArticleRecord.whole(article, of_it, articles.versions(desk.store, id), with_text=with_text)


def routes() -> APIRouter:
    """The routes of articles, one at a time."""
    router = APIRouter(tags=["articles"])

    @router.post(
        "/v1/articles",
        operation_id="putArticle",
        summary="Annotate an article and store it",
        status_code=201,
        response_model=ArticleRecord,
        responses=answers(400, 413, 415, 429, 504, 507, success=(201, 200)),
    )
    async def put_article(
        request: Request,
        desk: TheDesk,
        asked: Annotated[TextParameters, Query()],
        article: Annotated[
            AnnotateRequest,
            Body(openapi_examples={"text": {"summary": "An article's text", "value": examples.ARTICLE_REQUEST}}),
        ],
        response: Response,
    ) -> ArticleRecord:
        """201 if it is new, 200 if it is known; `Location` is its address. The same text from the same source (`url`,
        else `id`, else the text itself) is stored once; another text from the same source becomes its newest version.
        The model does not run for what it has read already, unless title, date or outlet are news."""
        done = await unless_gone(request, desk.keep(article))
        response.status_code = 201 if done.created else 200
        response.headers["Location"] = location(done.id)
        return await run_in_threadpool(whole, desk, done.id, with_text=asked.with_text)

    @router.get(
        "/v1/articles",
        operation_id="listArticles",
        summary="List the articles",
        responses=answers(),
    )
    def list_articles(desk: TheDesk, asked: Annotated[PageParameters, Query()]) -> ArticlePage:
        """Current versions, those that were stored last first. Articles stored meanwhile do not move the pages."""
        before = place_in(asked.page_token, _LIST, 1)[0] if asked.page_token is not None else None
        found = articles.newest(desk.store, limit=asked.page_size + 1, before=before)
        shown = found[: asked.page_size]
        more = len(found) > len(shown)
        return ArticlePage(
            articles=[ArticleRef.of(head) for head in shown],
            next_page_token=token_behind(_LIST, shown[-1].number) if more else None,
        )

    @router.get(
        "/v1/articles/{id}",
        operation_id="getArticle",
        summary="One article with its quotes",
        responses=answers(404),
    )
    def get_article(desk: TheDesk, id: str, asked: Annotated[TextParameters, Query()]) -> ArticleRecord:
        """Every quote of it, and its versions."""
        return whole(desk, possible_id(id), with_text=asked.with_text)

    @router.delete(
        "/v1/articles/{id}",
        operation_id="deleteArticle",
        summary="Take an article down",
        responses=answers(404, 507),
    )
    def delete_article(desk: TheDesk, id: str, asked: Annotated[DeleteParameters, Query()]) -> TakeDown:
        """Its text, its quotes, what is searched and compared of them, and speakers whom only it had are gone for good,
        from the database and from memory. If it was the newest version, the one before becomes current."""
        done = desk.take_down(possible_id(id), all_versions=asked.all_versions)
        if done is None:
            raise not_found("article")
        return TakeDown(articles=done.articles, quotes=done.quotes, scrubbed=done.scrubbed)

    return router
