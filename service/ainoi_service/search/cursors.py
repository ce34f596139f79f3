"""Page tokens: where a page ended, so that the next begins behind it whatever has been added or removed meanwhile."""

from __future__ import annotations

import base64
import binascii
import json
import re

from ainoi import AinoiError
from ainoi_service.search.index import Place
from ainoi_service.search.matching import Tier

_ID = re.compile(r"[\x21-\x7e]{1,64}")
_LATEST_DAY = 9999_12_31


class InvalidCursor(AinoiError):
    """A page token that was not made here, or for another query."""

    code = "bad_page_token"


def page_token(digest: str, place: Place) -> str:
    """The token of the page behind ``place``, in the answer to the query with this digest."""
    return base64.urlsafe_b64encode(json.dumps([digest, *place], separators=(",", ":")).encode()).decode().rstrip("=")


def place_of(token: str, digest: str) -> Place:
    """Where the page before ended. Raises InvalidCursor."""
    try:
        value = json.loads(base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise InvalidCursor("the page token cannot be read") from error
    match value:
        case [str(of), int(tier), int(day), str(id)] if _possible(tier, day, id):
            if of != digest:
                raise InvalidCursor("the page token belongs to another query")
            return Place(tier, day, id)
        case _:
            raise InvalidCursor("the page token cannot be read")


def _possible(tier: int, day: int, id: str) -> bool:
    return tier in set(Tier) and 0 <= day <= _LATEST_DAY and _ID.fullmatch(id) is not None
