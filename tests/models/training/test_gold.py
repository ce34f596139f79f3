"""Gold files and their folds."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi.training.gold import FOLDS, fold_of, read_gold

ARTICLE = {"id": "a", "text": "Ông Tám nói.", "quotes": []}


def test_articles_are_read_in_order_and_blank_lines_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(f"{json.dumps(ARTICLE)}\n\n{json.dumps({**ARTICLE, 'id': 'b'})}\n", encoding="utf-8")
    assert read_gold(path) == [ARTICLE, {**ARTICLE, "id": "b"}]


def test_seed_gold_is_read(seeds: Path) -> None:
    articles = read_gold(seeds / "gold.jsonl")
    assert [article["id"] for article in articles] == sorted(path.stem for path in seeds.glob("*.txt"))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2"),
        ("[]", "line 2: an article needs id, text and quotes"),
        ('{"id": "b", "text": "x"}', "line 2: an article needs id, text and quotes"),
    ],
)
def test_wrong_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(f"{json.dumps(ARTICLE)}\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        read_gold(path)


def test_fold_of_an_article_never_changes() -> None:
    assert [fold_of(f"article-{number}") for number in range(8)] == [0, 3, 4, 3, 1, 0, 4, 1]


@given(st.text())
def test_every_article_has_a_fold(article_id: str) -> None:
    assert 0 <= fold_of(article_id) < FOLDS


def test_folds_are_of_similar_size() -> None:
    sizes = Counter(fold_of(f"article-{number}") for number in range(1000))
    assert len(sizes) == FOLDS and min(sizes.values()) > 150
