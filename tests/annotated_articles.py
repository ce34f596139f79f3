"""Annotated articles made by hand: what a test says of a quote, and everything else as it usually is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ainoi import AnnotatedArticle, Article, Quote, Span, Speaker
from ainoi.schema import Act, Context, Method, ModelVersion, QuoteType, SpeakerKind, TextSpan
from ainoi_service.store.corrections import quote_id
from ainoi_service.store.ingest import Annotation, prepared

FIRST = ModelVersion(name="reader", version="1", sha256="1" * 64)
SECOND = ModelVersion(name="reader", version="2", sha256="2" * 64)

PESKOV = Speaker(
    id="dmitry-peskov",
    name="Dmitry Peskov",
    kind=SpeakerKind.PERSON,
    role="người phát ngôn",
    wikidata="Q1",
    method=Method.PART_OF_NAME,
    confidence=0.9,
)
UNKNOWN = Speaker(kind=SpeakerKind.UNKNOWN, confidence=0.4)


def person(name: str, id: str | None = None, **more: Any) -> Speaker:
    """A person found by the full name."""
    more = {"kind": SpeakerKind.PERSON, "method": Method.NAME, "confidence": 0.9} | more
    return Speaker(id=id, name=name, **more)


def text_span(text: str, words: str) -> TextSpan:
    """Where ``words`` stand first in ``text``."""
    start = text.index(words)
    return TextSpan(start=start, end=start + len(words), text=words)


def quote(article: Article, words: str | Sequence[str], speaker: Speaker = PESKOV, **more: Any) -> Quote:
    """The quote of these words in the article, in one piece or several; ``mention`` and ``cue`` may be words."""
    text, id = article.text, prepared(article).id
    pieces = [words] if isinstance(words, str) else words
    spans = tuple(Span(start=span.start, end=span.end) for span in (text_span(text, piece) for piece in pieces))
    for name in ("mention", "cue"):
        if isinstance(more.get(name), str):
            more[name] = text_span(text, more[name])
    fields: dict[str, Any] = {
        "id": quote_id(id, spans),
        "text": " … ".join(pieces),
        "spans": spans,
        "type": QuoteType.DIRECT,
        "act": Act.STATEMENT,
        "cue": None,
        "mention": None,
        "speaker": speaker,
        "via": None,
        "said_on": None,
        "denied": False,
        "nested_in": None,
        "repeat_of": None,
        "confidence": 0.8,
        "context": Context(
            before=text[max(0, spans[0].start - 80) : spans[0].start], after=text[spans[-1].end : spans[-1].end + 80]
        ),
    }
    return Quote(**(fields | more))


def annotated(article: Article, quotes: Iterable[Quote] = (), model: ModelVersion = FIRST) -> AnnotatedArticle:
    """What the annotator makes of ``prepared(article)``."""
    return AnnotatedArticle(
        model=model,
        id=prepared(article).id,
        title=article.title,
        date=article.date,
        url=article.url,
        outlet=article.outlet,
        text_sha256=article.text_sha256,
        quotes=tuple(quotes),
    )


def annotation(article: Article, quotes: Iterable[Quote] = (), model: ModelVersion = FIRST) -> Annotation:
    """An article with its annotation, as the store takes it."""
    return Annotation(article, annotated(article, quotes, model))
