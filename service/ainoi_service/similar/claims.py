"""A claim as fact-checkers write it, cut down to what was said; and the stretches of a quote that are as long as it."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence

import regex

from ainoi_service.search.folding import Token

_MARKS = "\"'“”„‟«»‘’‚‹›〝〞＂"
_SAYS = (
    r"nói|nói rằng|nói là|cho rằng|cho biết|tuyên bố|khẳng định|nhấn mạnh|phát biểu|nhận định|cảnh báo|thừa nhận|"
    r"tiết lộ|chia sẻ|bày tỏ|thông báo|cho hay|viết|tin rằng|cáo buộc|hứa|cam kết|trả lời|bảo|kể"
)
_ATTRIBUTED = regex.compile(
    rf"^(?:có phải |phải chăng |liệu |theo tin đồn, )?(?P<who>(?:[\p{{L}}\p{{M}}\p{{N}}.\-]+\s+){{1,8}}?)"
    rf"(?:đã |từng |vừa |cũng |lại |còn |đang )*(?:{_SAYS})(?:\s+(?:rằng|là|thêm|với báo chí|hôm qua|hôm nay))*"
    rf"\s*(?P<mark>[:,]?)\s*(?P<rest>.+)$",
    regex.IGNORECASE | regex.DOTALL,
)
_THAT = regex.compile(r"\b(?:rằng|là)\s*[:,]?\s*$", regex.IGNORECASE)
_ACCORDING = regex.compile(
    r"^theo\s+(?:[\p{L}\p{M}.\-]++\s*+){1,8}[,:]\s*(?P<rest>.+)$", regex.IGNORECASE | regex.DOTALL
)
_ATTRIBUTION_BEHIND = regex.compile(
    rf"^(?P<rest>.*[{_MARKS}.,])\s*[-–—]\s*(?:[\p{{Lu}}ôb][\p{{L}}\p{{M}}.\-]*+\s*+){{1,6}}$", regex.DOTALL
)
_QUOTED = regex.compile(r"[\"“”„«](?P<rest>[^\"“”„«»]{2,})[\"“”»]")
_ENDS = " \t\n\r.…,;:!?-–—*•()[]" + _MARKS
_PIECE = regex.compile(r"[^.!?…;:,\n]+(?:[.!?…;:,\n]+|$)")

MOST_PIECES = 60
"""Pieces of a quote that are joined to stretches."""


def content(claim: str) -> str:
    """What the claim says was said: without *X nói rằng*, quotation marks around it, trailing dots and blanks.

    Nothing is cut that would leave less than two words.
    """
    text = " ".join(unicodedata.normalize("NFC", claim).split())
    best = text.strip(_ENDS)
    for pattern in (_ATTRIBUTION_BEHIND, _ACCORDING):
        if (found := pattern.match(text)) and _enough(found["rest"]):
            text = found["rest"].strip()
            best = text.strip(_ENDS)
    if (found := _ATTRIBUTED.match(text)) and _enough(found["rest"]) and _introduces(text, found):
        text = found["rest"].strip()
        best = text.strip(_ENDS)
    if (found := _QUOTED.fullmatch(text.strip(" .…"))) and _enough(found["rest"]):
        best = found["rest"].strip(_ENDS)
    return best


def _introduces(text: str, found: regex.Match[str]) -> bool:
    """Whether the saying introduces the rest: by a colon, a comma, *rằng*, quotation marks, or a name before it."""
    before = text[: found.start("rest")].rstrip()
    if found["mark"] or found["rest"][:1] in _MARKS or _THAT.search(before):
        return True
    return any(word[:1].isupper() for word in found["who"].split()[1:]) or found["who"].split()[0].lower() in _TITLES


_TITLES = frozenset(["ông", "bà", "anh", "chị", "cô", "tổng", "thủ", "bộ", "ngoại", "chủ", "điện"])


def _enough(text: str) -> bool:
    return len(text.strip(_ENDS).split()) >= 2


def stretches(text: str, words: Sequence[Token], length: int) -> Iterator[range]:
    """Runs of neighbouring clauses of ``text`` that have about ``length`` words, as ranges of its ``words``."""
    ends = [match.end() for match in _PIECE.finditer(text)][:MOST_PIECES]
    borders = sorted({0, *(bisect_left(words, end, key=lambda word: word.end - 1) for end in ends)})
    least, most = length * 0.5, length * 2.2 + 4
    for i, first in enumerate(borders):
        for last in borders[i + 1 :]:
            if last - first > most:
                break
            if last - first >= least:
                yield range(first, last)
