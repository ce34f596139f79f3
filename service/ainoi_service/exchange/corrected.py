"""What the readers of corrected files have in common: regions, relations, and what the record knew of its quotes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from ainoi import Span
from ainoi.schema import Act, QuoteType, SpeakerKind
from ainoi_service.exchange.fields import Field
from ainoi_service.exchange.regions import LABELS, Bounds

MOST_REGIONS = 10_000
"""Regions of one article, and quotes its record may know."""

LONGEST_NAME = 300
"""Code points of a speaker's name or id."""

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Said:
    """What a file says of one quote beside its regions; None where it says nothing."""

    speaker: str | None = None
    kind: SpeakerKind | None = None
    type: QuoteType | None = None
    act: Act | None = None
    denied: bool | None = None

    def or_else(self, other: Said) -> Said:
        """What this says, and where it says nothing, what ``other`` says."""
        return Said(
            speaker=other.speaker if self.speaker is None else self.speaker,
            kind=other.kind if self.kind is None else self.kind,
            type=other.type if self.type is None else self.type,
            act=other.act if self.act is None else self.act,
            denied=other.denied if self.denied is None else self.denied,
        )


NOTHING = Said()


@dataclass(frozen=True, slots=True)
class CorrectedRegion:
    """One labelled stretch of the text, in code points, with its place in the file for messages."""

    label: str
    start: int
    end: int
    at: Field
    said: Said = NOTHING

    @property
    def bounds(self) -> Bounds:
        """Start and end."""
        return self.start, self.end

    @property
    def span(self) -> Span:
        """Start and end."""
        return Span(start=self.start, end=self.end)


@dataclass(frozen=True, slots=True)
class Known:
    """A quote as the record had it when it was exported."""

    spans: tuple[Bounds, ...]
    cue: Bounds | None
    mention: Bounds | None
    speaker_id: str | None
    said: Said


@dataclass(frozen=True, slots=True)
class Corrected:
    """One article of a corrected file.

    ``links`` are pairs of keys of ``regions``; None where the file has no place for relations.
    """

    regions: Mapping[str, CorrectedRegion]
    links: Sequence[tuple[str, str]] | None
    known: Sequence[Known]


def label_at(at: Field) -> str:
    """The label that stands there. Raises ``WrongField`` if it is none of ours."""
    label = at.text().strip().lower()
    if label not in LABELS:
        at.wrong(f"must be one of {', '.join(LABELS)}")
    return label


def choice_at(kind: type[Choice], at: Field) -> Choice:
    """The member of an enumeration that is named there. Raises ``WrongField``."""
    name = at.text()
    if name not in set(kind):
        at.wrong(f"must be one of {', '.join(kind)}")
    return kind(name)


def name_at(at: Field) -> str | None:
    """The name that stands there; None for blanks. Raises ``WrongField``."""
    name = at.text().strip()
    if len(name) > LONGEST_NAME:
        at.wrong(f"has over {LONGEST_NAME} characters")
    return name or None


def known_quotes(at: Field | None) -> list[Known]:
    """The quotes of a record's ``quotes``, as ``regions.known_quote`` wrote them. Raises ``WrongField``."""
    return [_known(each) for each in at.items(MOST_REGIONS)] if at else []


def _known(at: Field) -> Known:
    speaker, denied = at.get("speaker"), at.get("denied")
    name, kind, id = (speaker.get(key) if speaker else None for key in ("name", "kind", "id"))
    type, act = at.get("type"), at.get("act")
    cue, mention = at.get("cue"), at.get("mention")
    return Known(
        spans=tuple(_bounds(each) for each in at.need("spans").items()),
        cue=_bounds(cue) if cue else None,
        mention=_bounds(mention) if mention else None,
        speaker_id=name_at(id) if id else None,
        said=Said(
            speaker=name_at(name) if name else None,
            kind=choice_at(SpeakerKind, kind) if kind else None,
            type=choice_at(QuoteType, type) if type else None,
            act=choice_at(Act, act) if act else None,
            denied=_yes_or_no(denied) if denied else None,
        ),
    )


def _bounds(at: Field) -> Bounds:
    both = at.items()
    if len(both) != 2:
        at.wrong("must be a list of start and end")
    return both[0].whole(), both[1].whole()


def _yes_or_no(at: Field) -> bool:
    if not isinstance(at.value, bool):
        at.wrong("must be true or false")
    return at.value
