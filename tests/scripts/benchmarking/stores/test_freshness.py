"""New articles in a copy of a store."""

from __future__ import annotations

from collections.abc import Callable

from ainoi_service.store import articles
from ainoi_service.store.engine import Store
from ainoi_service.store.names import PlainNames
from benchmarking.stores import freshness
from benchmarking.stores.filling import with_vectors
from benchmarking.stores.newsroom import Newsroom
from fake_annotator import VERSION
from made_store import MadeStore
from quote_bench import embed


def test_new_articles_are_found_and_the_store_stays_as_it_was(
    made: MadeStore, store: Store, newsroom: Callable[[int], Newsroom]
) -> None:
    before = articles.size(store)
    new = with_vectors(list(newsroom(7).articles(30, first=10_000)), embed)
    told = freshness.measure(made.folder, PlainNames(), embed, VERSION, new)
    assert told.articles == len(new)
    assert 0 < told.found <= told.found_longest and 0 < told.put <= told.put_longest
    assert articles.size(store) == before
    assert [entry.name for entry in made.folder.parent.iterdir()] == ["store"]
