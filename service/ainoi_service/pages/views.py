"""What the pages show of quotes, speakers and articles, made from the records of the store or of the model layer.

Templates see these and nothing else: every number is worked out, every link is safe, every speaker has an ink.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ainoi.schema import Act, Candidate, Context, QuoteType, Span, Speaker, SpeakerKind, TextSpan
from ainoi_service.pages.colours import NAMELESS, Ink, inks
from ainoi_service.pages.headlines import headlines, opening
from ainoi_service.pages.highlighting import Mark, Piece, paragraphs
from ainoi_service.pages.links import address, external
from ainoi_service.store.engine import Store
from ainoi_service.store.quotes import CONTEXT
from ainoi_service.store.records import StoredQuote

UNSURE = 0.6
"""Below this confidence a quote is shown as doubtful."""


class QuoteRecord(Protocol):
    """What ``ainoi.Quote`` and the store's quotes have in common."""

    @property
    def id(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def spans(self) -> Sequence[Span]: ...
    @property
    def type(self) -> QuoteType: ...
    @property
    def act(self) -> Act | None: ...
    @property
    def cue(self) -> TextSpan | None: ...
    @property
    def mention(self) -> TextSpan | None: ...
    @property
    def speaker(self) -> Speaker: ...
    @property
    def via(self) -> str | None: ...
    @property
    def said_on(self) -> str | None: ...
    @property
    def denied(self) -> bool: ...
    @property
    def nested_in(self) -> str | None: ...
    @property
    def repeat_of(self) -> str | None: ...
    @property
    def confidence(self) -> float: ...
    @property
    def context(self) -> Context: ...


class ArticleRecord(Protocol):
    """What an annotated article and the store's articles have in common."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str | None: ...
    @property
    def date(self) -> str | None: ...
    @property
    def url(self) -> str | None: ...
    @property
    def outlet(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class SpeakerView:
    """Who said it. ``page`` is the address of the speaker's page, where there is one."""

    key: str | None
    name: str | None
    kind: SpeakerKind
    role: str | None
    method: str
    confidence: float
    alternatives: tuple[Candidate, ...]
    members: tuple[str, ...]
    page: str | None
    ink: Ink


@dataclass(frozen=True, slots=True)
class Source:
    """The article a quote stands in. ``page`` leads to the quote's place on its page."""

    title: str | None
    date: str | None
    outlet: str | None
    page: str
    url: str | None


@dataclass(frozen=True, slots=True)
class QuoteView:
    """One quote. ``number`` counts the quotes of the page from 1; ``words`` is the text with what was searched for."""

    number: int
    id: str
    text: str
    words: list[list[Piece]]
    type: QuoteType
    act: Act | None
    cue: str | None
    speaker: SpeakerView
    via: str | None
    said_on: str | None
    denied: bool
    within: int | None
    repeats: int | None
    confidence: float
    checked: str | None
    before: str
    after: str
    source: Source | None

    @property
    def unsure(self) -> bool:
        """Whether the reader should look twice."""
        return self.confidence < UNSURE and self.checked is None


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker of an article and how many of its quotes are theirs."""

    speaker: SpeakerView
    count: int


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article with its quotes marked in it."""

    title: str | None
    opening: str
    date: str | None
    outlet: str | None
    url: str | None
    paragraphs: list[list[Piece]]
    quotes: tuple[QuoteView, ...]
    voices: tuple[Voice, ...]
    warnings: tuple[str, ...]

    @property
    def unsure(self) -> int:
        """How many quotes the reader should look at twice."""
        return sum(quote.unsure for quote in self.quotes)


def speaker_key(speaker: Speaker) -> str | None:
    """What is equal for two quotes of the same speaker on a page; None for somebody without a name."""
    return None if speaker.name is None else speaker.id or f"joint:{speaker.name}"


def speaker_view(speaker: Speaker, ink: Ink = NAMELESS, *, stored: bool) -> SpeakerView:
    """A speaker; ``stored`` says that the store has a page of those with an id."""
    return SpeakerView(
        key=speaker_key(speaker),
        name=speaker.name,
        kind=speaker.kind,
        role=speaker.role,
        method=str(speaker.method),
        confidence=speaker.confidence,
        alternatives=tuple(speaker.alternatives),
        members=tuple(speaker.members),
        page=address("/speakers", speaker.id) if stored and speaker.id is not None else None,
        ink=ink,
    )


def source_of(article: ArticleRecord, quote_id: str | None = None, headline: str | None = None) -> Source:
    """An article of the store; its link leads to ``quote_id`` there. ``headline``: what it is called."""
    page = address("/articles", article.id) + (f"#{anchor(quote_id)}" if quote_id else "")
    return Source(headline or article.title, article.date, article.outlet, page, external(article.url))


def sources(store: Store, quotes: Iterable[StoredQuote]) -> dict[str, Source]:
    """The articles of stored quotes, by quote id."""
    quotes = list(quotes)
    called = headlines(store, [quote.article for quote in quotes])
    return {quote.id: source_of(quote.article, quote.id, called.get(quote.article.id)) for quote in quotes}


def anchor(quote_id: str) -> str:
    """The fragment that leads to a quote's place in its article."""
    return "q-" + "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in quote_id)


def quote_views(
    quotes: Sequence[QuoteRecord],
    *,
    stored: bool,
    sources: Mapping[str, Source] | None = None,
    hits: Mapping[str, Iterable[tuple[int, int]]] | None = None,
) -> tuple[QuoteView, ...]:
    """Quotes of one page, in order. By quote id: their ``sources``, and the ``hits`` in their texts."""
    by_speaker = inks(speaker_key(quote.speaker) for quote in quotes)
    numbers = {quote.id: number for number, quote in enumerate(quotes, 1)}
    views = []
    for number, quote in enumerate(quotes, 1):
        found = [Mark(start, end, "hit") for start, end in (hits or {}).get(quote.id, ())]
        views.append(
            QuoteView(
                number=number,
                id=quote.id,
                text=quote.text,
                words=paragraphs(quote.text, found),
                type=quote.type,
                act=quote.act,
                cue=quote.cue.text if quote.cue else None,
                speaker=speaker_view(quote.speaker, by_speaker[speaker_key(quote.speaker)], stored=stored),
                via=quote.via,
                said_on=quote.said_on,
                denied=quote.denied,
                within=numbers.get(quote.nested_in or ""),
                repeats=numbers.get(quote.repeat_of or ""),
                confidence=quote.confidence,
                checked=getattr(quote, "checked", None),
                before=_before(quote.context.before),
                after=_after(quote.context.after),
                source=(sources or {}).get(quote.id),
            )
        )
    return tuple(views)


def _before(context: str) -> str:
    """The words before a quote, in its own paragraph, from a whole word on."""
    paragraph = context.rpartition("\n")[2]
    if paragraph != context or len(paragraph) < CONTEXT:
        return paragraph
    words = paragraph.partition(" ")[2].lstrip(" .,;:!?…”")
    return f"… {words}" if words else ""


def _after(context: str) -> str:
    """The words behind a quote, in its own paragraph, to a whole word."""
    paragraph = context.partition("\n")[0]
    if paragraph != context or len(paragraph) < CONTEXT:
        return paragraph
    words = paragraph.rpartition(" ")[0].rstrip(" .,;:“")
    return f"{words} …" if words else ""


def marks_of(number: int, quote: QuoteRecord) -> list[Mark]:
    """The stretches of the article that belong to one quote."""
    last = len(quote.spans) - 1
    marks = [Mark(span.start, span.end, "content", number, part, part == last) for part, span in enumerate(quote.spans)]
    if quote.cue is not None:
        marks.append(Mark(quote.cue.start, quote.cue.end, "cue", number))
    if quote.mention is not None:
        marks.append(Mark(quote.mention.start, quote.mention.end, "mention", number))
    return marks


def article_view(
    article: ArticleRecord, text: str, quotes: Sequence[QuoteRecord], *, stored: bool, warnings: Iterable[str] = ()
) -> ArticleView:
    """The article with every quote marked in its text."""
    views = quote_views(quotes, stored=stored)
    marks = [mark for number, quote in enumerate(quotes, 1) for mark in marks_of(number, quote)]
    voices: dict[tuple[str | None, SpeakerKind], Voice] = {}
    for view in views:
        key = (view.speaker.key, view.speaker.kind)
        voices[key] = Voice(view.speaker, voices[key].count + 1 if key in voices else 1)
    return ArticleView(
        title=article.title,
        opening=opening(text),
        date=article.date,
        outlet=article.outlet,
        url=external(article.url),
        paragraphs=paragraphs(text, marks),
        quotes=views,
        voices=tuple(sorted(voices.values(), key=lambda voice: (voice.speaker.key is None, -voice.count))),
        warnings=tuple(warnings),
    )
