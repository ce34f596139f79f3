"""Acts and dates of quotes against a second reader's labels, for what the gold files do not say.

A label is ``{"id", "quote", "act", "said_on"}``: the article, the number of one of its gold quotes, and what the
reader found. Only quotes that were found at all are judged; how many were is among the figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ainoi.evaluation.score import Figures, match_article


@dataclass(frozen=True)
class LabelFigures:
    """``found`` of ``records`` quotes; ``acts``: right and total by the reader's act; ``said_on``: a date counts if it
    is the same, to its precision. ``dates``: the reader's, and how many of them are the prediction's too."""

    records: int
    found: int
    acts: dict[str, tuple[int, int]]
    said_on: Figures
    dates: tuple[int, int]


def label_figures(
    labels: Sequence[Mapping[str, Any]],
    articles: Mapping[str, Mapping[str, Any]],
    predictions: Mapping[str, Sequence[Mapping[str, Any]]],
) -> LabelFigures:
    """Judge ``predictions`` (annotated quotes by article id) of gold ``articles``; labels of others are left out."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    hits = predicted = gold = records = found = 0
    for label in labels:
        article = articles.get(label["id"])
        if article is None:
            continue
        records += 1
        quote = _found(article, label["quote"], predictions[label["id"]])
        if quote is None:
            continue
        found += 1
        act = str(label["act"])
        total[act] += 1
        right[act] += quote["act"] == label["act"]
        gold += label["said_on"] is not None
        predicted += quote["said_on"] is not None
        hits += label["said_on"] is not None and label["said_on"] == quote["said_on"]
    return LabelFigures(
        records=records,
        found=found,
        acts={act: (right[act], total[act]) for act in sorted(total)},
        said_on=Figures.of(hits, predicted, hits, gold),
        dates=(hits, gold),
    )


def _found(
    article: Mapping[str, Any], number: int, predictions: Sequence[Mapping[str, Any]]
) -> Mapping[str, Any] | None:
    """The prediction that is paired with one gold quote."""
    match = match_article({**article, "quotes": [article["quotes"][number]]}, predictions)
    if not match.pairs:
        return None
    spans = match.predicted[match.pairs[0][1]].spans
    return next(p for p in predictions if tuple(_span(span) for span in p["spans"]) == spans)


def _span(span: Any) -> tuple[int, int]:
    return (span["start"], span["end"]) if isinstance(span, Mapping) else (span[0], span[1])


def label_lines(figures: LabelFigures) -> Iterator[str]:
    """The figures as lines of text."""
    yield f"second reader: {figures.found} of {figures.records} labelled quotes found"
    for act, (hits, cases) in figures.acts.items():
        yield f"  act {act:10}{hits:6} of {cases:5}   {hits / cases:.3f}"
    said_on = figures.said_on
    yield f"  said_on P {said_on.precision:.3f}   R {said_on.recall:.3f}   F1 {said_on.f1:.3f}"
