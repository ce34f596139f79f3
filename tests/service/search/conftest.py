"""A store on SQLite and on PostgreSQL, and a quick way to fill it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ainoi import AnnotatedArticle, Article
from ainoi_service.store.engine import Store, open_store
from ainoi_service.store.ingest import prepared, put
from empty_stores import DIALECTS, database
from fake_annotator import FakeAnnotator

Add = Callable[..., str]
"""Stores an article in which every “…” is a quote; keyword arguments are the article's fields, or with ``quotes`` what
its quotes are to have. Returns the article's id."""


@pytest.fixture(params=DIALECTS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database of the test's own; for a test that takes no ``store`` there is nothing in it."""
    with database(request.param, tmp_path, tables="store" in request.fixturenames) as url:
        yield url


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = open_store(url)
    yield store
    store.close()


@pytest.fixture
def add(store: Store) -> Add:
    def add(text: str, *, quotes: dict[str, Any] | None = None, replace: bool = False, **fields: Any) -> str:
        article = Article(text=text, **fields)
        [annotated] = FakeAnnotator().annotate_batch([prepared(article)])
        assert isinstance(annotated, AnnotatedArticle)
        changed = tuple(quote.model_copy(update=quotes or {}) for quote in annotated.quotes)
        return put(store, article, annotated.model_copy(update={"quotes": changed}), replace=replace).id

    return add
