"""Where the regions of a corrected file stand in the article, in code points, whatever the tool counted in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from ainoi_service.exchange.corrected import NOTHING, CorrectedRegion, Said
from ainoi_service.exchange.fields import Field, WrongField
from ainoi_service.exchange.offsets import Unit, Utf16

_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class RawRegion:
    """A region as a file has it. ``text``: the words the tool says stand there, None if it does not say."""

    key: str
    label: str
    start: Field
    end: Field
    at: Field
    text: str | None = None
    said: Said = NOTHING


@dataclass(frozen=True, slots=True)
class Placed:
    """Regions by key, none of them twice; ``name`` leads from each key of the file to the key here."""

    regions: dict[str, CorrectedRegion]
    name: dict[str, str]


def placed(raw: Sequence[RawRegion], text: str, units: Sequence[Unit]) -> Placed:
    """The regions in ``text``, by the first of ``units`` under which all are in it and their words stand there.

    Raises ``WrongField`` if there is none, with what is wrong under the first.
    """
    utf16 = Utf16(text)
    words = _Words(text) if any(each.text for each in raw) else None
    reasons: list[WrongField] = []
    for unit in units if utf16.differs else units[:1]:
        try:
            return _once(_place(each, unit, utf16, len(text), words) for each in raw)
        except WrongField as reason:
            reasons.append(reason)
    raise reasons[0]


def _place(
    raw: RawRegion, unit: Unit, utf16: Utf16, length: int, words: _Words | None
) -> tuple[RawRegion, CorrectedRegion]:
    start, end = (_code_point(at, unit, utf16, length) for at in (raw.start, raw.end))
    if end <= start:
        raw.end.wrong("must be greater than the start")
    if words is not None and raw.text and not words.stand_at(start, end, raw.text):
        raw.at.wrong("has a text that does not stand at these offsets of the article")
    return raw, CorrectedRegion(raw.label, start, end, raw.at, raw.said)


def _code_point(at: Field, unit: Unit, utf16: Utf16, length: int) -> int:
    offset = at.whole()
    code_point = utf16.back(offset) if unit == "utf16" else offset
    if code_point is None or code_point > length:
        at.wrong("is no place in the article's text")
    return code_point


def _once(regions: Iterable[tuple[RawRegion, CorrectedRegion]]) -> Placed:
    """The same stretch with the same label drawn twice is one region; what is said of either is said of it."""
    found: dict[tuple[str, int, int], str] = {}
    result = Placed({}, {})
    for raw, each in regions:
        key = found.setdefault((each.label, each.start, each.end), raw.key)
        result.name[raw.key] = key
        before = result.regions.get(key)
        result.regions[key] = each if before is None else replace(before, said=before.said.or_else(each.said))
    return result


class _Words:
    """Compares words with a stretch of the text without regard to white space, at the cost of the words."""

    def __init__(self, text: str) -> None:
        self._solid = _BLANKS.sub("", text)
        self._place = list(accumulate((not character.isspace() for character in text), initial=0))

    def stand_at(self, start: int, end: int, words: str) -> bool:
        start, end = self._place[start], self._place[end]
        return any(len(solid) == end - start and self._solid[start:end] == solid for solid in _spellings(words))


def _spellings(words: str) -> list[str]:
    """``words`` without white space; a line break may be written as a backslash and an n."""
    return [_BLANKS.sub("", words), _BLANKS.sub("", words.replace("\\n", "\n"))]
