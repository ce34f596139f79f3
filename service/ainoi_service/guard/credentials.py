"""The key that a request carries: ``Authorization: Bearer KEY``, or for browsers HTTP Basic with it as the password."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable

CHALLENGES = ('Basic realm="Ainoi", charset="UTF-8"', 'Bearer realm="Ainoi"')
"""What ``WWW-Authenticate`` says, one header each: browsers then ask for a name and a password."""


def secret_in(headers: Iterable[tuple[bytes, bytes]]) -> bytes | None:
    """The key in a request's headers (names in lower case); None without one. Of two, neither counts."""
    given = [value for name, value in headers if name == b"authorization"]
    if len(given) != 1:
        return None
    scheme, _, rest = given[0].strip().partition(b" ")
    match scheme.lower():
        case b"bearer":
            return rest.strip() or None
        case b"basic":
            return _password(rest.strip())
    return None


def _password(encoded: bytes) -> bytes | None:
    """The password of a pair; the user's name may be any."""
    try:
        _, colon, password = base64.b64decode(encoded, validate=True).partition(b":")
    except binascii.Error:
        return None
    return password if colon and password else None
