"""What a reader says of a quote: right, wrong, or somebody else's words; and that he takes it back.

Kept, and never overwritten by a model."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ainoi import Speaker
from ainoi.schema import SpeakerKind
from ainoi_service.pages.rendering import go
from ainoi_service.pages.serving import Site
from ainoi_service.pages.views import source_of
from ainoi_service.store import corrections, quotes
from ainoi_service.store.engine import Store
from ainoi_service.store.records import StoredQuote

LONGEST_NAME = 200


def routes(site: Site) -> APIRouter:
    """``/quotes/{id}/verdict`` and ``/quotes/{id}/speaker``; both lead back to the quote in its article."""
    router = site.router()

    @router.post("/quotes/{id}/verdict")
    def verdict(request: Request, id: str, verdict: Annotated[Literal["right", "wrong", "none"], Form()]) -> Response:
        store = site.desk_of(request).store
        marked = corrections.mark(store, id, None if verdict == "none" else verdict)
        if marked is None:
            raise HTTPException(404)
        return _back(marked, "taken_back" if verdict == "none" else verdict)

    @router.post("/quotes/{id}/speaker")
    def speaker(
        request: Request,
        id: str,
        speaker: Annotated[str, Form(max_length=400)] = "",
        name: Annotated[str, Form(max_length=LONGEST_NAME)] = "",
        kind: Annotated[Literal["person", "organization"], Form()] = "person",
    ) -> Response:
        store = site.desk_of(request).store
        corrected = corrections.correct_speaker(store, id, _meant(store, id, speaker, name, SpeakerKind(kind)))
        if corrected is None:
            raise HTTPException(404)
        return _back(corrected, "corrected")

    return router


def _back(quote: StoredQuote, notice: str) -> Response:
    return go(source_of(quote.article, quote.id).page, notice=notice)


def _meant(store: Store, id: str, choice: str, name: str, kind: SpeakerKind) -> Speaker:
    """The speaker that the form means. Raises ``HTTPException``: 404 no such quote, 422 no such speaker."""
    if choice in ("unnamed", "unknown"):
        return Speaker(kind=SpeakerKind(choice), confidence=1.0)
    if choice.startswith("id:"):
        return _offered(store, id, choice.removeprefix("id:"))
    if not name.strip() or "\x00" in name:
        raise HTTPException(422)
    return corrections.chosen_speaker(store, name, kind)


def _offered(store: Store, quote_id: str, speaker_id: str) -> Speaker:
    """One of the speakers that the article's page offers for the quote."""
    with store.read() as connection:
        quote = quotes.by_id(connection, quote_id)
        if quote is None:
            raise HTTPException(404)
        others = quotes.of_article(connection, quote.article.id)
    for each in others:
        if each.speaker.id == speaker_id:
            return Speaker(
                id=speaker_id,
                name=each.speaker.name,
                kind=each.speaker.kind,
                wikidata=each.speaker.wikidata,
                members=each.speaker.members,
                confidence=1.0,
            )
    for other in quote.speaker.alternatives:
        if other.id == speaker_id:
            return Speaker(id=other.id, name=other.name, kind=other.kind, confidence=1.0)
    raise HTTPException(422)
