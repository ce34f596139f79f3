"""An annotator without a model: every “…” is a direct quote of Peskov. For tests of what is built around the model."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import threading
import time
from collections.abc import Sequence

import numpy as np

from ainoi.errors import AinoiError, EmptyTextError, ModelFolderError, TextTooLongError
from ainoi.resolve.registry import Office, Person, Registry, Tenure
from ainoi.schema import (
    Act,
    AnnotatedArticle,
    Article,
    Context,
    Method,
    ModelVersion,
    Quote,
    QuoteType,
    Span,
    Speaker,
    SpeakerKind,
)

VERSION = ModelVersion(name="fake", version="0", sha256="0" * 64)
PESKOV = Speaker(
    id="peskov", name="Dmitry Peskov", kind=SpeakerKind.PERSON, wikidata=None, method=Method.NAME, confidence=0.9
)
REGISTRY = Registry(
    people=[
        Person(
            id="peskov",
            name="Dmitry Peskov",
            aliases=("Peskov", "Pê-xcốp"),
            offices=(Tenure(office="aide", end="2012"), Tenure(office="spokesperson", start="2012-05-22")),
        ),
        Person(id="zelensky", name="Volodymyr Zelensky", wikidata="Q3874799"),
    ],
    organizations=[],
    offices=[Office(id="aide", names=("trợ lý",)), Office(id="spokesperson", names=("người phát ngôn",))],
    countries=[],
)
SIZE = 16
"""Length of a vector."""
POISON = "POISON"
"""An article with this word makes the annotator raise what it should not."""
DEADLY = "DEADLY"
"""An article with this word ends the process of a ``TroubledAnnotator``, as the kernel does when memory runs out."""
ENDLESS = "ENDLESS"
"""With this word it takes a ``TroubledAnnotator`` longer than any test."""


class FakeAnnotator:
    """Keeps the size of every batch and the threads it was called on.

    Its vectors add up one direction for each word: texts with the same words are near each other.
    """

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.threads: set[int] = set()

    @property
    def version(self) -> ModelVersion:
        return VERSION

    @property
    def registry(self) -> Registry:
        return REGISTRY

    def name_in(self, mention: str) -> str:
        return re.sub("^(ông|Tổng thống) ", "", mention)

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        vectors = np.array(
            [np.sum([_direction(word) for word in text.split()] or [np.zeros(SIZE)], 0) for text in texts]
        )
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)

    def annotate_batch(
        self, articles: Sequence[Article], *, with_text: bool = False
    ) -> list[AnnotatedArticle | AinoiError]:
        self.batches.append(len(articles))
        self.threads.add(threading.get_ident())
        if any(POISON in article.text for article in articles):
            raise RuntimeError("poisoned")
        return [_annotated(article, with_text=with_text) for article in articles]


class TroubledAnnotator(FakeAnnotator):
    """Takes ``seconds`` for each batch, for ever for some, and ends its process with others. For worker processes."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__()
        self._seconds = seconds

    def annotate_batch(
        self, articles: Sequence[Article], *, with_text: bool = False
    ) -> list[AnnotatedArticle | AinoiError]:
        if any(DEADLY in article.text for article in articles):
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(1000 if any(ENDLESS in article.text for article in articles) else self._seconds)
        return super().annotate_batch(articles, with_text=with_text)


def broken_annotator() -> FakeAnnotator:
    """What a model folder that cannot be loaded does."""
    raise ModelFolderError("model.safetensors is no model")


def _direction(word: str) -> np.ndarray:
    return np.frombuffer(hashlib.shake_128(word.casefold().encode()).digest(SIZE), dtype=np.uint8) - 127.5


def _annotated(article: Article, *, with_text: bool) -> AnnotatedArticle | AinoiError:
    if not article.text.strip():
        return EmptyTextError("the article has no text")
    if len(article.text.encode()) > 2_000_000:
        return TextTooLongError("the text is over 2,000,000 bytes")
    id = article.id or article.text_sha256[:16]
    return AnnotatedArticle(
        model=VERSION,
        id=id,
        title=article.title,
        date=article.date,
        url=article.url,
        outlet=article.outlet,
        text=article.text if with_text else None,
        text_sha256=article.text_sha256,
        quotes=tuple(
            _quote(f"{id}:{number}", article.text, *match.span(1))
            for number, match in enumerate(re.finditer("“([^”]+)”", article.text))
        ),
    )


def _quote(id: str, text: str, start: int, end: int) -> Quote:
    return Quote(
        id=id,
        text=text[start:end],
        spans=(Span(start=start, end=end),),
        type=QuoteType.DIRECT,
        act=Act.STATEMENT,
        cue=None,
        mention=None,
        speaker=PESKOV,
        via=None,
        said_on=None,
        denied=False,
        nested_in=None,
        repeat_of=None,
        confidence=0.8,
        context=Context(before=text[:start][-20:], after=text[end:][:20]),
    )
