"""What the store asks about names; who knows the registry and the language answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Names(Protocol):
    """Knowledge of names that the store does not have itself."""

    def name(self, speaker_id: str) -> str | None:
        """What the registry calls the speaker with this id; None for one that it does not know."""

    def aliases(self, speaker_id: str) -> Sequence[str]:
        """The registry's other names of that speaker."""

    def bare(self, mention: str) -> str:
        """``mention`` without titles and honorifics before the name: *Tổng thống Zelensky* → *Zelensky*."""


class PlainNames:
    """``Names`` of somebody who knows no registry and no titles."""

    def name(self, speaker_id: str) -> None:
        """None."""

    def aliases(self, speaker_id: str) -> Sequence[str]:
        """None."""
        return ()

    def bare(self, mention: str) -> str:
        """The mention itself."""
        return mention
