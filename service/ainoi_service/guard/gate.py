"""Whether a request is let in: by its key, and by how often that key has asked."""

from __future__ import annotations

from collections.abc import Iterable

from ainoi_service.guard.credentials import secret_in
from ainoi_service.guard.errors import NotLetInError, NotReadyError, RateLimitedError
from ainoi_service.guard.rates import Rates
from ainoi_service.guard.ring import KeyRing
from ainoi_service.store.errors import StoreError

Headers = Iterable[tuple[bytes, bytes]]


class Gate:
    """Shut until ``open_with`` has said by which keys it opens.

    Without any key in the store everybody is let in, if ``may_be_open``; a store that ever had one stays guarded. What
    comes without a key is not counted: behind a proxy all callers have one address, and admission bounds the work.
    """

    def __init__(self, requests_per_minute: int) -> None:
        self._rates = Rates(requests_per_minute)
        self.ring: KeyRing | None = None
        self._may_be_open = False

    def open_with(self, ring: KeyRing, *, may_be_open: bool) -> None:
        """From here on these keys are good."""
        self.ring, self._may_be_open = ring, may_be_open

    def shut(self) -> None:
        """From here on nobody is let in."""
        self.ring = None

    def admit(self, headers: Headers) -> str | None:
        """Let a request with these headers in: id of its key, None where none is needed.

        Raises NotReadyError, StoreError (keys that could not be read for long), NotLetInError, RateLimitedError.
        """
        ring = self.ring
        if ring is None:
            raise NotReadyError("the service is not up")
        if ring.stale:
            raise StoreError("store_unreachable", "the keys cannot be read")
        if self._may_be_open and not ring.any:
            return None
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
