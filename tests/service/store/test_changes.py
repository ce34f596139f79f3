"""The list of changes: short, and nobody who follows it misses one."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from ainoi import Article
from ainoi_service.search.lookup import Lookup
from ainoi_service.store import articles, changes, schema
from ainoi_service.store.engine import Store
from ainoi_service.store.ingest import put
from annotated_articles import annotated, quote

KEPT = 5


@pytest.fixture(autouse=True)
def few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "KEPT", KEPT)


def note(store: Store, *numbers: int) -> None:
    with store.write() as connection:
        changes.note(connection, numbers)


def since(store: Store, number: int) -> tuple[int, list[int] | None]:
    with store.read() as connection:
        return changes.since(connection, number)


def test_only_the_last_changes_are_kept_and_who_is_behind_is_told(store: Store) -> None:
    for number in range(1, 2 * KEPT + 1):
        note(store, number)
    assert since(store, 0) == (10, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    note(store, 11)
    assert since(store, 0) == (11, None)
    assert since(store, 5) == (11, None)
    assert since(store, 6) == (11, [7, 8, 9, 10, 11])
    assert since(store, 11) == (11, [])


def test_the_list_stays_short_however_much_is_written_at_once(store: Store) -> None:
    for first in range(0, 400, 40):
        note(store, *range(first + 1, first + 41))
    with store.read() as connection:
        count = connection.execute(select(func.count()).select_from(schema.change)).scalar_one()
    assert count <= 2 * KEPT + 40
    assert since(store, 399) == (400, [400])


def stored(store: Store, number: int) -> str:
    article = Article(text=f"Ông An nói: “Lời {number} về mưa”.", url=f"u{number}")
    return put(store, article, annotated(article, [quote(article, f"Lời {number} về mưa")])).id


def test_an_index_that_is_behind_has_all_and_nothing_that_was_taken_down(store: Store) -> None:
    behind, ahead = Lookup(store), Lookup(store)
    first = stored(store, 0)
    assert (behind.sync().total, ahead.sync().total) == (1, 1)
    for number in range(1, 4 * KEPT):
        stored(store, number)
        assert ahead.sync().total == number + 1
    articles.delete(store, first)
    assert (behind.sync().total, ahead.sync().total) == (4 * KEPT - 1, 4 * KEPT - 1)
    for snapshot in (behind.sync(), ahead.sync()):
        words = {word.exact for segment in snapshot.segments for word in segment.vocabulary.words}
        assert "1" in words and "0" not in words
