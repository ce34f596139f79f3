"""A model that only takes time, in proportion to what it is given: for a load test of everything around the model."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ainoi import AinoiError, AnnotatedArticle, Article
from ainoi.resolve.registry import Registry
from ainoi.schema import Context, ModelVersion, Quote, QuoteType, Span, Speaker, SpeakerKind
from ainoi_service.workers.subwords import subwords_in

NOBODY = Speaker(kind=SpeakerKind.UNKNOWN, confidence=0.0)


class SleepingAnnotator:
    """Takes every “…” for a quote of nobody. ``rate``: subwords in a second."""

    version = ModelVersion(name="sleeping", version="0", sha256="0" * 64)
    registry = Registry(people=[], organizations=[], offices=[], countries=[])

    def __init__(self, rate: float) -> None:
        self._rate = rate

    def annotate_batch(
        self, articles: Sequence[Article], *, with_text: bool = False
    ) -> Sequence[AnnotatedArticle | AinoiError]:
        """What stands in quotation marks in each."""
        time.sleep(sum(subwords_in(article.text) for article in articles) / self._rate)
        return [
            AnnotatedArticle(
                model=self.version,
                id=article.id,
                title=article.title,
                date=article.date,
                url=article.url,
                outlet=article.outlet,
                text=article.text if with_text else None,
                text_sha256=article.text_sha256,
                quotes=tuple(
                    _quote(f"{article.id}:{match.start()}", article.text, *match.span(1))
                    for match in re.finditer("“([^”]+)”", article.text)
                ),
            )
            for article in articles
        ]

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Zeros."""
        return np.zeros((len(texts), 8), dtype=np.float32)

    def name_in(self, mention: str) -> str:
        """The mention."""
        return mention


def _quote(id: str, text: str, start: int, end: int) -> Quote:
    return Quote(
        id=id,
        text=text[start:end],
        spans=(Span(start=start, end=end),),
        type=QuoteType.DIRECT,
        act=None,
        cue=None,
        mention=None,
        speaker=NOBODY,
        via=None,
        said_on=None,
        denied=False,
        nested_in=None,
        repeat_of=None,
        confidence=0.0,
        context=Context(before="", after=""),
    )
