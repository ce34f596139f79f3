"""The store that is made, and made only once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ainoi_service.store import articles, embeddings
from ainoi_service.store.engine import Store, open_store, sqlite_url
from ainoi_service.store.names import PlainNames
from ainoi_service.store.quotes import of_article
from ainoi_service.store.records import StoredQuote
from benchmarking.stores.filling import fill
from benchmarking.stores.newsroom import Newsroom
from fake_annotator import VERSION
from made_store import MadeStore
from quote_bench import embed


def not_again() -> Newsroom:
    raise AssertionError("nothing is to be made")


def test_the_store_holds_what_was_asked_for(made: MadeStore, store: Store) -> None:
    size = articles.size(store)
    assert (size.quotes, size.articles) == (made.quotes, made.filled.articles)
    assert size.speakers > 10
    assert made.filled.size >= (made.folder / "ainoi.sqlite3").stat().st_size


def test_every_quote_has_the_vector_of_its_text(made: MadeStore, store: Store) -> None:
    with store.read() as connection:
        assert len(embeddings.vectors(connection, VERSION)) == made.quotes
        number, vector = embeddings.vectors(connection, VERSION)[0]
    [quote] = [q for head in articles.newest(store, limit=1000) for q in _quotes(store, head.id) if q.number == number]
    assert np.allclose(np.frombuffer(vector, dtype="<f2"), embed([quote.text])[0], atol=1e-3)


def _quotes(store: Store, id: str) -> list[StoredQuote]:
    with store.read() as connection:
        return of_article(connection, id)


def test_a_store_that_is_there_is_used_again(made: MadeStore) -> None:
    again = fill(made.folder, not_again, embed, PlainNames(), made.quotes, seed=0)
    assert again == replace(made.filled, reused=True)
    assert "when the store was made" in list(again.rows())[2].note


@pytest.mark.parametrize("asked", [{"quotes": 151, "seed": 0}, {"quotes": 150, "seed": 1}])
def test_another_store_in_the_folder_is_left_alone(made: MadeStore, asked: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="holds another store"):
        fill(made.folder, not_again, embed, PlainNames(), asked["quotes"], seed=asked["seed"])


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Thưa ông", encoding="utf-8")
    with pytest.raises(ValueError, match="not empty"):
        fill(tmp_path, not_again, embed, PlainNames(), 10, seed=0)


def test_the_same_seed_fills_two_stores_alike(
    made: MadeStore, newsroom: Callable[[int], Newsroom], tmp_path: Path
) -> None:
    fill(tmp_path, lambda: newsroom(0), embed, PlainNames(), made.quotes, seed=0)
    heads = []
    for folder in (made.folder, tmp_path):
        store = open_store(sqlite_url(folder))
        heads.append(articles.newest(store, limit=1000))
        store.close()
    assert heads[0] == heads[1]
