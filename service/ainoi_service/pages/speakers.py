"""*Speakers*: who is quoted, how often, when, and where."""

from __future__ import annotations

import re

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ainoi_service.pages.annotate import is_empty
from ainoi_service.pages.links import address
from ainoi_service.pages.lookup import FacetLink, last_day
from ainoi_service.pages.serving import Site
from ainoi_service.pages.timeline import timeline
from ainoi_service.pages.views import quote_views, sources
from ainoi_service.store import speakers

PAGE = 50
"""Speakers on one page of the list."""
LATEST = 10
"""Quotes on a speaker's page."""
_Q_ID = re.compile(r"Q[1-9][0-9]{0,14}")
_CAUTIONS = {"name:": "unverified", "article:": "article_only"}
"""What the beginning of an id says of an identity (texts ``speaker.*``)."""


def wikidata(id: str | None) -> str | None:
    """Address of a Q-id; None for anything else."""
    return f"https://www.wikidata.org/wiki/{id}" if id and _Q_ID.fullmatch(id) else None


def routes(site: Site) -> APIRouter:
    """``/speakers`` and ``/speakers/{id}``."""
    router = site.router()

    @router.get("/speakers")
    def listed(request: Request, q: str = "", after: str = "") -> Response:
        desk = site.desk_of(request)
        q = " ".join(q[:300].split())
        last = speakers.profile(desk.store, after) if after else None
        place = (last.quotes, last.speaker.number) if last else None
        found = speakers.listed(desk.store, limit=PAGE + 1, after=place, text=q or None)
        most = max((each.quotes for each in found), default=1)
        return site.renderer.page(
            request,
            "speakers.html",
            q=q,
            speakers=[
                {
                    "name": each.speaker.name,
                    "quotes": each.quotes,
                    "share": round(each.quotes / most * 100, 1),
                    "page": address("/speakers", each.speaker.id),
                }
                for each in found[:PAGE]
            ],
            first=address("/speakers", q=q) if last else None,
            next=address("/speakers", q=q, after=found[PAGE - 1].speaker.id) if len(found) > PAGE else None,
            store_is_empty=not found and not q and is_empty(desk),
        )

    @router.get("/speakers/{id:path}")
    def one(request: Request, id: str) -> Response:
        desk = site.desk_of(request)
        profile = speakers.profile(desk.store, id)
        if profile is None:
            raise HTTPException(404)
        latest = speakers.latest(desk.store, id, limit=LATEST)
        months = dict(profile.months)
        most = max((count for _, count in profile.outlets), default=1)
        return site.renderer.page(
            request,
            "speaker.html",
            speaker={
                "name": profile.speaker.name,
                "kind": profile.speaker.kind,
                "quotes": profile.quotes,
                "aliases": profile.speaker.aliases,
                "wikidata": wikidata(profile.speaker.wikidata),
                "caution": next((words for start, words in _CAUTIONS.items() if id.startswith(start)), None),
            },
            timeline=timeline(months),
            month_links={
                month: address("/lookup", speaker=id, **{"from": f"{month}-01", "to": last_day(month)})
                for month in months
            },
            quotes=quote_views(latest, stored=True, sources=sources(desk.store, latest)),
            offices=desk.offices(id),
            outlets=[
                FacetLink(
                    name, count, address("/lookup", speaker=id, outlet=name), round(count / most * 100, 1), chosen=False
                )
                for name, count in profile.outlets[:20]
            ],
            all_quotes=address("/lookup", speaker=id, sort="newest"),
        )

    return router
