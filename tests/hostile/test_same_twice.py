"""T45: the same text gives the same quotes, alone or in a batch, on one thread or two."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from ainoi import AnnotatedArticle, Annotator, Article

Record = Callable[[str, object], None]
SEEDS = Path(__file__).parent.parent.parent / "seeds" / "gold.jsonl"
CLOSE = 1e-4
"""Confidences are rounded to four places; sums in another order may round the last one otherwise."""


def _articles() -> list[Article]:
    """Eight articles of different lengths, made of the seeds."""
    texts = [json.loads(line)["text"] for line in SEEDS.read_text(encoding="utf-8").splitlines()]
    cut = [*texts[1:4], *(text[: len(text) // 3] for text in texts)]
    return [Article(id=str(i), text=text, date="2025-12-04") for i, text in enumerate(cut)]


@pytest.fixture
def threads() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def _without_confidences(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_confidences(v) for key, v in value.items() if key != "confidence"}
    return [_without_confidences(v) for v in value] if isinstance(value, list) else value


def _confidences(value: Any) -> list[float]:
    if isinstance(value, dict):
        own = [value["confidence"]] if "confidence" in value else []
        return own + [c for v in value.values() for c in _confidences(v)]
    return [c for v in value for c in _confidences(v)] if isinstance(value, list) else []


def _assert_same(one: AnnotatedArticle, other: AnnotatedArticle) -> None:
    a, b = json.loads(one.model_dump_json()), json.loads(other.model_dump_json())
    assert _without_confidences(a) == _without_confidences(b)
    assert _confidences(a) == pytest.approx(_confidences(b), abs=CLOSE)


def test_alone_twice_in_a_batch_and_on_two_threads(
    annotator: Annotator, threads: None, record_property: Record
) -> None:
    articles = _articles()
    alone = [annotator.annotate(article) for article in articles]
    again = [annotator.annotate(article) for article in articles[:4]]
    assert [a.model_dump_json() for a in alone[:4]] == [a.model_dump_json() for a in again]
    together = annotator.annotate_batch(articles)
    torch.set_num_threads(2)
    doubled = annotator.annotate_batch(articles[:4])
    count = 4
    for one, other in [*zip(alone, together, strict=True), *zip(alone[:4], doubled, strict=True)]:
        assert isinstance(other, AnnotatedArticle) and one.quotes
        _assert_same(one, other)
        count += 1
    record_property("count", count)
