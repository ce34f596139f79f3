"""Made-up articles with their annotations: a newsroom's three years in a few minutes, the same for the same seed.

Sentences are ``wording``'s, who speaks is ``cast``'s, how a quote is introduced ``frames``'. Lengths, shares and
confidences are those of 26,000 quotes that the model found in real articles. What somebody said is often printed by
several articles within some days, word by word or in another translation.
"""

from __future__ import annotations

from bisect import bisect
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

from ainoi import AnnotatedArticle, Article, Quote, Span
from ainoi.resolve.registry import Registry
from ainoi.schema import Act, Candidate, Context, ModelVersion, QuoteType, Speaker, SpeakerKind, TextSpan
from ainoi_service.store.corrections import quote_id
from ainoi_service.store.ingest import prepared
from ainoi_service.store.quotes import CONTEXT
from benchmarking.stores.cast import Cast, Role
from benchmarking.stores.frames import CUE, SAID, WHO, frames
from benchmarking.stores.wording import Wording

FIRST_DAY, LAST_DAY = date(2022, 12, 5), date(2025, 12, 4)
SHARES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0)
"""Of what lies below the values of ``LENGTHS``, ``QUOTES`` and ``CONFIDENCES``."""
LENGTHS = {
    QuoteType.DIRECT: (1, 8, 20, 33, 52, 85, 119, 300),
    QuoteType.MIXED: (3, 8, 15, 23, 31, 48, 70, 170),
    QuoteType.INDIRECT: (2, 7, 14, 20, 28, 44, 61, 120),
}
"""Words of a quote."""
QUOTES = (1, 3, 6, 8, 12, 18, 24, 33)
"""Quotes of an article."""
CONFIDENCES = (0.01, 0.57, 0.863, 0.94, 0.977, 0.9975, 0.9983, 0.999)
TYPES = ((QuoteType.INDIRECT, 0.589), (QuoteType.DIRECT, 0.29), (QuoteType.MIXED, 0.121))
ACTS = ((Act.STATEMENT, 0.883), (Act.REQUEST, 0.057), (None, 0.049), (Act.DENIAL, 0.0055), (Act.QUESTION, 0.0055))
VIA, SAID_ON, NESTED, REPEATED, DENIED, SPLIT = 0.097, 0.19, 0.024, 0.004, 0.0005, 0.002
TOLD_BEFORE, WORD_BY_WORD, DAYS_LATER = 0.2, 0.4, 5
"""Share of quotes that another article had, of those the share in its very words, and at most how many days before."""
SPARE = 3_000
"""Sentences between the quotes, of which articles take some."""
LATELY = 1_000
"""Statements among which later articles find what to tell again."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MadeUp:
    """An article as a caller has it, and what the annotator would say of it."""

    article: Article
    annotated: AnnotatedArticle


@dataclass(frozen=True, slots=True)
class _Said:
    """What somebody said in an article of some day."""

    role: Role
    words: str
    day: date
    type: QuoteType


@dataclass(frozen=True, eq=False, kw_only=True)
class _Draft:
    """A quote before its article has an id. ``inside`` and ``copy_of`` are quotes of the same article."""

    spans: Sequence[tuple[int, int]]
    type: QuoteType
    act: Act | None
    speaker: Speaker
    denied: bool
    confidence: float
    cue: tuple[int, int] | None = None
    mention: tuple[int, int] | None = None
    via: str | None = None
    said_on: str | None = None
    inside: _Draft | None = None
    copy_of: _Draft | None = None


@dataclass(slots=True)
class _Page:
    """An article's text as it grows, and its quotes."""

    text: str = ""
    quotes: list[_Draft] = field(default_factory=list)

    def add(self, words: str) -> tuple[int, int]:
        """Append words; returns where they stand."""
        start = len(self.text)
        self.text += words
        return start, len(self.text)


class Newsroom:
    """Writes articles."""

    def __init__(self, registry: Registry, gold: Path, model: ModelVersion, *, seed: int = 0) -> None:
        """``gold``: the gold file whose quotes' frames are used. ``model``: who the annotations are said to be by."""
        self._rng = Random(seed)
        self._wording = Wording.shipped()
        self._cast = Cast(registry, self._rng)
        known = frames(gold)
        self._frames = {marked: [frame for frame in known if frame.marked == marked] for marked in (True, False)}
        self._model = model
        self._spare = [self._wording.text(self._rng, self._rng.randint(15, 35)) + "." for _ in range(SPARE)]
        self._lately: deque[_Said] = deque(maxlen=LATELY)

    def articles(self, quotes: int, *, first: int = 1) -> Iterator[MadeUp]:
        """Articles in the order of their days, with so many quotes together (repeats and quotes in quotes count too),
        their numbers from ``first`` on."""
        made, number = 0, first
        days = (LAST_DAY - FIRST_DAY).days + 1
        while made < quotes:
            day = FIRST_DAY + timedelta(days=days * made // quotes)
            article = self._article(number, day, min(quotes - made, max(1, round(_drawn(self._rng, QUOTES)))))
            made += len(article.annotated.quotes)
            number += 1
            yield article

    def _article(self, number: int, day: date, quotes: int) -> MadeUp:
        rng, page = self._rng, _Page()
        roles = [self._cast.role(rng) for _ in range(max(1, round(quotes * rng.uniform(0.3, 0.7))))]
        page.add(rng.choice(self._spare))
        while len(page.quotes) < quotes:
            page.add("\n" + "".join(rng.choice(self._spare) + " " for _ in range(rng.randint(0, 2))))
            page.quotes.append(told := self._told(page, self._said(rng.choice(roles), day), day))
            if rng.random() < NESTED and len(page.quotes) < quotes:
                page.quotes += self._inside(page, rng.choice(roles), told)
            if rng.random() < REPEATED and len(page.quotes) < quotes:
                page.quotes.append(_again(page, told))
        article = Article(
            text=page.text,
            title=self._wording.text(rng, rng.randint(8, 14)),
            date=day.isoformat(),
            url=f"https://news.example/{number}.html",
            outlet=self._cast.papers.draw(rng),
        )
        return MadeUp(article, self._annotated(article, page.quotes))

    def _said(self, role: Role, day: date) -> _Said:
        """Something said: new, or what another article had some days ago."""
        rng = self._rng
        if self._lately and rng.random() < TOLD_BEFORE:
            before = rng.choice(self._lately)
            if 0 < (day - before.day).days <= DAYS_LATER:
                words = before.words if rng.random() < WORD_BY_WORD else self._wording.otherwise(rng, before.words)
                return _Said(before.role, words, before.day, before.type)
        type = _weighted(rng, TYPES)
        words = self._wording.text(rng, max(1, round(_drawn(rng, LENGTHS[type]))))
        self._lately.append(_Said(role, words, day, type))
        return self._lately[-1]

    def _told(self, page: _Page, said: _Said, day: date) -> _Draft:
        """A sentence with a quote in it."""
        rng = self._rng
        frame = rng.choice(self._frames[said.type is QuoteType.DIRECT])
        mention, speaker = said.role.named(rng)
        words = {WHO: mention, CUE: frame.cue, SAID: _marked(said)}
        places = {piece: page.add(words.get(piece, piece)) for piece in frame.pieces}
        spoken_of = rng.random() < SAID_ON
        return _Draft(
            spans=_spans(page.text, *places[SAID], split=rng.random() < SPLIT),
            type=said.type,
            act=_weighted(rng, ACTS),
            speaker=speaker.model_copy(update={"alternatives": self._considered(speaker)}),
            denied=rng.random() < DENIED,
            confidence=round(_drawn(rng, CONFIDENCES), 4),
            cue=places[CUE],
            mention=places[WHO],
            via=self._cast.channels.draw(rng) if rng.random() < VIA else None,
            said_on=(day - timedelta(days=rng.randint(0, 3))).isoformat() if spoken_of else None,
        )

    def _inside(self, page: _Page, role: Role, outer: _Draft) -> Iterator[_Draft]:
        """The second half of a quote as a quote of somebody else; nothing where it is a single word."""
        start, end = outer.spans[-1]
        middle = page.text.rfind(" ", start, (start + end) // 2) + 1
        if middle > start:
            _, speaker = role.named(self._rng)
            yield _Draft(
                spans=[(middle, end)],
                type=QuoteType.INDIRECT,
                act=None,
                speaker=speaker,
                denied=False,
                confidence=round(_drawn(self._rng, CONFIDENCES), 4),
                inside=outer,
            )

    def _considered(self, speaker: Speaker) -> tuple[Candidate, ...]:
        return self._cast.considered(self._rng) if speaker.kind is not SpeakerKind.UNNAMED else ()

    def _annotated(self, article: Article, drafts: Sequence[_Draft]) -> AnnotatedArticle:
        own, text = prepared(article), article.text
        quotes: list[Quote] = []
        id_of: dict[_Draft | None, str | None] = {None: None}
        for draft in sorted(drafts, key=lambda one: one.spans[0]):
            spans = tuple(Span(start=start, end=end) for start, end in draft.spans)
            id = id_of[draft] = quote_id(own.id, spans)
            quotes.append(
                Quote(
                    id=id,
                    text=" … ".join(text[span.start : span.end] for span in spans),
                    spans=spans,
                    type=draft.type,
                    act=draft.act,
                    cue=_text_span(text, draft.cue),
                    mention=_text_span(text, draft.mention),
                    speaker=draft.speaker,
                    via=draft.via,
                    said_on=draft.said_on,
                    denied=draft.denied,
                    nested_in=id_of[draft.inside],
                    repeat_of=id_of[draft.copy_of],
                    confidence=draft.confidence,
                    context=Context(
                        before=text[max(0, spans[0].start - CONTEXT) : spans[0].start],
                        after=text[spans[-1].end : spans[-1].end + CONTEXT],
                    ),
                )
            )
        return AnnotatedArticle(
            model=self._model,
            id=own.id,
            title=article.title,
            date=article.date,
            url=article.url,
            outlet=article.outlet,
            text_sha256=article.text_sha256,
            quotes=tuple(quotes),
        )


def _again(page: _Page, told: _Draft) -> _Draft:
    """A quote's words once more, as pages print a passage twice."""
    spans: list[tuple[int, int]] = []
    for start, end in told.spans:
        page.add(" " if spans else "\n")
        spans.append(page.add(page.text[start:end]))
    return replace(told, spans=spans, cue=None, mention=None, inside=None, copy_of=told)


def _marked(said: _Said) -> str:
    """The words as they are printed: of a mixed quote the last part stands inside quotation marks."""
    if said.type is not QuoteType.MIXED or " " not in said.words:
        return said.words
    at = said.words.index(" ", len(said.words) // 3) if " " in said.words[len(said.words) // 3 :] else 0
    return f"{said.words[:at]} “{said.words[at:].strip()}”".strip()


def _spans(text: str, start: int, end: int, *, split: bool) -> list[tuple[int, int]]:
    """Where the words stand: in one piece, or with a word left out in the middle."""
    left = text.find(" ", start + (end - start) // 2, end)
    right = text.find(" ", left + 1, end)
    return [(start, left), (right + 1, end)] if split and start < left < right else [(start, end)]


def _text_span(text: str, place: tuple[int, int] | None) -> TextSpan | None:
    return TextSpan(start=place[0], end=place[1], text=text[slice(*place)]) if place is not None else None


def _drawn(rng: Random, values: Sequence[float]) -> float:
    """A value of a distribution of which ``values`` are those below which ``SHARES`` lie."""
    share = rng.random()
    at = bisect(SHARES, share)
    low, high = SHARES[at - 1 : at + 1]
    return values[at - 1] + (values[at] - values[at - 1]) * (share - low) / (high - low)


def _weighted(rng: Random, shares: Sequence[tuple[T, float]]) -> T:
    """One of the values, each by its share; the shares sum to 1, or nearly."""
    left = rng.random()
    for value, share in shares:
        if left < share:
            return value
        left -= share
    return shares[0][0]
