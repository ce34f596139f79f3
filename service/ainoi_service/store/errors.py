"""Why a store cannot be opened or cannot take something."""

from __future__ import annotations

from typing import Literal

from ainoi import AinoiError

StoreErrorCode = Literal[
    "store_bad_url",
    "store_unreachable",
    "store_read_only",
    "store_damaged",
    "store_foreign",
    "store_too_new",
    "store_busy",
    "store_timeout",
    "store_full",
    "bad_characters",
]


class StoreError(AinoiError):
    """The store cannot do what it was asked. ``code`` is one of ``StoreErrorCode``; ``docs/store.md`` explains each."""

    def __init__(self, code: StoreErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code
