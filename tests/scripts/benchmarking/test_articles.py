"""Which articles are read."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest

from ainoi import Article
from benchmarking.articles import corpus_articles, joined, of_length, repeated, seed_articles, words_of


def article(words: int) -> Article:
    return Article(id=str(words), text="một " * words)


def test_a_corpus_is_read_compressed_or_not_without_its_empty_articles(tmp_path: Path) -> None:
    lines = [{"id": "a", "text": "Một.", "date": None, "more": 1}, {"id": "b", "text": " \n"}]
    plain, packed = tmp_path / "a.jsonl", tmp_path / "b.jsonl.xz"
    plain.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    packed.write_bytes(lzma.compress(plain.read_bytes()))
    assert corpus_articles([plain, packed]) == [Article(id="a", text="Một.")] * 2


def test_the_seeds_are_repeated_as_often_as_needed(seeds: Path) -> None:
    articles = seed_articles(seeds)
    assert len(articles) == 5
    assert repeated(articles, 7) == [*articles, *articles[:2]]
    with pytest.raises(ValueError, match="no article"):
        repeated([], 1)


def test_articles_of_a_length_are_the_nearest_ones() -> None:
    articles = [article(words) for words in (10, 97, 104, 99, 106)]
    assert of_length(articles, 100, 2) == [articles[3], articles[1]]


def test_where_no_article_has_the_length_one_is_joined() -> None:
    (long,) = of_length([article(40), article(50), article(70)], 100, 2)
    assert words_of(long) == 100
    with pytest.raises(ValueError, match="the articles have 90"):
        joined([article(40), article(50)], 100)
