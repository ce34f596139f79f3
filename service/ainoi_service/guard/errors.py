"""Why a request was not let in, and why the service does not take any."""

from __future__ import annotations

from ainoi import AinoiError


class NotLetInError(AinoiError):
    """The request has no key, or one that is no good."""

    code = "unauthorized"


class RateLimitedError(AinoiError):
    """The key has asked too often. ``retry_after``: whole seconds, at least 1, until it may again."""

    code = "rate_limited"

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NotReadyError(AinoiError):
    """The service cannot take requests now."""

    code = "not_ready"
