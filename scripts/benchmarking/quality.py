"""How good the pipeline and the baseline are on the same gold articles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ainoi import AnnotatedArticle
from ainoi.evaluation.score import Table, match_article, table_of
from benchmarking.articles import article_of
from benchmarking.baseline import Baseline
from benchmarking.pipeline import BATCH, Pipeline
from benchmarking.table import Row

SHOWN = ("all", "direct")
"""Rows of the scorer's table that are shown."""


@dataclass(frozen=True)
class Scores:
    """F1 by row of the scorer's table."""

    found: dict[str, float]
    attributed: dict[str, float]


@dataclass(frozen=True)
class Quality:
    """``baseline`` is None where underthesea is missing."""

    articles: int
    pipeline: Scores
    baseline: Scores | None

    def rows(self) -> Iterator[Row]:
        """Found and attributed of both."""
        both = {"pipeline": self.pipeline, "baseline": self.baseline}
        for name, scores in both.items():
            if scores is None:
                continue
            for row in SHOWN:
                note = f"found {scores.found[row]:.3f} (F1, {self.articles} articles)"
                yield Row(f"{name}, {row}", f"attributed {scores.attributed[row]:.3f}", note)


def measure(pipeline: Pipeline, baseline: Baseline | None, gold: Sequence[dict[str, Any]]) -> Quality:
    """Score both on ``gold``; an article that the pipeline refuses counts as one without quotes."""
    predicted: list[list[dict[str, Any]]] = []
    for first in range(0, len(gold), BATCH):
        results = pipeline.annotator.annotate_batch([article_of(article) for article in gold[first : first + BATCH]])
        predicted += [r.model_dump(mode="json")["quotes"] if isinstance(r, AnnotatedArticle) else [] for r in results]
    return Quality(
        len(gold),
        _scores(gold, predicted),
        _scores(gold, [baseline.annotate(article["text"]) for article in gold]) if baseline else None,
    )


def _scores(gold: Sequence[dict[str, Any]], predicted: Sequence[Sequence[dict[str, Any]]]) -> Scores:
    table: Table = table_of([match_article(article, quotes) for article, quotes in zip(gold, predicted, strict=True)])
    return Scores(
        found={row: table.rows[row].quotes.f1 for row in SHOWN},
        attributed={row: table.rows[row].attributed.f1 for row in SHOWN},
    )
