"""``POST /v1/checks``: did they say it?"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query

from ainoi_service.api import examples
from ainoi_service.api.records import CheckRecord
from ainoi_service.api.routing import TheDesk, answers
from ainoi_service.requests import CheckRequest, NoParameters
from ainoi_service.store import speakers


def routes() -> APIRouter:
    """The route of checks."""
    router = APIRouter(tags=["checks"])

    @router.post(
        "/v1/checks",
        operation_id="checkClaim",
        summary="Did they say it?",
        responses=answers(400, 413, 415),
    )
    def check_claim(
        desk: TheDesk,
        asked: Annotated[NoParameters, Query()],
        claim: Annotated[
            CheckRequest,
            Body(openapi_examples={"claim": {"summary": "A claim", "value": examples.CHECK_REQUEST}}),
        ],
    ) -> CheckRecord:
        """`denied`: an article says that they denied it, or did not say it; before `verbatim`: the words stand in a
        quote of theirs, whatever the diacritics; before `close`: the same in other words; before `said_by_other`, where
        a speaker was asked for; before `not_found`. Quotes are ranked and linked; whether what was said is true is not
        judged."""
        speaker = (claim.speaker or "").strip() or None
        found = desk.check(claim.claim, speaker, claim.from_, claim.to)
        return CheckRecord.of(found, speakers.find(desk.store, speaker) if speaker is not None else None)

    return router
