"""Whether a request is let in: by its key, and by how often that key has asked."""

from __future__ import annotations

from collections.abc import Iterable

from ainoi_service.guard.credentials import secret_in
from ainoi_service.guard.errors import NotLetInError, NotReadyError, RateLimitedError
from ainoi_service.guard.exposure import OpenTo
from ainoi_service.guard.own_host import require_own_host
from ainoi_service.guard.rates import Rates
from ainoi_service.guard.ring import KeyRing
from ainoi_service.store.errors import StoreError

Headers = Iterable[tuple[bytes, bytes]]


class Gate:
    """Shut until ``open_with`` has said by which keys it opens.

    While the store has no key ``open_to`` says who is let in, whether the store answers or not; a store that ever had
    one stays guarded. What comes without a key is not counted: behind a proxy all callers have one address, and
    admission bounds the work.
    """

    def __init__(self, requests_per_minute: int) -> None:
        self._rates = Rates(requests_per_minute)
        self.ring: KeyRing | None = None
        self._open_to: OpenTo = "nobody"

    def open_with(self, ring: KeyRing, *, open_to: OpenTo) -> None:
        """From here on these keys are good."""
        self.ring, self._open_to = ring, open_to

    def shut(self) -> None:
        """From here on nobody is let in."""
        self.ring = None

    @property
    def closed(self) -> bool:
        """Whether nobody is let in now, with or without a key. Known without asking the store."""
        return self.ring is None or (self.ring.stale and not self._needs_no_key(self.ring))

    def admit(self, headers: Headers) -> str | None:
        """Let a request with these headers in: id of its key, None where none is needed.

        Raises NotReadyError, StoreError (keys that could not be read for long), NotLetInError, RateLimitedError, and
        HTTPException 400 for a ``Host`` that is not this machine's, where that is what guards it.
        """
        ring = self.ring
        if ring is None:
            raise NotReadyError("the service is not up")
        if self._needs_no_key(ring):
            if self._open_to == "this machine":
                require_own_host(headers)
            return None
        if ring.stale:
            raise StoreError("store_unreachable", "the keys cannot be read")
        secret = secret_in(headers)
        if secret is None:
            raise NotLetInError("a key is needed: Authorization: Bearer KEY, or Basic with the key as password")
        key = ring.find(secret)
        if key is None:
            raise NotLetInError("the key is not known here, or was revoked")
        ring.note_use(key.id)
        wait = self._rates.admit(key)
        if wait is not None:
            raise RateLimitedError("the key has asked too often", retry_after=wait)
        return key.id

    def _needs_no_key(self, ring: KeyRing) -> bool:
        return self._open_to != "nobody" and not ring.any
