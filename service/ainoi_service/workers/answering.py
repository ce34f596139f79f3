"""Annotating a batch so that no article can fail another one: what thread and process workers do alike."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ainoi import AinoiError, AnnotatedArticle, Article
from ainoi_service.workers.annotator import ServiceAnnotator
from ainoi_service.workers.errors import AnnotatorFaultError

Result = AnnotatedArticle | AinoiError


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a batch: a result for each article, in order, and the seconds by stage if the annotator tells."""

    results: Sequence[Result]
    stages: Mapping[str, float] = field(default_factory=dict)


def answer(annotator: ServiceAnnotator, articles: Sequence[Article]) -> Answer:
    """Annotate ``articles``. What the annotator raises becomes the result of the article that it raises it for."""
    told: dict[str, float] = {}
    if hasattr(annotator, "stages"):
        annotator.stages = told
    return Answer(_results(annotator, articles), told)


def _results(annotator: ServiceAnnotator, articles: Sequence[Article]) -> list[Result]:
    """If the annotator raises, each article is tried alone: one must not fail the others."""
    try:
        results = list(annotator.annotate_batch(articles))
        if len(results) != len(articles):
            raise ValueError(f"{len(results)} results for {len(articles)} articles")
        return results
    except Exception as error:
        fault = error
    if len(articles) == 1:
        return [AnnotatorFaultError(_place(fault))]
    return [result for article in articles for result in _results(annotator, [article])]


def _place(error: Exception) -> str:
    """Kind and place of a fault. Its own message may quote the text."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return f"the annotator raised {type(error).__name__}{where}"
