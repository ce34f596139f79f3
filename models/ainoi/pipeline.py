"""The way of an article: clean → encode → tag → decode → resolve → quotes."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Self, cast

import numpy as np

from ainoi.attribution.cues import act_of
from ainoi.attribution.denial import is_denied
from ainoi.attribution.passage import QuoteParts
from ainoi.attribution.said_on import find_said_on
from ainoi.attribution.via import find_vias
from ainoi.clean import Cleaned, clean
from ainoi.clean.furniture import Block
from ainoi.clean.repeats import original
from ainoi.clean.suspicious import is_suspicious
from ainoi.decode.quotes import Decoded, Decoding, decode
from ainoi.embedding import Embedding
from ainoi.errors import AinoiError, EmptyTextError, TextTooLongError
from ainoi.lang import LanguagePack, load_pack
from ainoi.marks import inside, pairs, quote_type
from ainoi.model_folder import LoadedModel, load_model
from ainoi.precision import Precision
from ainoi.resolve.bare_names import BareNames
from ainoi.resolve.certainty import speaker_evidence, sure, weighed
from ainoi.resolve.dates import period
from ainoi.resolve.names import Label, Mention
from ainoi.resolve.registry import Registry
from ainoi.resolve.speakers import Resolver, SourceMention
from ainoi.resolve.words import Words
from ainoi.schema import (
    AnnotatedArticle,
    Article,
    Context,
    ModelVersion,
    Quote,
    Span,
    Speaker,
    TextSpan,
    Warning,
)
from ainoi.stages import timed
from ainoi.tag import Tagger, Tags
from ainoi.tokens import tokenize

MAX_BYTES = 2_000_000
"""Longest text of one article, in bytes of UTF-8."""

CONTEXT = 80
"""Characters of the article shown on each side of a quote."""

CharSpan = tuple[int, int]

_ISO_DATE = re.compile(r"\d{4}(?:-\d\d){0,2}")


class Annotator:
    """Finds every attributed quote of an article. Load once, use for many; one thread at a time."""

    def __init__(self, model: LoadedModel, pack: LanguagePack, tagger: Tagger | None = None) -> None:
        """``tagger``: what reads instead of the model's own network; the model's configuration still holds."""
        self._pack = pack
        self._model = model
        self._config = model.config
        self._tagger = tagger or Tagger(model.network, model.encoder)
        self._resolver = Resolver(pack.registry, pack.names)
        self._bare_names = BareNames(pack.names, self._resolver.reader)
        self.version: ModelVersion = model.version
        self.stages: dict[str, float] | None = None
        """Give it a dict, and the seconds that articles spend in ``clean``, ``encode``, ``tag``, ``decode`` and
        ``resolve`` add up there. On a GPU part of what ``encode`` takes counts as ``tag``, which waits for it."""

    @classmethod
    def load(
        cls,
        folder: Path | None = None,
        *,
        registry_files: Sequence[Path] = (),
        threads: int | None = None,
        device: str = "cpu",
        precision: Precision | None = None,
    ) -> Self:
        """Load the model in ``folder`` (the one that ships with the library if None).

        ``registry_files`` add people, organizations and offices to the registry; ``threads`` sets how many threads the
        whole process computes with; ``precision`` is what the encoder computes in, see
        :func:`ainoi.model_folder.load_model`. Raises ModelFolderError and RegistryError, and
        ValueError for a precision that cannot be; nothing is ever fetched.
        """
        model = load_model(folder, threads=threads, device=device, precision=precision)
        return cls(model, load_pack(model.config.language, registry_files))

    def annotate(self, article: Article, *, with_text: bool = False) -> AnnotatedArticle:
        """The quotes of one article. Raises EmptyTextError and TextTooLongError.

        ``with_text`` puts the text, in which the offsets count, into the result.
        """
        [result] = self.annotate_batch([article], with_text=with_text)
        if isinstance(result, AinoiError):
            raise result
        return result

    def annotate_batch(
        self, articles: Sequence[Article], *, with_text: bool = False
    ) -> list[AnnotatedArticle | AinoiError]:
        """The quotes of several articles, in the same order; on a GPU the network reads them together.

        An article that cannot be annotated gives its error instead and leaves the others alone.
        """
        results: list[AnnotatedArticle | AinoiError | None] = [_refusal(article) for article in articles]
        chosen = [i for i, result in enumerate(results) if result is None]
        with timed(self.stages, "clean"):
            cleaned = {i: clean(articles[i].text, self._pack.furniture) for i in chosen}
            readable = [i for i in chosen if self._pack.test.accepts(cleaned[i].text)]
            tokens = [tokenize(cleaned[i].text) for i in readable]
        self._tagger.stages = self.stages
        tags = self._tagger.tag([cleaned[i].text for i in readable], tokens)
        for i in set(chosen).difference(readable):
            results[i] = self._result(articles[i], (), with_text, ("unsupported_language",))
        for i, article_tokens, article_tags in zip(readable, tokens, tags, strict=True):
            with timed(self.stages, "decode"):
                decoding = self.decode(cleaned[i], article_tokens, article_tags)
            quotes = tuple(self._quotes(articles[i], cleaned[i], decoding))
            deceives = bool(quotes) and is_suspicious(articles[i].text, _names(cleaned[i], decoding))
            results[i] = self._result(articles[i], quotes, with_text, ("suspicious_characters",) if deceives else ())
        return [result for result in results if result is not None]

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of short texts, ``[texts, size]`` in float32, each of unit length (zeros without words).

        Their products say how alike the words are; see :mod:`ainoi.embedding`. Any thread may call it at any time.
        """
        return self._embedding(texts)

    @cached_property
    def _embedding(self) -> Embedding:
        return Embedding(self._model.network.table(), self._model.encoder)

    @property
    def registry(self) -> Registry:
        """Who is known: the people with their offices, organizations and countries."""
        return self._pack.registry

    def name_in(self, mention: str) -> str:
        """The name alone in ``mention``, as people write it when they ask for somebody: *Tổng thống Zelensky*.

        Without a title, the mention itself. Any thread may call it at any time.
        """
        return self._bare_names.of(mention)

    def mention_form(self, mention: str) -> str:
        """Whether a mention is a ``name``, a ``role`` or a ``pronoun``."""
        words = Words.of(mention, self._pack.names.spelling)
        if not len(words):
            return "role"
        parsed = self._resolver.reader.parse(words, 0, len(words))
        if parsed.named or parsed.form in ("organization", "joint"):
            return "name"
        return "pronoun" if parsed.form in ("pronoun", "plural", "first") else "role"

    def _result(
        self, article: Article, quotes: tuple[Quote, ...], with_text: bool, warnings: tuple[Warning, ...] = ()
    ) -> AnnotatedArticle:
        if article.date is not None and period(article.date) is None:
            warnings = (*warnings, "bad_date")
        return AnnotatedArticle(
            model=self.version,
            id=_article_id(article),
            title=article.title,
            date=article.date if "bad_date" not in warnings else None,
            url=article.url,
            outlet=article.outlet,
            text=article.text if with_text else None,
            text_sha256=article.text_sha256,
            quotes=quotes,
            warnings=warnings,
        )

    def decode(
        self, cleaned: Cleaned, tokens: Sequence[CharSpan], tags: Tags, *, least_confidence: float | None = None
    ) -> Decoding:
        """Quotes without speakers, and mentions, from the network's tags; see :func:`ainoi.decode.quotes.decode`."""
        return decode(
            cleaned.text,
            tokens,
            tags,
            self._tagger,
            self._config,
            pairs=pairs(cleaned.text),
            excluded=cleaned.excluded,
            leading=self._pack.clause_words,
            relays=self._pack.relay_cues,
            owners=self._pack.owners,
            naming_cues=self._pack.naming_cues,
            least_confidence=least_confidence,
        )

    def _quotes(self, article: Article, cleaned: Cleaned, decoding: Decoding) -> Iterator[Quote]:
        """The quotes of one article in the order of their first span."""
        text = cleaned.text
        decoded = decoding.quotes
        if not decoded:
            return
        with timed(self.stages, "resolve"):
            speakers = self.speakers(article, cleaned, decoding)
        parts = [QuoteParts(q.cue, q.source.span if q.source else None, q.spans) for q in decoded]
        vias = find_vias(text, parts, self._pack.channels, self._pack.outlets)
        came_out = period(article.date or _date_line(text, cleaned.blocks))
        said_on = find_said_on(
            text, parts, [speaker.id for speaker in speakers], came_out, self._pack.dates, self._pack.occasions
        )
        spans = [tuple(Span(start=s, end=e) for s, e in _to_source(cleaned, q.spans)) for q in decoded]
        article_id = _article_id(article)
        ids = [_quote_id(article_id, quote_spans) for quote_spans in spans]
        by_start = {q.spans[0][0]: i for i, q in reversed(list(enumerate(decoded)))}
        flags = inside(text)
        for i, quote in enumerate(decoded):
            first = original(cleaned.repeats, quote.spans[0][0])
            twin = by_start.get(first) if first is not None else None
            if twin is not None and _words(text, decoded[twin]) != _words(text, quote):
                twin = None
            yield Quote(
                id=ids[i],
                text=" … ".join(article.text[span.start : span.end] for span in spans[i]),
                spans=spans[i],
                type=quote_type(text, list(quote.spans), flags),
                act=act_of(text, quote.cue, quote.spans[0], self._pack.cues),
                cue=_text_span(article, cleaned, quote.cue),
                mention=_text_span(article, cleaned, quote.source.span if quote.source else None),
                speaker=speakers[i],
                via=vias[i],
                said_on=said_on[i],
                denied=quote.cue is not None
                and is_denied(text, quote.cue, parts[i].mention, quote.spans, self._pack.denials),
                nested_in=ids[quote.host] if quote.host is not None else None,
                repeat_of=ids[twin] if twin is not None else None,
                confidence=round(quote.confidence, 4),
                context=Context(
                    before=article.text[max(0, spans[i][0].start - CONTEXT) : spans[i][0].start],
                    after=article.text[spans[i][-1].end : spans[i][-1].end + CONTEXT],
                ),
            )

    def speakers(self, article: Article, cleaned: Cleaned, decoding: Decoding) -> list[Speaker]:
        """Who said each quote of ``decoding``: a named one only where it is sure enough."""
        weights = self._config.calibration.get("speaker")
        found = self.resolved(article, cleaned, decoding)
        if weights is not None:
            found = [
                weighed(speaker, weights, self.evidence(speaker, quote)) if speaker.name is not None else speaker
                for speaker, quote in zip(found, decoding.quotes, strict=True)
            ]
        return [sure(speaker, self._config.speaker_threshold) for speaker in found]

    def evidence(self, speaker: Speaker, quote: Decoded) -> tuple[float, ...]:
        """What the confidence of a quote's named speaker is computed from."""
        kinds = [math.exp(value) for value in quote.source.kinds] if quote.source is not None else []
        return speaker_evidence(speaker, quote.evidence, kinds, self._config.kinds)

    def resolved(self, article: Article, cleaned: Cleaned, decoding: Decoding) -> list[Speaker]:
        """Who said each quote of ``decoding`` by the rules alone, each with the confidence of the rule."""
        text = cleaned.text
        sources = [self._source(quote) for quote in decoding.quotes]
        mentions = [Mention(*found.span, cast(Label, found.type), found.speaks) for found in decoding.mentions]
        date = article.date or _date_line(text, cleaned.blocks)
        return self._resolver.resolve(text, sources, mentions, date=date, title=article.title)

    def _source(self, quote: Decoded) -> SourceMention:
        if quote.source is None:
            return SourceMention(None, None, contents=quote.spans, cue=quote.cue)
        likeliest = max(range(len(quote.source.kinds)), key=quote.source.kinds.__getitem__)
        return SourceMention(
            *quote.source.span,
            contents=quote.spans,
            cue=quote.cue,
            kind=self._config.kinds[likeliest],
            kind_probability=math.exp(quote.source.kinds[likeliest]),
            meant=dict(quote.source.meant),
            hidden=quote.source.hidden,
        )


def _date_line(text: str, blocks: Sequence[Block]) -> str | None:
    """The date that the page's own date line states (ISO form), for an article that came without one."""
    for block in blocks:
        if block.kind == "date_line" and (found := _ISO_DATE.search(text, block.start, block.end)):
            return found.group()
    return None


def _refusal(article: Article) -> AinoiError | None:
    """Why an article cannot be annotated, if so."""
    if not article.text or article.text.isspace():
        return EmptyTextError(f"article {article.id!r} has no text")
    size = len(article.text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        return TextTooLongError(f"article {article.id!r} has {size} bytes of text; the limit is {MAX_BYTES}")
    return None


def _article_id(article: Article) -> str:
    return article.id or article.text_sha256[:16]


def _quote_id(article_id: str, spans: Sequence[Span]) -> str:
    places = ",".join(f"{span.start}-{span.end}" for span in spans)
    return hashlib.sha256(f"{article_id}\n{places}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _to_source(cleaned: Cleaned, spans: Sequence[CharSpan]) -> list[CharSpan]:
    return [cleaned.shadow.to_source(start, end) for start, end in spans]


def _names(cleaned: Cleaned, decoding: Decoding) -> list[CharSpan]:
    """Where, in the caller's text, the sources of quotes and whoever else is mentioned are named."""
    sources = [quote.source.span for quote in decoding.quotes if quote.source is not None]
    return _to_source(cleaned, [*sources, *(mention.span for mention in decoding.mentions)])


def _text_span(article: Article, cleaned: Cleaned, span: CharSpan | None) -> TextSpan | None:
    if span is None:
        return None
    start, end = cleaned.shadow.to_source(*span)
    return TextSpan(start=start, end=end, text=article.text[start:end])


def _words(text: str, quote: Decoded) -> list[str]:
    return [text[start:end] for start, end in quote.spans]
