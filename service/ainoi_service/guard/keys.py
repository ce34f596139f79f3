"""What a key is: 256 random bits that are shown once, and a hash of them that is kept.

A key has as many bits as its hash, so that nobody guesses one and a slow hash would protect nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from ainoi_service.store import api_keys
from ainoi_service.store.api_keys import StoredKey
from ainoi_service.store.engine import Store

PREFIX = "ainoi_"
"""What every key begins with: people and scanners for lost secrets know it by that."""
BYTES = 32
"""Random bytes of a key."""
LONGEST_LABEL = 200
"""Code points of what a key is called."""


@dataclass(frozen=True, slots=True)
class LiveKey:
    """A key that opens the service. Without ``requests_per_minute`` the service's limit holds."""

    id: str
    digest: bytes
    requests_per_minute: int | None


def digest_of(secret: bytes) -> bytes:
    """What of a key is kept and compared."""
    return hashlib.sha256(secret).digest()


def make(store: Store, label: str, *, requests_per_minute: int | None = None) -> tuple[str, StoredKey]:
    """A new key, which nobody can show again, and what the store has of it.

    Raises ValueError for a label that cannot be listed in one line or a rate below 1, and StoreError.
    """
    if not label.strip() or not label.isprintable() or len(label) > LONGEST_LABEL:
        raise ValueError(f"a label is 1 to {LONGEST_LABEL} printable characters")
    if requests_per_minute is not None and requests_per_minute < 1:
        raise ValueError("a key may ask at least once a minute")
    secret = PREFIX + secrets.token_urlsafe(BYTES)
    stored = api_keys.add(
        store,
        id=secrets.token_hex(4),
        label=label,
        sha256=digest_of(secret.encode()).hex(),
        requests_per_minute=requests_per_minute,
    )
    return secret, stored


def matching(digest: bytes, keys: Sequence[LiveKey]) -> LiveKey | None:
    """The key with this digest. It is compared with every one, and as a whole: how long that takes tells nothing."""
    found = None
    for key in keys:
        if hmac.compare_digest(key.digest, digest):
            found = key
    return found
