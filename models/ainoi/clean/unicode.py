"""The shadow copy: the caller's text in one Unicode form, with a map back to every original offset.

The network and the rules read the shadow; whatever leaves the library is mapped back with :meth:`Shadow.to_source`.
The shadow is NFC, has no invisible characters, ``\\n`` for every kind of line break and one kind of space.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np
import regex

_LONGEST_CLUSTER = 32
"""Combining marks normalised together with their base; more than that is no writing, and sorting them is quadratic."""

_UNSEEN = r"[[\p{Cf}\p{Cc}]--[\t\n\v\f\r\x85]]"
_CLUSTER = regex.compile(
    rf"\r\n|[\P{{M}}--{_UNSEEN}](?:{_UNSEEN}*+\p{{M}}){{0,{_LONGEST_CLUSTER}}}|{_UNSEEN}++|\p{{M}}", regex.VERSION1
)
_INVISIBLE = regex.compile(_UNSEEN, regex.VERSION1)
_ODD = regex.compile(r"[\p{M}\p{Cf}\p{Cs}ÐðƉɖ]|[\p{Cc}\p{Z}--\n\x20]", regex.VERSION1)
_LINE_BREAKS = frozenset("\n\r\v\f\x85\u2028\u2029")
_SAME_LETTER = {"Ð": "Đ", "Ɖ": "Đ", "ð": "đ", "ɖ": "đ"}


@dataclass(frozen=True)
class Shadow:
    """``text`` is what the library reads; ``starts``/``ends`` give, for each of its characters, where it stands in the
    caller's text (both of shape ``[len(text)]``), or are None where the two texts are the same."""

    text: str
    starts: np.ndarray | None = None
    ends: np.ndarray | None = None

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        """The caller's offsets of the non-empty span ``start:end`` of the shadow."""
        if self.starts is None or self.ends is None:
            return start, end
        return int(self.starts[start]), int(self.ends[end - 1])

    def from_source(self, start: int, end: int) -> tuple[int, int]:
        """The shadow's offsets of all characters that stand for some of the caller's ``start:end`` (may be empty)."""
        if self.starts is None or self.ends is None:
            return start, end
        first = int(np.searchsorted(self.ends, start, side="right"))
        last = int(np.searchsorted(self.starts, end, side="left"))
        return first, max(first, last)


def shadow(text: str) -> Shadow:
    """Make the shadow of ``text``; linear in its length for any input."""
    if _ODD.search(text) is None and unicodedata.is_normalized("NFC", text):
        return Shadow(text)
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _CLUSTER.finditer(text):
        piece = _plain(match.group())
        if piece:
            pieces.append(piece)
            starts.extend([match.start()] * len(piece))
            ends.extend([match.end()] * len(piece))
    return Shadow("".join(pieces), np.asarray(starts, dtype=np.int64), np.asarray(ends, dtype=np.int64))


def _plain(cluster: str) -> str:
    """What the shadow shows for a base character with its combining marks; empty for what cannot be seen."""
    if cluster == "\r\n":
        return "\n"
    base, marks = cluster[0], cluster[1:] and unicodedata.normalize("NFC", _INVISIBLE.sub("", cluster[1:]))
    if base in _LINE_BREAKS:
        return "\n" + marks
    category = unicodedata.category(base)
    if base == "\t" or category.startswith("Z"):
        return " " + marks
    if category == "Cs":
        return "\ufffd" + marks
    if category in ("Cf", "Cc"):
        return ""
    return unicodedata.normalize("NFC", _SAME_LETTER.get(base, base) + marks)
