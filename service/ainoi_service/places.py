"""Room for some things at once: one more is refused, not queued."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.exceptions import HTTPException

RETRY_SECONDS = 10
"""When to come again."""


class Places:
    """``most`` of them. Lives on one event loop. ``what``, in the plural, is what takes them."""

    def __init__(self, most: int, what: str) -> None:
        self._most = most
        self._what = what
        self._taken = 0

    def require(self) -> None:
        """Raises ``HTTPException`` 429 if none is free."""
        if self._taken >= self._most:
            raise HTTPException(429, f"too many {self._what} are running", {"Retry-After": str(RETRY_SECONDS)})

    @contextmanager
    def taken(self) -> Iterator[None]:
        """A place, until the block ends. Raises ``HTTPException`` 429."""
        self.require()
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1
