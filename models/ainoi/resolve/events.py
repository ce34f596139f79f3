"""What the resolver is given: the sources of an article's quotes, and mentions in reading order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ainoi.resolve.parsed import ParsedMention
from ainoi.resolve.scene import CharRange


@dataclass(frozen=True, slots=True)
class SourceMention:
    """The source of one quote as the decoder found it; offsets are code points, half open.

    ``start`` and ``end`` are None where no mention was found. ``kind`` is the model's guess (person, organization,
    unnamed) with its probability. ``meant``: for a source without a name, how likely each name in the article is whom
    it means, by where the name begins; ``hidden``: how likely none of them is. Empty and None for a model that does not
    say.
    """

    start: int | None
    end: int | None
    contents: tuple[CharRange, ...] = ()
    cue: CharRange | None = None
    kind: str | None = None
    kind_probability: float = 0.0
    confidence: float = 1.0
    meant: Mapping[int, float] = field(default_factory=dict)
    hidden: float | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """A mention in reading order; ``source`` is the number of the quote whose source it is, or None."""

    token: int
    mention: ParsedMention | None
    source: int | None
    label: str | None
    speaks: bool = False
    meant: Mapping[int, float] = field(default_factory=dict)
    """How likely each name is whom the mention means, by the token it begins at."""
    hidden: float | None = None

    @property
    def parts(self) -> tuple[ParsedMention, ...]:
        """The mention, or those it joins; nothing where no mention was found."""
        if self.mention is None:
            return ()
        return self.mention.members or (self.mention,)
