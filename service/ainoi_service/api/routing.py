"""What all routes of the interface have in common: how they get the desk, and how OpenAPI tells their answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from ainoi_service import problems
from ainoi_service.desk import Desk, desk_of

TheDesk = Annotated[Desk, Depends(desk_of)]

LONGEST_ID = 300
JSON_LINES = ("application/jsonl", "application/x-ndjson", "application/ndjson", "application/jsonlines")
"""What people call JSON Lines. No form of another site's page can send any of them."""


def possible_id(id: str) -> str:
    """``id`` if anything may be called so. Raises ``HTTPException`` 404."""
    if not 0 < len(id) <= LONGEST_ID or not id.isprintable():
        raise HTTPException(404, "there is nothing with this id")
    return id


def not_found(what: str) -> HTTPException:
    """The answer for an id that nothing has."""
    return HTTPException(404, f"there is no {what} with this id")


def require_type(request: Request, allowed: Sequence[str]) -> None:
    """Raises ``HTTPException`` 415 for a body of another kind."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in allowed:
        raise HTTPException(415, f"send the body as {allowed[0]}")


def answers(*problem: int, success: tuple[int, ...] = (200,)) -> dict[int | str, Any]:
    """OpenAPI documentation of a route's answers in JSON; the problems of any route are among them.

    The examples stand in ``examples.ANSWERS``, and are put in at last: FastAPI would drop what is null in them.
    """
    good: dict[int | str, Any] = {status: {"content": {"application/json": {}}} for status in success}
    return {**good, **problems.responses(*sorted({*problem, 422, 500, 503}))}


def json_lines(*entries: object) -> str:
    """Examples as JSON Lines."""
    return "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
