"""That the service was told to stop: known to its probe before it takes no more requests."""

from __future__ import annotations


class Drain:
    """``begun`` once it was told."""

    def __init__(self) -> None:
        self.begun = False

    def begin(self) -> None:
        """From here on send requests elsewhere."""
        self.begun = True
