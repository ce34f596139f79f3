"""The data that goes in and comes out: articles, quotes and speakers.

``docs/data-format.md`` describes every field for users; a test holds that page and these models together.
All offsets count Unicode code points in ``Article.text`` exactly as the caller gave it; spans are half open.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, computed_field, model_validator

SCHEMA_VERSION = "1.0"

Probability = Annotated[float, Field(ge=0.0, le=1.0)]


class QuoteType(StrEnum):
    """How much of the content stands inside quotation marks: all, part, or none of it."""

    DIRECT = "direct"
    MIXED = "mixed"
    INDIRECT = "indirect"


class Act(StrEnum):
    """What the speaker does with the words, as the cue says."""

    STATEMENT = "statement"
    DENIAL = "denial"
    QUESTION = "question"
    REQUEST = "request"


class SpeakerKind(StrEnum):
    """``unnamed``: the article hides the name. ``unknown``: we cannot tell who it is."""

    PERSON = "person"
    ORGANIZATION = "organization"
    UNNAMED = "unnamed"
    UNKNOWN = "unknown"


class Method(StrEnum):
    """How a speaker was found, from the surest to the least sure."""

    NAME = "name"
    """The mention itself carries the full name."""
    PART_OF_NAME = "part_of_name"
    """The mention carries part of a name that the article gives in full elsewhere."""
    ALIAS = "alias"
    """The mention is a known alias in the registry."""
    OFFICE = "office"
    """The mention is an office whose holder on the article's date is in the registry."""
    ROLE = "role"
    """The mention is a role that the article ties to a name elsewhere."""
    PRONOUN = "pronoun"
    """The mention is a pronoun or a description, resolved to an earlier mention."""
    NONE = "none"
    """No name was found."""


class Frozen(BaseModel):
    """Base of the value types here: immutable, and refusing fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Frozen):
    """Half-open stretch of the article's text, in code points."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"span must not be empty or reversed: start {self.start}, end {self.end}")
        return self


class TextSpan(Span):
    """A span together with the words that stand there."""

    text: str


class Article(Frozen):
    """One article as the caller has it. ``title`` is context for the reader and the resolver, not part of ``text``."""

    id: str = ""
    """Identifier of the caller's; without one, an id made from the text's hash."""
    text: str
    title: str | None = None
    date: str | None = None
    """Publication date: ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD``, ``YYYYMMDD`` or an ISO 8601 time."""
    url: str | None = None
    outlet: str | None = None

    @property
    def text_sha256(self) -> str:
        """Hash of the text's UTF-8 bytes (lone surrogates are passed through)."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


class Candidate(Frozen):
    """A speaker that was considered and not chosen."""

    id: str | None
    name: str
    kind: SpeakerKind
    confidence: Probability


class Speaker(Frozen):
    """Who said it. ``name`` is null for ``unnamed`` and ``unknown`` speakers."""

    id: str | None = None
    """Registry id, or ``name:<folded full name>`` for somebody the registry does not know (same name, not verified)."""
    name: str | None = None
    kind: SpeakerKind
    role: str | None = None
    """Title or office as the article words it."""
    wikidata: str | None = None
    method: Method = Method.NONE
    confidence: Probability
    alternatives: tuple[Candidate, ...] = ()
    members: tuple[str, ...] = ()
    """The names behind a joint statement (*A và B*); empty for a single speaker."""

    @model_validator(mode="after")
    def _name_fits_kind(self) -> Self:
        named = self.kind in (SpeakerKind.PERSON, SpeakerKind.ORGANIZATION)
        if named != (self.name is not None):
            raise ValueError(
                f"a speaker has a name exactly when it is a person or organization: {self.kind} {self.name!r}"
            )
        return self


class Context(Frozen):
    """The article's words around a quote, for a reader's eye and for anchoring (W3C TextQuoteSelector)."""

    before: str
    after: str


class Quote(Frozen):
    """One stretch of the article that it attributes to a source through an act of speech or writing."""

    id: str
    """Made from the article's id and the spans: the same for every run that finds the same words."""
    text: str
    """The content; several spans are joined by `` … ``."""
    spans: tuple[Span, ...] = Field(min_length=1)
    type: QuoteType
    act: Act | None
    cue: TextSpan | None
    mention: TextSpan | None
    speaker: Speaker
    via: str | None
    """Outlet or channel that reported it, when the article says so."""
    said_on: str | None
    """When it was said, if the article says so: ``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY``."""
    denied: bool
    """The article says that these words were *not* said."""
    nested_in: str | None
    """Id of the quote whose content this one lies in."""
    repeat_of: str | None
    """Id of the first quote of which this one is a copy, where the page prints a passage twice."""
    confidence: Probability
    context: Context

    @computed_field  # type: ignore[prop-decorator]
    @property
    def nested(self) -> bool:
        """Whether the quote lies inside another one."""
        return self.nested_in is not None


class ModelVersion(Frozen):
    """Which weights made an annotation."""

    name: str
    version: str
    sha256: str


Warning = Literal["unsupported_language", "bad_date", "suspicious_characters"]


class AnnotatedArticle(Frozen):
    """An article's metadata and every attributed quote in it, in the order of their first span."""

    schema_version: str = SCHEMA_VERSION
    model: ModelVersion
    id: str
    title: str | None
    date: str | None
    url: str | None
    outlet: str | None
    text: str | None = None
    """The text the offsets count in, when asked for (always for HTML)."""
    text_sha256: str
    quotes: tuple[Quote, ...]
    warnings: tuple[Warning, ...] = ()
