"""A store of a few quotes and what searches it, with an embedding that needs no model."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ainoi.schema import (
    Act,
    AnnotatedArticle,
    Article,
    Context,
    Method,
    Quote,
    QuoteType,
    Span,
    Speaker,
    SpeakerKind,
)
from ainoi_service.search.folding import exact, fold
from ainoi_service.search.lookup import Lookup
from ainoi_service.similar.neighbours import Neighbours
from ainoi_service.store import articles
from ainoi_service.store.engine import Store
from ainoi_service.store.ingest import prepared, put
from ainoi_service.store.names import PlainNames
from fake_annotator import VERSION

SIZE = 32


def embed(texts: Sequence[str]) -> np.ndarray:
    """A bag of words: each word is a direction drawn from its hash."""
    vectors = np.zeros((len(texts), SIZE), dtype=np.float32)
    for row, text in enumerate(texts):
        for word in exact(text).split():
            seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4])
            vectors[row] += np.random.default_rng(seed).standard_normal(SIZE).astype(np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, 1)


class TitledNames(PlainNames):
    """Knows that *ông* and *bà* are no names."""

    def bare(self, mention: str) -> str:
        return mention.removeprefix("ông ").removeprefix("bà ")


@dataclass(frozen=True)
class Said:
    """A quote for the store: who said what in an article of this day."""

    speaker: str | None
    text: str
    date: str | None = "2025-12-04"
    denied: bool = False
    act: Act | None = Act.STATEMENT
    local: bool = False
    """Known by a single name, in this article only."""


def speaker_of(said: Said) -> Speaker:
    if said.speaker is None:
        return Speaker(kind=SpeakerKind.UNKNOWN, confidence=0.5)
    id = f"article:{fold(said.speaker)}" if said.local else f"name:{fold(said.speaker)}"
    return Speaker(id=id, name=said.speaker, kind=SpeakerKind.PERSON, method=Method.NAME, confidence=0.9)


class Bench:
    """A store, and what searches it. ``put`` adds an article and gives the ids of its quotes."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.lookup = Lookup(store)
        self.neighbours = Neighbours(store, self.lookup, embed, VERSION)
        self._count = 0
        self._articles: list[str] = []

    def clear(self) -> None:
        """Take everything down."""
        for id in self._articles:
            articles.delete(self.store, id)
        self._articles.clear()

    def put(self, *said: Said) -> list[str]:
        self._count += 1
        text = "\n".join(one.text for one in said)
        article = prepared(Article(id=f"a{self._count}", text=text, date=said[0].date))
        start, quotes = 0, []
        for place, one in enumerate(said):
            quotes.append(
                Quote(
                    id=f"{article.id}-{place}",
                    text=one.text,
                    spans=(Span(start=start, end=start + len(one.text)),),
                    type=QuoteType.INDIRECT,
                    act=one.act,
                    cue=None,
                    mention=None,
                    speaker=speaker_of(one),
                    via=None,
                    said_on=None,
                    denied=one.denied,
                    nested_in=None,
                    repeat_of=None,
                    confidence=0.9,
                    context=Context(before="", after=""),
                )
            )
            start += len(one.text) + 1
        annotated = AnnotatedArticle(
            model=VERSION,
            id=article.id,
            title=None,
            date=article.date,
            url=None,
            outlet=None,
            text_sha256=article.text_sha256,
            quotes=tuple(quotes),
        )
        done = put(self.store, article.model_copy(update={"id": f"a{self._count}"}), annotated)
        self._articles.append(done.id)
        return [quote.id for quote in quotes]
