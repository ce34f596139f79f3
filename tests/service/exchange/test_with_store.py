"""From the store into a file, through a person's hands, and back into the store."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ainoi import Article
from ainoi_service.exchange.articles import ArticleQuotes
from ainoi_service.exchange.formats import ARTICLE_FORMATS
from ainoi_service.store import articles, quotes
from ainoi_service.store.checked import CheckedCounts, put_checked
from ainoi_service.store.engine import Store, open_store, sqlite_url
from ainoi_service.store.ingest import prepared, put
from fake_annotator import FakeAnnotator

TEXT = "😀 Ông nói “vâng”, rồi “không”."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = open_store(sqlite_url(tmp_path))
    yield found
    found.close()


def strike_second_task(file: str) -> bytes:
    tasks = json.loads(file)
    for each in tasks:
        result = each.pop("predictions")[0]["result"]
        each["annotations"] = [{"result": [part for part in result if not part.get("id", "").endswith("-23-28")]}]
    return json.dumps(tasks).encode()


def strike_second_example(file: str) -> bytes:
    example = json.loads(file)
    example["entities"] = [each for each in example["entities"] if each["start_offset"] != 24]
    return json.dumps(example).encode()


@pytest.mark.parametrize(("name", "strike"), [("label-studio", strike_second_task), ("doccano", strike_second_example)])
def test_a_quote_struck_out_in_a_file_is_wrong_and_the_other_right(
    name: str, strike: Callable[[str], bytes], store: Store
) -> None:
    article = Article(text=TEXT)
    (annotated,) = FakeAnnotator().annotate_batch([prepared(article)])
    id = put(store, article, annotated).id  # type: ignore[arg-type]
    stored = articles.get(store, id)
    assert stored is not None

    def all_quotes() -> tuple[Any, ...]:
        with store.read() as connection:
            return tuple(quotes.of_article(connection, id))

    found = ARTICLE_FORMATS[name]
    file = "".join(found.write([ArticleQuotes(stored, all_quotes())]))
    (corrected,) = found.read(strike(file), {id: stored.text}.get)
    assert put_checked(store, corrected.article_id, corrected.quotes) == CheckedCounts(right=1, corrected=0, wrong=1)
    assert [(quote.text, quote.checked) for quote in all_quotes()] == [("vâng", "right"), ("không", "wrong")]
