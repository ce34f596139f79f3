"""One article, as every test of a format begins with it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from ainoi.schema import QuoteType
from ainoi_service.exchange.articles import ArticleQuotes
from ainoi_service.exchange.doccano import record
from ainoi_service.exchange.label_studio import task
from corrected_files import Json
from stored_quotes import UNNAMED, stored_article, stored_quote

TEXT = "😀 “Chúng tôi sẵn sàng”, ông Peskov nói, “đối thoại”.\r\nTheo một quan chức, chưa có kế hoạch."


@pytest.fixture(scope="session")
def article() -> ArticleQuotes:
    """Two quotes: one of Peskov with two spans, one of an official without a name."""
    found = stored_article(TEXT)

    def at(words: str) -> tuple[int, int]:
        return TEXT.index(words), TEXT.index(words) + len(words)

    return ArticleQuotes(
        found,
        (
            stored_quote(
                found, at("Chúng tôi sẵn sàng"), at("đối thoại"), cue=at("nói"), mention=at("ông Peskov"), id="q1"
            ),
            stored_quote(
                found,
                at("chưa có kế hoạch"),
                cue=at("Theo"),
                mention=at("một quan chức"),
                id="q2",
                speaker=UNNAMED,
                speaker_number=None,
                type=QuoteType.INDIRECT,
                act=None,
                said_on=None,
            ),
        ),
    )


@pytest.fixture
def text_of(article: ArticleQuotes) -> Callable[[str], str | None]:
    return {article.article.id: article.article.text}.get


@pytest.fixture
def annotated(article: ArticleQuotes) -> Json:
    """A Label Studio task that somebody accepted."""
    found: Json = json.loads(json.dumps(task(article)))
    found["annotations"] = [{"id": 1, "result": found.pop("predictions")[0]["result"]}]
    return found


@pytest.fixture
def example(article: ArticleQuotes) -> Json:
    """A doccano example as it was exported."""
    found: Json = json.loads(json.dumps(record(article)))
    return found
