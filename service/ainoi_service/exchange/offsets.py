"""Code points and the other units in which annotation tools count."""

from __future__ import annotations

from bisect import bisect_left
from typing import Literal

Unit = Literal["code_point", "utf16"]


class Utf16:
    """Offsets in one text between code points (Python, and all of Ainói) and UTF-16 units (JavaScript's strings)."""

    def __init__(self, text: str) -> None:
        self._astral = [i for i, character in enumerate(text) if character > "\uffff"] if _has_astral(text) else []
        self._before = [position + count for count, position in enumerate(self._astral)]
        self._length = len(text)

    @property
    def differs(self) -> bool:
        """Whether the text has a character that counts one in code points and two in UTF-16."""
        return bool(self._astral)

    def of(self, code_point: int) -> int:
        """The UTF-16 offset of a code point offset."""
        return code_point + bisect_left(self._astral, code_point)

    def back(self, unit: int) -> int | None:
        """The code point offset of a UTF-16 offset; None inside a surrogate pair or outside the text."""
        pairs = bisect_left(self._before, unit)
        if pairs and self._before[pairs - 1] == unit - 1:
            return None
        code_point = unit - pairs
        return code_point if 0 <= code_point <= self._length else None


def _has_astral(text: str) -> bool:
    return not text.isascii() and max(text, default="") > "\uffff"
