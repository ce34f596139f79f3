"""``/v1/speakers``: who is quoted, when, where, and in what office."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from ainoi_service.api.records import QuotedSpeaker, SpeakerPage, SpeakerRecord
from ainoi_service.api.routing import TheDesk, answers, not_found, possible_id
from ainoi_service.api.tokens import place_in, token_behind
from ainoi_service.requests import NoParameters, SpeakersParameters
from ainoi_service.store import speakers

LATEST = 10
"""Quotes told with a speaker."""


def routes() -> APIRouter:
    """The routes of speakers."""
    router = APIRouter(tags=["speakers"])

    @router.get(
        "/v1/speakers",
        operation_id="listSpeakers",
        summary="List the speakers",
        responses=answers(),
    )
    def list_speakers(desk: TheDesk, asked: Annotated[SpeakersParameters, Query()]) -> SpeakerPage:
        """Everybody who is quoted by name, the most quoted first."""
        words = asked.q.strip() if asked.q else None
        question = f"speakers {words or ''}"
        place = place_in(asked.page_token, question, 2) if asked.page_token is not None else None
        after = (place[0], place[1]) if place is not None else None
        found = speakers.listed(desk.store, limit=asked.page_size + 1, after=after, text=words or None)
        shown = found[: asked.page_size]
        more = len(found) > len(shown)
        return SpeakerPage(
            speakers=[QuotedSpeaker.counted(each) for each in shown],
            next_page_token=token_behind(question, shown[-1].quotes, shown[-1].speaker.number) if more else None,
        )

    @router.get(
        "/v1/speakers/{id:path}",
        operation_id="getSpeaker",
        summary="One speaker",
        responses=answers(404),
    )
    def get_speaker(desk: TheDesk, id: str, asked: Annotated[NoParameters, Query()]) -> SpeakerRecord:
        """Names, offices (of the registry), counts by month and outlet, and the latest quotes."""
        profile = speakers.profile(desk.store, possible_id(id))
        if profile is None:
            raise not_found("speaker")
        return SpeakerRecord.whole(profile, desk.offices(id), speakers.latest(desk.store, id, limit=LATEST))

    return router
