"""The keys of a store, in memory: a request never waits for the database to be let in.

A thread of its own reads them again every two seconds, so that a key made or revoked by another process counts in this
one. While the store does not answer, nobody can revoke a key in it either, and the known keys stay good for a while.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from ainoi import AinoiError
from ainoi_service.guard.keys import LiveKey, digest_of, matching
from ainoi_service.store import api_keys
from ainoi_service.store.engine import Store, utc_now

_log = logging.getLogger(__name__)

REFRESH_SECONDS = 2.0
STALE_SECONDS = 300.0
"""How long keys are good for that could not be read again."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What was last read, and when by the monotonic clock."""

    live: tuple[LiveKey, ...]
    any: bool
    at: float


class KeyRing:
    """Entered, it reads the keys and goes on reading them until it is left. Raises StoreError."""

    def __init__(
        self,
        store: Store,
        *,
        refresh_seconds: float = REFRESH_SECONDS,
        stale_seconds: float = STALE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._refresh_seconds = refresh_seconds
        self._stale_seconds = stale_seconds
        self._clock = clock
        self._read = _Read((), False, -float("inf"))
        self._used: set[str] = set()
        self._noted: set[tuple[str, int]] = set()
        self._ends = threading.Event()
        self._reader = threading.Thread(target=self._go_on_reading, name="ainoi-keys", daemon=True)
        self._writer: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.refresh()
        self._reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        for thread in (self._reader, self._writer):
            if thread is not None and thread.is_alive():
                thread.join()

    def refresh(self) -> None:
        """Read the keys. Raises StoreError."""
        began = self._clock()
        keys = api_keys.every(self._store)
        live = tuple(LiveKey(key.id, bytes.fromhex(key.sha256), key.requests_per_minute) for key in keys if key.live)
        self._read = _Read(live, bool(keys), began)

    @property
    def any(self) -> bool:
        """Whether the store has, or ever had, a key."""
        return self._read.any

    @property
    def any_live(self) -> bool:
        """Whether the store has a key that opens the service."""
        return bool(self._read.live)

    @property
    def stale(self) -> bool:
        """Whether the keys could not be read for so long that none of them is good any more."""
        return self._clock() - self._read.at > self._stale_seconds

    def find(self, secret: bytes) -> LiveKey | None:
        """The key that ``secret`` is; None if it is none, or one that was revoked."""
        return matching(digest_of(secret), self._read.live)

    def note_use(self, id: str) -> None:
        """Have it written down that the key was used today."""
        self._used.add(id)

    def _go_on_reading(self) -> None:
        told = ""
        while not self._ends.wait(self._refresh_seconds):
            try:
                self.refresh()
                self._note_uses()
                told = ""
            except Exception as error:  # whatever it is: were this thread to end, no revoked key would ever be shut out
                if told != (kind := type(error).__name__):
                    _log.warning("the keys cannot be read: %s", _named(error))
                told = kind

    def _note_uses(self) -> None:
        """Write new uses of this day down, in another thread: a writer may have to wait, keys must not.

        Tried once for each key and day: where the store cannot be written, that is no news.
        """
        now = utc_now()
        day = now.year * 10_000 + now.month * 100 + now.day
        if self._writer is not None and self._writer.is_alive():
            return
        used, self._used = self._used, set()  # a use that comes in between is lost; keys are used more than once
        new = {(id, day) for id in used} - self._noted
        if not new:
            return
        self._noted = {(id, on) for id, on in self._noted if on == day} | new
        ids = [id for id, _ in new]
        self._writer = threading.Thread(target=self._write_uses, args=(ids, day), name="ainoi-key-uses", daemon=True)
        self._writer.start()

    def _write_uses(self, ids: list[str], day: int) -> None:
        try:
            api_keys.note_use(self._store, ids, day)
        except Exception as error:
            _log.warning("it cannot be written down which keys were used: %s", _named(error))


def _named(error: Exception) -> str:
    """What a log may say of an error: the text of one of our own, else its kind alone."""
    return str(error) if isinstance(error, AinoiError) else type(error).__name__
