"""Vectors of quotes."""

from __future__ import annotations

from ainoi import Article
from ainoi_service.store import changes, corrections, embeddings
from ainoi_service.store.engine import Store
from ainoi_service.store.ingest import put
from annotated_articles import FIRST, SECOND, UNKNOWN, annotated, quote

ONE = Article(text="Ông nói: “Một”, “Hai”.", id="1")
TWO = Article(text="Ông nói: “Ba”.", id="2")
A, B, C = quote(ONE, "Một", UNKNOWN), quote(ONE, "Hai", UNKNOWN), quote(TWO, "Ba", UNKNOWN)


def test_vectors_are_those_of_one_model(store: Store) -> None:
    put(store, ONE, annotated(ONE, [A, B]), {A.id: b"a1", B.id: b"b1"})
    put(store, TWO, annotated(TWO, [C], SECOND), {C.id: b"c2"})
    with store.read() as connection:
        assert embeddings.vectors(connection, FIRST) == [(1, b"a1"), (2, b"b1")]
        assert embeddings.vectors(connection, SECOND) == [(3, b"c2")]
        assert embeddings.vectors(connection, FIRST, [2]) == []
        assert embeddings.vectors(connection, SECOND, [2, 1]) == [(3, b"c2")]
        assert embeddings.missing(connection, SECOND, limit=9) == [(A.id, "Một"), (B.id, "Hai")]
        assert embeddings.missing(connection, SECOND, limit=1) == [(A.id, "Một")]


def test_vectors_put_later_take_the_place_of_those_there(store: Store) -> None:
    put(store, ONE, annotated(ONE, [A, B]), {A.id: b"a1"})
    assert embeddings.put(store, SECOND, {A.id: b"a2", B.id: b"b2", "none": b"n"}) == 2
    assert embeddings.put(store, SECOND, {"none": b"n"}) == 0
    with store.read() as connection:
        assert embeddings.vectors(connection, SECOND) == [(1, b"a2"), (2, b"b2")]
        assert embeddings.vectors(connection, FIRST) == []
        assert embeddings.missing(connection, SECOND, limit=9) == []
        assert changes.since(connection, 1) == (2, [1])


def test_a_checked_quote_gets_the_new_model_s_vector(store: Store) -> None:
    put(store, ONE, annotated(ONE, [A, B]), {A.id: b"a1", B.id: b"b1"})
    corrections.mark(store, A.id, "right")
    put(store, ONE, annotated(ONE, [A, B], SECOND), {A.id: b"a2", B.id: b"b2"})
    with store.read() as connection:
        assert embeddings.vectors(connection, SECOND) == [(1, b"a2"), (3, b"b2")]
