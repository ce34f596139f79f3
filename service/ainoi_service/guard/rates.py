"""How often each key may ask: a number of requests in any sixty seconds, counted in this process's memory."""

from __future__ import annotations

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from ainoi_service.guard.keys import LiveKey


class Rates:
    """Counts what each key asks. ``requests_per_minute`` holds for keys without a rate of their own."""

    def __init__(self, requests_per_minute: int) -> None:
        self._requests = requests_per_minute
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def admit(self, key: LiveKey) -> int | None:
        """Count one request of ``key``: None if it may ask, else after how many seconds (1 to 60) it may again.

        What is refused does not count.
        """
        item = RateLimitItemPerMinute(key.requests_per_minute or self._requests)
        if self._limiter.hit(item, key.id):
            return None
        free_at = self._limiter.get_window_stats(item, key.id).reset_time
        return min(max(math.ceil(free_at - time.time()), 1), 60)
