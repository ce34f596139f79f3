"""Texts that a worker was reading when it was lost: they are read alone the next time, always if they are slow, and not
at all once they have ended more workers."""

from __future__ import annotations

from collections import OrderedDict

REMEMBERED = 1_000
"""Texts; the oldest are forgotten first."""

ENOUGH = 2
"""Workers that a text ends, each with nothing else to read, before it is given to no other."""


class Suspects:
    """Knows texts by their hash."""

    def __init__(self) -> None:
        self._ended: OrderedDict[str, int] = OrderedDict()

    def add(self, sha256: str, *, alone: bool) -> None:
        """A worker was lost while it read this text; ``alone``: it ended by itself, and read nothing else."""
        self._ended[sha256] = self._ended.pop(sha256, 0) + alone
        while len(self._ended) > REMEMBERED:
            self._ended.popitem(last=False)

    def survived(self, sha256: str, *, slow: bool) -> None:
        """A worker has read this text and lives: it is forgotten, unless it is so ``slow`` that a worker for ordinary
        articles would be killed for it."""
        if slow and sha256 in self._ended:
            self._ended[sha256] = 0
        else:
            self._ended.pop(sha256, None)

    def __contains__(self, sha256: str) -> bool:
        return sha256 in self._ended

    def __bool__(self) -> bool:
        return bool(self._ended)

    def is_deadly(self, sha256: str) -> bool:
        """Whether it has ended so many workers that no other may read it."""
        return self._ended.get(sha256, 0) >= ENOUGH
