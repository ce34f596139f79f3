"""Page tokens of the lists: where the page before ended, so that the next one begins behind it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json

from ainoi_service.search.cursors import InvalidCursor

_LARGEST = 2**31 - 1


def token_behind(question: str, *place: int) -> str:
    """The token of the page that begins behind ``place`` in the answer to ``question``."""
    return base64.urlsafe_b64encode(json.dumps([_digest(question), *place]).encode()).decode().rstrip("=")


def place_in(token: str, question: str, length: int) -> tuple[int, ...]:
    """The ``length`` numbers of the place. Raises InvalidCursor for what was not made here of this question."""
    try:
        value = json.loads(base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise InvalidCursor("the page token cannot be read") from error
    if not isinstance(value, list) or len(value) != length + 1:
        raise InvalidCursor("the page token cannot be read")
    of, *place = value
    if not all(type(each) is int and 0 <= each <= _LARGEST for each in place):
        raise InvalidCursor("the page token cannot be read")
    if of != _digest(question):
        raise InvalidCursor("the page token belongs to another question")
    return tuple(place)


def _digest(question: str) -> str:
    return hashlib.sha256(question.encode("utf-8", "surrogatepass")).hexdigest()[:16]
