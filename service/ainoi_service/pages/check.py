"""*Check a claim*: did they say it? It ranks and links; it never judges truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ainoi_service.pages.annotate import is_empty
from ainoi_service.pages.desk import Evidence
from ainoi_service.pages.serving import Site
from ainoi_service.pages.views import quote_views, sources
from ainoi_service.search.query import InvalidQuery
from ainoi_service.store import speakers
from ainoi_service.store.engine import Store

LONGEST_CLAIM = 2_000
FIELDS = ("claim", "speaker", "from", "to")


def evidence_views(store: Store, evidence: Sequence[Evidence]) -> list[Mapping[str, object]]:
    """The evidence as the page shows it."""
    quotes = [each.quote for each in evidence]
    views = quote_views(quotes, stored=True, sources=sources(store, quotes))
    return [
        {"quote": view, "similarity": each.similarity, "kind": each.kind}
        for view, each in zip(views, evidence, strict=True)
    ]


def routes(site: Site) -> APIRouter:
    """``/check``."""
    router = site.router()

    @router.get("/check")
    def check(request: Request) -> Response:
        desk = site.desk_of(request)
        given = {name: " ".join(request.query_params.get(name, "").split()) for name in FIELDS}
        claim = given["claim"][:LONGEST_CLAIM]
        result, problem, nobody = None, None, None
        if claim:
            try:
                result = desk.check(claim, given["speaker"] or None, given["from"] or None, given["to"] or None)
            except InvalidQuery as error:
                problem = str(error)
            if given["speaker"] and problem is None and not speakers.find(desk.store, given["speaker"]):
                nobody = given["speaker"]
        return site.renderer.page(
            request,
            "check.html",
            422 if problem else 200,
            form={**given, "from_": given["from"]},
            problem=problem,
            answer=result.answer if result else None,
            evidence=evidence_views(desk.store, result.evidence) if result else [],
            unknown_speaker=nobody,
            store_is_empty=is_empty(desk),
        )

    return router
