"""What the resolver is given: the sources of an article's quotes, and mentions in reading order."""

from __future__ import annotations

from dataclasses import dataclass

from ainoi.resolve.parsed import ParsedMention
from ainoi.resolve.scene import CharRange


@dataclass(frozen=True, slots=True)
class SourceMention:
    """The source of one quote as the decoder found it; offsets are code points, half open.

    ``start`` and ``end`` are None where no mention was found. ``kind`` is the model's guess (person, organization,
    unnamed) with its probability.
    """

    start: int | None
    end: int | None
    contents: tuple[CharRange, ...] = ()
    cue: CharRange | None = None
    kind: str | None = None
    kind_probability: float = 0.0
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Event:
    """A mention in reading order; ``source`` is the number of the quote whose source it is, or None."""

    token: int
    mention: ParsedMention | None
    source: int | None
    label: str | None
    speaks: bool = False

    @property
    def parts(self) -> tuple[ParsedMention, ...]:
        """The mention, or those it joins; nothing where no mention was found."""
        if self.mention is None:
            return ()
        return self.mention.members or (self.mention,)
