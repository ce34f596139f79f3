"""Quotes, articles and speakers as the interface shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, Self

from pydantic import BaseModel, Field

from ainoi import SCHEMA_VERSION, Quote, Span
from ainoi.schema import ModelVersion
from ainoi_service.registry_names import Office
from ainoi_service.search.lookup import FacetValue, Hit, Page
from ainoi_service.search.matching import Tier
from ainoi_service.similar.checks import Answer, Check
from ainoi_service.similar.variants import Variant
from ainoi_service.store.records import ArticleHead, Checked, StoredArticle, StoredQuote, StoredSpeaker
from ainoi_service.store.speakers import Profile, Quoted


class ArticleRef(BaseModel):
    """An article without its text and quotes."""

    id: str = Field(description="The store's id: made from where the article came from, and its text.")
    title: str | None
    date: str | None
    url: str | None
    outlet: str | None
    version: int = Field(description="1, 2, … of the texts that came from the same place.")
    current: bool = Field(description="Whether it is the newest of them: look-ups show the current ones only.")

    @classmethod
    def of(cls, head: ArticleHead) -> Self:
        """The head of a stored article."""
        return cls.model_construct(**{name: getattr(head, name) for name in ArticleRef.model_fields})


class QuoteRecord(Quote):
    """A quote with its article; the fields of data-format.md mean what they mean there."""

    article: ArticleRef
    checked: Checked | None = Field(description="What a person said of the quote; a model never touches it then.")
    model: ModelVersion | None = Field(description="What made the quote; null for one that a person wrote.")

    @classmethod
    def of(cls, stored: StoredQuote, **more: Any) -> Self:
        """A stored quote; ``more``: fields of a subclass."""
        own = {name: getattr(stored, name) for name in QuoteRecord.model_fields if name != "article"}
        return cls.model_construct(**own, article=ArticleRef.of(stored.article), **more)


Match = Literal["exact_phrase", "exact", "folded_phrase", "folded"]
MATCHES: dict[Tier, Match] = {
    Tier.EXACT_PHRASE: "exact_phrase",
    Tier.EXACT: "exact",
    Tier.FOLDED_PHRASE: "folded_phrase",
    Tier.FOLDED: "folded",
}


class QuoteHit(QuoteRecord):
    """A quote that was found."""

    match: Match | None = Field(
        description="How its words are those asked for: with their diacritics or without, side by side or not; null "
        "where no words were asked for."
    )
    highlights: list[Span] = Field(description="Where they stand in `text`.")


class Facet(BaseModel):
    """One value, and how many of all quotes found have it."""

    value: str = Field(description="What a query takes.")
    label: str = Field(description="What people call it.")
    count: int


class Facets(BaseModel):
    """The whole result by the 20 commonest values of each."""

    speaker: list[Facet]
    outlet: list[Facet]
    month: list[Facet]


class QuotePage(BaseModel):
    """A page of a result."""

    quotes: list[QuoteHit]
    total: int = Field(description="Quotes of the whole result.")
    facets: Facets
    next_page_token: str | None = Field(description="Null on the last page.")

    @classmethod
    def of(cls, page: Page, *, words: bool) -> Self:
        """A page of a look-up; ``words``: some were asked for."""
        facets: dict[str, Any] = {name: _facet(values) for name, values in page.facets.items()}
        return cls.model_construct(
            quotes=[_hit(hit, words=words) for hit in page.hits],
            total=page.total,
            facets=Facets.model_construct(**facets),
            next_page_token=page.next_page_token,
        )


class QuoteFile(BaseModel):
    """A whole result as a file, `format=json`."""

    schema_version: str
    quotes: list[QuoteRecord]


def _hit(hit: Hit, *, words: bool) -> QuoteHit:
    places = [Span.model_construct(start=start, end=end) for start, end in hit.highlights]
    return QuoteHit.of(hit.quote, match=MATCHES[hit.tier] if words else None, highlights=places)


def _facet(values: Iterable[FacetValue]) -> list[Facet]:
    return [Facet.model_construct(value=each.value, label=each.label, count=each.count) for each in values]


class VariantRecord(BaseModel):
    """The same utterance as another article prints it."""

    probability: float = Field(description="That both are wordings of one utterance.")
    quote: QuoteRecord


class QuoteWithVariants(QuoteRecord):
    """A quote, and what other articles have of it."""

    variants: list[VariantRecord] = Field(description="The surest first, at most 20.")

    @classmethod
    def with_variants(cls, stored: StoredQuote, variants: Iterable[Variant]) -> Self:
        """The quote with its variants."""
        return cls.of(
            stored,
            variants=[
                VariantRecord.model_construct(probability=each.probability, quote=QuoteRecord.of(each.quote))
                for each in variants
            ],
        )


class ArticleRecord(ArticleRef):
    """An article with all its quotes, those marked as wrong and repeats too."""

    schema_version: str
    given_id: str | None = Field(description="The caller's own id.")
    text: str | None = Field(description="The text that offsets count in, if asked for.")
    text_sha256: str
    warnings: list[str]
    model: ModelVersion
    added_at: str = Field(description="When it came into the store: ISO 8601, UTC.")
    quotes: list[QuoteRecord]
    versions: list[ArticleRef] = Field(description="All versions of the article, this one too, the newest first.")

    @classmethod
    def whole(
        cls, article: StoredArticle, quotes: Sequence[StoredQuote], versions: Sequence[ArticleHead], *, with_text: bool
    ) -> Self:
        """The article; ``with_text``: with its text."""
        head = {name: getattr(article, name) for name in ArticleRef.model_fields}
        return cls(
            **head,
            schema_version=SCHEMA_VERSION,
            given_id=article.given_id or None,
            text=article.text if with_text else None,
            text_sha256=article.text_sha256,
            warnings=list(article.warnings),
            model=article.model,
            added_at=article.added_at,
            quotes=[QuoteRecord.of(quote) for quote in quotes],
            versions=[ArticleRef.of(head) for head in versions],
        )


class ArticlePage(BaseModel):
    """A page of the list of articles: current ones, those that were stored last first."""

    articles: list[ArticleRef]
    next_page_token: str | None = Field(description="Null on the last page.")


class TakeDown(BaseModel):
    """What a take-down removed."""

    articles: int
    quotes: int
    scrubbed: bool = Field(
        description="Whether the bytes are gone from the database's files too. If not, somebody was reading or the "
        "disk is full; the next take-down or start sees to it."
    )


class SpeakerRef(BaseModel):
    """Somebody who is quoted by name."""

    id: str
    name: str
    kind: str = Field(description="`person` or `organization`.")
    wikidata: str | None = Field(description="Q-id.")
    aliases: list[str] = Field(description="Other names, of the registry and as articles have them.")

    @classmethod
    def of(cls, speaker: StoredSpeaker, **more: Any) -> Self:
        """A stored speaker; ``more``: fields of a subclass."""
        return cls(**speaker.record(), **more)


class QuotedSpeaker(SpeakerRef):
    """A speaker with a count."""

    quote_count: int = Field(description="Quotes that look-ups show.")

    @classmethod
    def counted(cls, quoted: Quoted) -> Self:
        """Of the list."""
        return cls.of(quoted.speaker, quote_count=quoted.quotes)


class SpeakerPage(BaseModel):
    """A page of the list of speakers, the most quoted first."""

    speakers: list[QuotedSpeaker]
    next_page_token: str | None = Field(description="Null on the last page.")


class OfficeRecord(BaseModel):
    """An office that somebody holds or held, as the registry knows it."""

    title: str
    start: str | None = Field(description="`YYYY`, `YYYY-MM` or `YYYY-MM-DD`; null where unknown.")
    end: str | None = Field(description="Null where unknown, and for one that is held still.")


class Count(BaseModel):
    """How many quotes have this value."""

    value: str
    count: int


class SpeakerRecord(QuotedSpeaker):
    """What is known of a speaker."""

    offices: list[OfficeRecord] = Field(description="The latest first.")
    months: list[Count] = Field(description="By month of publication, `YYYY-MM`, in order.")
    outlets: list[Count] = Field(description="By outlet, the commonest first.")
    latest_quotes: list[QuoteRecord]

    @classmethod
    def whole(cls, profile: Profile, offices: Iterable[Office], latest: Iterable[StoredQuote]) -> Self:
        """The speaker with offices and latest quotes."""
        return cls.of(
            profile.speaker,
            quote_count=profile.quotes,
            offices=[OfficeRecord(title=each.title, start=each.first, end=each.last) for each in offices],
            months=[Count(value=month, count=count) for month, count in profile.months],
            outlets=[Count(value=outlet, count=count) for outlet, count in profile.outlets],
            latest_quotes=[QuoteRecord.of(quote) for quote in latest],
        )


class EvidenceRecord(BaseModel):
    """A quote that speaks to a claim."""

    answer: Answer = Field(description="The answer that this quote stands for.")
    similarity: float = Field(description="1 where it holds the claim's words, else how likely it says the same.")
    quote: QuoteRecord


class CheckRecord(BaseModel):
    """Whether they said it. It ranks and links; it never judges whether what was said is true."""

    answer: Answer = Field(description="The first of these that there is evidence for.")
    content: str = Field(description="What of the claim was looked for.")
    speakers: list[SpeakerRef] | None = Field(
        description="Whom `speaker` was taken for; empty: nobody in the store. Null where nobody was asked for."
    )
    evidence: list[EvidenceRecord] = Field(description="By answer, then by similarity, then the newest first.")

    @classmethod
    def of(cls, check: Check, speakers: Iterable[StoredSpeaker] | None) -> Self:
        """The result of a check."""
        return cls(
            answer=check.answer,
            content=check.content,
            speakers=None if speakers is None else [SpeakerRef.of(speaker) for speaker in speakers],
            evidence=[
                EvidenceRecord(answer=each.kind, similarity=each.similarity, quote=QuoteRecord.of(each.quote))
                for each in check.evidence
            ],
        )


class ImportedArticle(BaseModel):
    """What became of one article's quotes."""

    id: str
    right: int = Field(description="Quotes that stand as they were.")
    corrected: int = Field(description="Quotes that were changed or added.")
    wrong: int = Field(description="Quotes that were struck out.")


class ImportResult(BaseModel):
    """What a file changed."""

    articles: list[ImportedArticle]
