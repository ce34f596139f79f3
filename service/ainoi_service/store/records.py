"""What the rest of the service sees of the store: articles, quotes and speakers as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from ainoi import Quote, Span, Speaker
from ainoi.schema import Act, Context, ModelVersion, QuoteType, TextSpan

Checked = Literal["right", "wrong", "corrected"]
"""What a person said of a quote. ``corrected``: it stands as a person put it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleHead:
    """An article without its text. Days are integers like 20251204; null where the date is."""

    number: int
    id: str
    title: str | None
    date: str | None
    published_first: int | None
    published_last: int | None
    url: str | None
    outlet: str | None
    version: int
    """1, 2, … of the texts that came from the same source."""
    current: bool
    """Whether it is the newest of them."""

    def record(self) -> dict[str, Any]:
        """The article as a quote's record names it."""
        return {
            "id": self.id,
            "title": self.title,
            "date": self.date,
            "url": self.url,
            "outlet": self.outlet,
            "version": self.version,
            "current": self.current,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle(ArticleHead):
    """An article with its text, in which the offsets of its quotes count."""

    given_id: str
    """The caller's own id, empty without one."""
    text: str
    text_sha256: str
    warnings: tuple[str, ...]
    model: ModelVersion
    added_at: str
    """ISO 8601, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredQuote:
    """A quote of the store; the fields of ``ainoi.Quote`` mean what they mean there."""

    number: int
    id: str
    article: ArticleHead
    position: int
    """Order among the quotes of its article."""
    text: str
    spans: tuple[Span, ...]
    type: QuoteType
    act: Act | None
    cue: TextSpan | None
    mention: TextSpan | None
    speaker: Speaker
    """``speaker.id`` is the store's: every named speaker has one, and ``article:…`` ids name their article."""
    speaker_number: int | None
    """Null for unnamed and unknown speakers."""
    via: str | None
    said_on: str | None
    denied: bool
    nested_in: str | None
    repeat_of: str | None
    confidence: float
    context: Context
    """Cut from the article's text when the quote is read: ``CONTEXT`` code points on each side."""
    model: ModelVersion | None
    """Null for what a person wrote."""
    checked: Checked | None
    checked_at: str | None

    def quote(self) -> Quote:
        """The quote as the model layer knows it."""
        return Quote(
            id=self.id,
            text=self.text,
            spans=self.spans,
            type=self.type,
            act=self.act,
            cue=self.cue,
            mention=self.mention,
            speaker=self.speaker,
            via=self.via,
            said_on=self.said_on,
            denied=self.denied,
            nested_in=self.nested_in,
            repeat_of=self.repeat_of,
            confidence=self.confidence,
            context=self.context,
        )

    def record(self) -> dict[str, Any]:
        """The public JSON of the quote: the fields of docs/data-format.md and those of docs/store.md."""
        return self.quote().model_dump(mode="json") | {
            "article": self.article.record(),
            "checked": self.checked,
            "model": self.model.model_dump() if self.model else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSpeaker:
    """Somebody who is quoted by name."""

    number: int
    id: str
    name: str
    kind: str
    """``person`` or ``organization``."""
    wikidata: str | None
    aliases: tuple[str, ...]
    """Other names than ``name``, in alphabetical order."""

    def record(self) -> dict[str, Any]:
        """The public JSON of the speaker."""
        return {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "wikidata": self.wikidata,
            "aliases": list(self.aliases),
        }
