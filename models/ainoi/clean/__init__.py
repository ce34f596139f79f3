"""What of a text is the article's own, in one Unicode form, with a map back to the caller's offsets."""

from __future__ import annotations

from dataclasses import dataclass

from ainoi.clean.furniture import EXCLUDED, Block, Furniture
from ainoi.clean.repeats import Repeat, find_repeats
from ainoi.clean.unicode import Shadow, shadow

__all__ = ["Cleaned", "clean"]


@dataclass(frozen=True)
class Cleaned:
    """An article ready to be read. ``blocks`` and ``repeats`` count characters of the shadow."""

    shadow: Shadow
    blocks: list[Block]
    repeats: list[Repeat]

    @property
    def text(self) -> str:
        """The text that the following steps read."""
        return self.shadow.text

    @property
    def excluded(self) -> list[tuple[int, int]]:
        """Stretches in which nothing is a quote, in order and without overlap."""
        merged: list[tuple[int, int]] = []
        for block in self.blocks:
            if block.kind in EXCLUDED:
                if merged and block.start <= merged[-1][1]:
                    merged[-1] = (merged[-1][0], max(merged[-1][1], block.end))
                else:
                    merged.append((block.start, block.end))
        return merged


def clean(text: str, furniture: Furniture) -> Cleaned:
    """Make the shadow copy of ``text`` and find its furniture and repeated passages; linear in its length."""
    copy = shadow(text)
    return Cleaned(copy, furniture.find(copy.text), find_repeats(copy.text))
