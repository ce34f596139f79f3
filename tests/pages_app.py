"""The pages on their own, around a fake annotator and a real store: for tests, and to look at while working on them.

``python tests/pages_app.py FOLDER [--real]`` serves them on 127.0.0.1:8000.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from ainoi import AinoiError, AnnotatedArticle, Article, Quote
from ainoi.schema import Act, Context, Method, ModelVersion, QuoteType, Span, Speaker, SpeakerKind, TextSpan
from ainoi_service import problems
from ainoi_service.html import HtmlExtractor
from ainoi_service.limits import Limits
from ainoi_service.pages.router import install
from ainoi_service.registry_names import Office
from ainoi_service.requests import AnnotateRequest
from ainoi_service.search.lookup import Lookup
from ainoi_service.search.query import QuoteQuery
from ainoi_service.store.engine import Store, open_store
from ainoi_service.store.ingest import Put, known, prepared, put
from ainoi_service.store.records import StoredQuote
from ainoi_service.workers.annotator import ServiceAnnotator
from fake_annotator import FakeAnnotator

FILE = "ainoi.sqlite3"
SEEDS = Path(__file__).resolve().parent.parent / "seeds" / "gold.jsonl"


@dataclass(frozen=True)
class FoundEvidence:
    quote: StoredQuote
    similarity: float
    kind: str


@dataclass(frozen=True)
class FoundVariant:
    quote: StoredQuote
    probability: float


@dataclass(frozen=True)
class Checked:
    answer: str
    evidence: Sequence[FoundEvidence] = ()


@dataclass
class FakeDesk:
    """A desk whose checks find what has all words of the claim, and whose variants are the quotes of the same words."""

    annotator: ServiceAnnotator
    store: Store
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        self.lookup = Lookup(self.store)
        self.extractor = HtmlExtractor(self.limits)

    @property
    def version(self) -> ModelVersion:
        return self.annotator.version

    async def annotate(self, request: AnnotateRequest) -> AnnotatedArticle:
        article = await run_in_threadpool(request.article, self.extractor)
        return self._annotated(article)

    async def keep(self, request: AnnotateRequest) -> Put:
        article = await run_in_threadpool(request.article, self.extractor)
        if (id := known(self.store, article, self.version)) is not None:
            return Put(id, created=False)
        return put(self.store, article, self._annotated(prepared(article)))

    def _annotated(self, article: Article) -> AnnotatedArticle:
        [result] = self.annotator.annotate_batch([article], with_text=True)
        if isinstance(result, AinoiError):
            raise result
        return result

    def check(self, claim: str, speaker: str | None, from_: str | None, to: str | None) -> Checked:
        page = self.lookup.search(QuoteQuery(q=claim, speaker=speaker, from_=from_, to=to, page_size=5))
        evidence = [FoundEvidence(hit.quote, 1.0, "verbatim") for hit in page.hits]
        return Checked("verbatim" if evidence else "not_found", evidence)

    def variants(self, quote: StoredQuote) -> list[FoundVariant]:
        page = self.lookup.search(QuoteQuery(q=f"“{quote.text}”"))
        return [FoundVariant(hit.quote, 0.97) for hit in page.hits if hit.quote.article.id != quote.article.id]

    def close(self) -> None:
        self.extractor.close()
        self.store.close()

    def offices(self, speaker_id: str) -> list[Office]:
        return [Office("Người phát ngôn Điện Kremlin", "2012-05-22", None)] if "peskov" in speaker_id else []


class SeedAnnotator(FakeAnnotator):
    """Knows the gold quotes of the seeds; any other article it reads as ``FakeAnnotator`` does."""

    def __init__(self) -> None:
        super().__init__()
        records = (json.loads(line) for line in SEEDS.read_text("utf-8").splitlines())
        self._gold = {record["text"]: record["quotes"] for record in records}

    def annotate_batch(
        self, articles: Sequence[Article], *, with_text: bool = False
    ) -> list[AnnotatedArticle | AinoiError]:
        results = super().annotate_batch(articles, with_text=with_text)
        return [
            result.model_copy(update={"quotes": gold_quotes(result.id, article.text, self._gold[article.text])})
            if isinstance(result, AnnotatedArticle) and article.text in self._gold
            else result
            for article, result in zip(articles, results, strict=True)
        ]


def gold_quotes(article_id: str, text: str, records: Sequence[dict]) -> tuple[Quote, ...]:
    """Gold quotes as an annotator would give them."""

    def text_span(bounds: list[int] | None) -> TextSpan | None:
        return TextSpan(start=bounds[0], end=bounds[1], text=text[slice(*bounds)]) if bounds else None

    quotes: list[Quote] = []
    for place, record in enumerate(sorted(records, key=lambda record: record["spans"])):
        spans = tuple(Span(start=start, end=end) for start, end in record["spans"])
        kind = SpeakerKind(record["kind"]) if record["kind"] in set(SpeakerKind) else SpeakerKind.UNKNOWN
        named = kind in (SpeakerKind.PERSON, SpeakerKind.ORGANIZATION)
        name = record["speaker"] if named else None
        first, last = spans[0].start, spans[-1].end
        around = [quote.id for quote in quotes if quote.spans[0].start <= first and last <= quote.spans[-1].end]
        quotes.append(
            Quote(
                id=f"{article_id}-{place}",
                text=" … ".join(text[span.start : span.end] for span in spans),
                spans=spans,
                type=QuoteType.DIRECT if text[max(spans[0].start - 1, 0)] in '"“' else QuoteType.INDIRECT,
                act=Act(record["act"]) if record.get("act") else None,
                cue=text_span(record["cue"]),
                mention=text_span(record["mention"]),
                speaker=Speaker(
                    id="-".join(name.lower().split()) if name else None,
                    name=name,
                    kind=kind,
                    method=Method.NAME if name else Method.NONE,
                    confidence=0.9,
                ),
                via=None,
                said_on=None,
                denied=False,
                nested_in=around[-1] if around else None,
                repeat_of=None,
                confidence=(0.98, 0.93, 0.88, 0.97, 0.55, 0.79)[place % 6],
                context=Context(before=text[: spans[0].start][-80:], after=text[spans[-1].end :][:80]),
            )
        )
    return tuple(quotes)


def pages_app(annotator: ServiceAnnotator, folder: Path) -> tuple[FastAPI, FakeDesk]:
    """The application and its desk; the store is a file in ``folder``."""
    desk = FakeDesk(annotator, open_store(f"sqlite:///{folder / FILE}"))
    app = FastAPI(redirect_slashes=False)
    problems.install(app)
    install(app, lambda _: desk)
    return app, desk


if __name__ == "__main__":
    import uvicorn

    if "--real" in sys.argv:
        from ainoi import Annotator

        chosen: ServiceAnnotator = Annotator.load()
    else:
        chosen = SeedAnnotator()
    app, _ = pages_app(chosen, Path(sys.argv[1]))
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]) if sys.argv[2:] and sys.argv[2].isdigit() else 8000)
