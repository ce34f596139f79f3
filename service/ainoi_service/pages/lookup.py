"""*Look up*: words, filters, and what they find, with its facets."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ainoi.schema import Act, QuoteType
from ainoi_service.exchange.formats import ARTICLE_FORMATS, QUOTE_FORMATS
from ainoi_service.pages.annotate import is_empty
from ainoi_service.pages.language import Texts, texts
from ainoi_service.pages.links import address
from ainoi_service.pages.rendering import language_of
from ainoi_service.pages.serving import Site
from ainoi_service.pages.views import QuoteView, quote_views, sources
from ainoi_service.search.cursors import InvalidCursor
from ainoi_service.search.lookup import FacetValue, Hit, Lookup, Page
from ainoi_service.search.query import InvalidQuery, QuoteQuery
from ainoi_service.store import speakers
from ainoi_service.store.engine import Store

FIELDS = ("q", "speaker", "from", "to", "dateField", "outlet", "type", "act", "minConfidence", "sort")
"""Parameters of the page: those of ``GET /v1/quotes``, and as there what is empty is left out."""
_FILTERS = ("speaker", "from", "to", "outlet", "type", "act", "minConfidence")
_DATES = ("from", "to")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form holds, as the reader wrote it."""

    given: Mapping[str, str]

    def page(self, **changes: str | None) -> str:
        """Address of the page with some of it changed; the first one of its result."""
        return address("/lookup", **cast(dict[str, object], {**self.given, **changes}))

    def export(self, format: str) -> str:
        """Address of the whole result in a format."""
        return address("/v1/quotes", **cast(dict[str, object], {**self.given, "format": format}))

    def query(self, page_token: str | None = None) -> QuoteQuery:
        """The query meant. Raises ``InvalidQuery``."""
        given = self.given
        return QuoteQuery(
            q=given.get("q"),
            speaker=given.get("speaker"),
            from_=given.get("from"),
            to=given.get("to"),
            date_field=_one_of("dateField", given.get("dateField", "published"), ("published", "said")),
            outlet=given.get("outlet"),
            type=_member("type", QuoteType, given.get("type")),
            act=_member("act", Act, given.get("act")),
            min_confidence=_number("minConfidence", given.get("minConfidence", "0")),
            sort=_one_of("sort", given.get("sort", "relevance"), ("relevance", "newest")),
            page_token=page_token,
        )


def asked(request: Request) -> Asked:
    """The parameters of ``request`` that are not empty."""
    values = {name: request.query_params.get(name, "").strip() for name in FIELDS}
    return Asked({name: value for name, value in values.items() if value})


def _one_of(field: str, value: str, allowed: tuple[str, ...]) -> Any:
    if value not in allowed:
        raise InvalidQuery(field, "not one of " + ", ".join(allowed))
    return value


def _member(field: str, members: Any, value: str | None) -> Any:
    return None if value is None else members(_one_of(field, value, tuple(each.value for each in members)))


def _number(field: str, value: str) -> float:
    digits = value.replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidQuery(field, "not a number")
    return float(value)


@dataclass(frozen=True, slots=True)
class Found:
    """A quote found. ``tier`` is told where the words are not there as they were asked for."""

    quote: QuoteView
    tier: int | None


@dataclass(frozen=True, slots=True)
class FacetLink:
    """A value of a facet: where it leads, and its share of the commonest one's count in per cent."""

    label: str
    count: int
    href: str
    share: float
    chosen: bool


@dataclass(frozen=True, slots=True)
class FacetView:
    """One facet of a result."""

    name: str
    values: tuple[FacetLink, ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, and the address without it."""

    label: str
    without: str


def found(store: Store, hits: list[Hit], *, words: bool) -> list[Found]:
    """Hits as the page shows them; ``words``: some were asked for."""
    views = quote_views(
        [hit.quote for hit in hits],
        stored=True,
        sources=sources(store, [hit.quote for hit in hits]),
        hits={hit.quote.id: hit.highlights for hit in hits},
    )
    return [Found(view, int(hit.tier) or None if words else None) for view, hit in zip(views, hits, strict=True)]


def last_day(month: str) -> str:
    """The last day of ``YYYY-MM``."""
    year, _, number = month.partition("-")
    return f"{month}-{calendar.monthrange(int(year), int(number))[1]:02d}"


def facet_views(page: Page, form: Asked) -> list[FacetView]:
    """The facets of a result; a value that is in force leads to the result without it."""
    return [
        FacetView(name, tuple(_link(name, value, max(one.count for one in values), form) for value in values))
        for name, all_values in page.facets.items()
        if (values := [value for value in all_values if value.value])
    ]


def _link(facet: str, value: FacetValue, most: int, form: Asked) -> FacetLink:
    changes: dict[str, str | None] = {facet: value.value}
    if facet == "month":
        changes = {"from": f"{value.value}-01", "to": last_day(value.value)}
    chosen = all(form.given.get(name) == wanted for name, wanted in changes.items())
    if chosen:
        changes = dict.fromkeys(changes)
    share = round(value.count / most * 100, 1)
    return FacetLink(value.label, value.count, form.page(**changes), share, chosen)


def chips(form: Asked, page: Page, t: Texts) -> list[Chip]:
    """The filters in force."""
    labels = {value.value: value.label for value in page.facets["speaker"]}
    views = []
    for name in _FILTERS:
        value = form.given.get(name)
        if value is None:
            continue
        label = value
        if name == "speaker":
            label = labels.get(value, value)
        elif name in _DATES:
            label = f"{t(f'lookup.{name}')} {t.date(value)}"
        elif name in ("type", "act") and f"quote.{value}" in t.words:
            label = t(f"quote.{value}")
        elif name == "minConfidence":
            label = f"≥ {t.percent(float(value))}"
        views.append(Chip(label, form.page(**{name: None})))
    return views


def search(lookup: Lookup, form: Asked, token: str | None) -> tuple[Page, bool]:
    """The page asked for; the first one, and True, if the token is no good any more. Raises ``InvalidQuery``."""
    query = form.query(token)
    try:
        return lookup.search(query), False
    except InvalidCursor:
        return lookup.search(replace(query, page_token=None)), True


def speaker_words(store: Store, speaker: str) -> str:
    """What the form's field shows for a speaker asked for: the name instead of an id, where it means the same."""
    known = speakers.get(store, speaker) if speaker else None
    if known is None:
        return speaker
    return known.name if [each.id for each in speakers.find(store, known.name)] == [known.id] else speaker


def routes(site: Site) -> APIRouter:
    """``/lookup``."""
    router = site.router()

    @router.get("/lookup")
    def look_up(request: Request) -> Response:
        desk, form, t = site.desk_of(request), asked(request), texts(language_of(request))
        token = request.query_params.get("pageToken") or None
        page, bad_page, problem = None, False, None
        try:
            page, bad_page = search(desk.lookup, form, token)
        except InvalidQuery as error:
            problem = str(error)
        shown = found(desk.store, page.hits, words="q" in form.given) if page else []
        following = page.next_page_token if page else None
        values = {name: form.given.get(name, "") for name in FIELDS}
        values["speaker"] = speaker_words(desk.store, values["speaker"])
        return site.renderer.page(
            request,
            "lookup.html",
            422 if problem else 200,
            form={
                **values,
                "from_": values["from"],
                "date_field": values["dateField"],
                "min_confidence": values["minConfidence"],
                "filtered": any(name in form.given for name in FIELDS if name not in ("q", "speaker")),
            },
            problem=problem,
            bad_page=bad_page,
            hits=shown,
            total=page.total if page else 0,
            facets=facet_views(page, form) if page else [],
            chips=chips(form, page, t) if page else [],
            clear=form.page(**dict.fromkeys(_FILTERS)),
            first=form.page() if token and not bad_page else None,
            next=form.page(pageToken=following) if following else None,
            downloads=[(t(f"export.{name}"), form.export(name)) for name in (*QUOTE_FORMATS, *ARTICLE_FORMATS)],
            store_is_empty=not shown and is_empty(desk),
        )

    return router
