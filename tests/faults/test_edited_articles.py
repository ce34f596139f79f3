"""An edit is a new version: look-ups show the newest, and what was before is kept (T26)."""

from __future__ import annotations

import pytest

from ainoi_service.search.lookup import Lookup
from ainoi_service.search.query import QuoteQuery
from ainoi_service.store import articles, quotes
from ainoi_service.store.engine import open_store
from faults.stored_once import article, words
from faults.storing import store_one

ARTICLES = 20


def edited(number: int) -> dict[str, str]:
    """``article(number)`` with one character changed, inside its quote."""
    one = article(number)
    return one | {"text": one["text"].replace(words(number), words(number).replace("là", "lá"))}


def test_one_changed_character_makes_a_version_that_look_ups_show_and_the_old_one_is_kept(
    url: str, record_property: pytest.RecordProperty
) -> None:
    store = open_store(url)
    lookup = Lookup(store)
    before = [store_one(store, article(number)) for number in range(ARTICLES)]
    assert lookup.search(QuoteQuery(q="thương lượng")).total == ARTICLES
    after = [store_one(store, edited(number)) for number in range(ARTICLES)]

    page = lookup.search(QuoteQuery(q="thương lượng", page_size=100))
    assert sorted(hit.quote.text for hit in page.hits) == sorted(
        words(number).replace("là", "lá") for number in range(ARTICLES)
    )
    assert Lookup(store).search(QuoteQuery(q="thương lượng")).total == ARTICLES
    for number, (old, new) in enumerate(zip(before, after, strict=True)):
        assert [(each.id, each.version, each.current) for each in articles.versions(store, old)] == [
            (new, 2, True),
            (old, 1, False),
        ]
        with store.read() as connection:
            [kept] = quotes.of_article(connection, old)
        assert (kept.text, kept.article.current) == (words(number), False)
    store.close()
    record_property("count", ARTICLES)
