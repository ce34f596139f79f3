"""An annotator whose every word is a payload, and the pages of a store that it has filled."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from fastapi import FastAPI

from ainoi import AinoiError, AnnotatedArticle, Article
from ainoi.schema import Act, Candidate, Context, Method, Quote, QuoteType, Span, Speaker, SpeakerKind, TextSpan
from ainoi_service.registry_names import Office
from ainoi_service.requests import AnnotateRequest
from fake_annotator import VERSION, FakeAnnotator
from pages_app import FakeDesk, pages_app
from xss_payloads import PAYLOADS


def id_of(payload: str) -> str:
    """A speaker's id with the payload in it; without what the test client's own decoding of addresses trips over."""
    return "name:" + " ".join(payload.replace("%", "").split())


class Hostile(FakeAnnotator):
    """Finds two quotes in each article, one inside the other, and says the article's title of everything it can."""

    def annotate_batch(
        self, articles: Sequence[Article], *, with_text: bool = False
    ) -> list[AnnotatedArticle | AinoiError]:
        return [self._annotated(article) for article in articles]

    def _annotated(self, article: Article) -> AnnotatedArticle:
        payload, text = article.title or "", article.text
        start = text.index(payload)
        end = start + len(payload)
        words = TextSpan(start=start, end=end, text=payload)

        def quote(number: int, span: Span, speaker: Speaker, nested_in: str | None) -> Quote:
            return Quote(
                id=f"{article.id}{number}",
                text=text[span.start : span.end],
                spans=(span,),
                type=QuoteType.MIXED,
                act=Act.DENIAL,
                cue=words,
                mention=words,
                speaker=speaker,
                via=payload,
                said_on="2025-01-02",
                denied=True,
                nested_in=nested_in,
                repeat_of=None,
                confidence=0.5,
                context=Context(before=text[: span.start][-80:], after=text[span.end :][:80]),
            )

        named = Speaker(
            id=id_of(payload),
            name=payload,
            kind=SpeakerKind.PERSON,
            role=payload,
            wikidata=payload[:20],
            method=Method.NAME,
            confidence=0.9,
            alternatives=(Candidate(id=payload, name=payload, kind=SpeakerKind.PERSON, confidence=0.1),),
            members=(payload, payload),
        )
        unknown = Speaker(kind=SpeakerKind.UNKNOWN, role=payload, confidence=0.4, alternatives=named.alternatives)
        whole = quote(1, Span(start=0, end=len(text)), named, None)
        return AnnotatedArticle(
            model=VERSION,
            id=article.id,
            title=article.title,
            date=article.date,
            url=article.url,
            outlet=article.outlet,
            text=text,
            text_sha256=article.text_sha256,
            quotes=(whole, quote(2, Span(start=start, end=end), unknown, whole.id)),
        )


class HostileDesk(FakeDesk):
    def offices(self, speaker_id: str) -> list[Office]:
        return [Office(speaker_id, speaker_id, speaker_id)]


def hostile_app(folder: Path) -> tuple[FastAPI, FakeDesk, dict[str, str]]:
    """The pages of a store that holds an article for each payload, their desk, and the articles' ids by payload."""
    app, desk = pages_app(Hostile(), folder)
    desk.__class__ = HostileDesk
    ids = {}
    for payload in PAYLOADS:
        request = AnnotateRequest(
            text=f"Ông nói {payload} như vậy.", title=payload, url=payload, outlet=payload, date="2025-01-03"
        )
        ids[payload] = asyncio.run(desk.keep(request)).id
    return app, desk, ids
