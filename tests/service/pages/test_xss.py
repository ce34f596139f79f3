"""Whatever an article, a speaker, a reader or a link says, it stays text on every page."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote as quoted

import pytest
from starlette.testclient import TestClient

from ainoi import AinoiError, AnnotatedArticle, Article
from ainoi.schema import Act, Candidate, Context, Method, Quote, QuoteType, Span, Speaker, SpeakerKind, TextSpan
from ainoi_service.pages.rendering import CONTENT_SECURITY_POLICY
from ainoi_service.registry_names import Office
from ainoi_service.requests import AnnotateRequest
from fake_annotator import VERSION, FakeAnnotator
from page_reading import faults, read
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


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, dict[str, str]]]:
    """A client of a store that holds an article for each payload, and their ids."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    app, desk = pages_app(Hostile(), folder)
    desk.__class__ = HostileDesk
    ids = {}
    for payload in PAYLOADS:
        request = AnnotateRequest(
            text=f"Ông nói {payload} như vậy.", title=payload, url=payload, outlet=payload, date="2025-01-03"
        )
        ids[payload] = asyncio.run(desk.keep(request)).id
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client, ids


def test_there_are_enough_payloads() -> None:
    assert len(set(PAYLOADS)) >= 60


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_page_lets_a_payload_out_of_its_text(stored: tuple[TestClient, dict[str, str]], payload: str) -> None:
    client, ids = stored
    id, asked = ids[payload], quoted(payload, safe="")
    article = client.get(f"/articles/{id}")
    assert article.status_code == 200
    assert payload.replace("\r\n", "\n") in read(article.text).text.replace("\r\n", "\n")
    pages = {
        f"/quotes/{id}1": 200,
        f"/quotes/{id}2": 200,
        f"/speakers/{quoted(id_of(payload), safe='')}": 200,
        f"/speakers?q={asked}": 200,
        f"/lookup?q={asked}": 200,
        f"/lookup?speaker={asked}&outlet={asked}": 200,
        f"/lookup?q=a&from={asked}": 422,
        f"/lookup?q=a&type={asked}": 422,
        f"/lookup?q=a&sort={asked}": 422,
        f"/lookup?q=a&minConfidence={asked}": 422,
        f"/lookup?q=a&pageToken={asked}": 200,
        f"/lookup?lang={asked}&theme={asked}&{asked}={asked}": 200,
        f"/check?claim={asked}": 200,
        f"/check?claim=a&speaker={asked}": 200,
        f"/check?claim=a&from={asked}": 422,
        f"/articles?before={asked}": 200,
        f"/articles/{asked}": 404,
        f"/quotes/{asked}": 404,
    }
    answers = {page: client.get(page) for page in pages}
    assert {page: answer.status_code for page, answer in answers.items()} == pages
    answers |= {
        "/ (kept)": client.post("/", data={"text": "\x00", "title": payload, "url": payload, "outlet": payload}),
        "/ (not kept)": client.post(
            "/", data={"text": f"{payload}.", "title": payload, "url": payload, "store": "no", "as": "text"}
        ),
        "article": article,
    }
    assert {page: faults(answer.text) for page, answer in answers.items() if faults(answer.text)} == {}
    kinds = {
        (answer.headers["content-type"], answer.headers.get("content-security-policy")) for answer in answers.values()
    }
    # What no route takes is the application's to answer, which it does with a problem document.
    assert kinds - {("application/problem+json", None)} == {("text/html; charset=utf-8", CONTENT_SECURITY_POLICY)}


def test_nothing_but_our_own_files_is_ever_run_or_loaded() -> None:
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'self';") and "unsafe" not in CONTENT_SECURITY_POLICY


def test_lists_of_hostile_articles_and_speakers_are_pages_all_the_same(
    stored: tuple[TestClient, dict[str, str]],
) -> None:
    client, _ = stored
    for page in ("/", "/lookup", "/articles", "/speakers", "/about"):
        answer = client.get(page, headers={"cookie": 'notice=<script>; lang=<b>; theme="><b>'})
        assert (page, answer.status_code, faults(answer.text)) == (page, 200, [])
