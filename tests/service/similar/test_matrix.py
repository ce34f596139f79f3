"""Vectors follow the index: each quote keeps its own, wherever it is moved, and is read from the store once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ainoi import AnnotatedArticle, Article
from ainoi_service.search.following import Follower
from ainoi_service.search.index import Index
from ainoi_service.similar.matrix import Block, Matrix, packed
from ainoi_service.store import articles, embeddings
from ainoi_service.store.engine import Store, open_store, sqlite_url
from ainoi_service.store.ingest import prepared, put
from ainoi_service.store.quotes import by_numbers
from fake_annotator import VERSION, FakeAnnotator

ARTICLES = 12


def stored(store: Store, number: int, *, replace: bool = False) -> str:
    annotator = FakeAnnotator()
    article = Article(text=f"Ông nói: “lời {number} về mưa”, rồi: “lời {number} về nắng”.", url=f"u{number}")
    [annotated] = annotator.annotate_batch([prepared(article)])
    assert isinstance(annotated, AnnotatedArticle)
    vectors = annotator.embed([quote.text for quote in annotated.quotes])
    own = {quote.id: packed(vector) for quote, vector in zip(annotated.quotes, vectors, strict=True)}
    return put(store, article, annotated, own, replace=replace).id


def assert_own_vectors(store: Store, blocks: list[Block]) -> None:
    annotator = FakeAnnotator()
    with store.read() as connection:
        for block in blocks:
            live = np.flatnonzero(block.segment.live)
            quotes = by_numbers(connection, block.segment.columns.number[live].tolist())
            expected = annotator.embed([quote.text for quote in quotes])
            assert np.abs(block.vectors[live] - expected).max(initial=0) < 1e-3


def test_each_quote_keeps_its_vector_and_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(sqlite_url(tmp_path))
    follower, matrix = Follower(Index(small=4)), Matrix(FakeAnnotator().embed, VERSION)
    read: list[int] = []
    vectors = embeddings.vectors

    def counted(*arguments: object) -> list[tuple[int, bytes]]:
        found = vectors(*arguments)  # type: ignore[arg-type]
        read.extend(number for number, _ in found)
        return found

    monkeypatch.setattr(embeddings, "vectors", counted)

    def follow() -> list[Block]:
        with store.read() as connection:
            return matrix.sync(connection, follower.sync(connection))

    ids = []
    for number in range(ARTICLES):
        ids.append(stored(store, number))
        assert_own_vectors(store, follow())
    assert sorted(read) == list(range(1, 2 * ARTICLES + 1))
    stored(store, 3, replace=True)
    articles.delete(store, ids[0])
    blocks = follow()
    assert_own_vectors(store, blocks)
    assert sum(int(block.segment.live.sum()) for block in blocks) == 2 * ARTICLES - 2
    assert len(read) == 2 * ARTICLES + 2
    store.close()
