"""Several processes and threads at one store."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Sequence

import pytest
from sqlalchemy import func, select

from ainoi import Article
from ainoi.schema import ModelVersion
from ainoi_service.store import articles, changes, corrections, quotes, schema
from ainoi_service.store.engine import Store, open_store
from ainoi_service.store.ingest import Annotation, known, prepared, put, put_many
from annotated_articles import FIRST, SECOND, annotated, annotation, person, quote

ARTICLES = 12


def made(number: int, model: ModelVersion) -> Annotation:
    """One of a few articles, two of which share a URL, with two quotes; the model decides which."""
    article = Article(
        text=f"Bài {number}: Ông An nói rằng trời mưa. Bà Bình thì cho rằng trời nắng.", url=f"u{number // 2}"
    )
    words = ["trời mưa", "trời nắng"] if model is FIRST or model == FIRST else ["nói rằng trời mưa", "Bình"]
    people = [person(f"Trần Văn {name}", f"name:tran van {name}") for name in ("An", f"Bình {number}")]
    return annotation(article, map(quote, [article] * 2, words, people), model)


def _ingest(url: str, order: Sequence[int], models: Sequence[ModelVersion]) -> None:
    """What a worker of an archive does: asks what is known, and puts the rest."""
    store = open_store(url)
    for number in order:
        for model in models:
            one = made(number, model)
            known(store, one.article, model)
            put(store, one.article, one.annotated)
    put_many(store, [made(number, models[-1]) for number in order])
    store.close()


def together(workers: Sequence[threading.Thread | multiprocessing.process.BaseProcess]) -> None:
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def assert_whole(store: Store, models: set[ModelVersion]) -> None:
    """Every article is there once, with the quotes of one model, one current version a source, and no loose ends."""
    with store.read() as connection:
        count = connection.execute(select(func.count()).select_from(schema.article)).scalar_one()
        for number in range(ARTICLES):
            found = quotes.of_article(connection, prepared(made(number, FIRST).article).id)
            [model] = {each.model for each in found}
            assert model in models
            assert [each.quote() for each in found] == list(made(number, model).annotated.quotes)
        speakers = connection.execute(select(func.count()).select_from(schema.speaker)).scalar_one()
        seen = changes.since(connection, 0)
    assert count == ARTICLES
    assert speakers == 1 + ARTICLES
    assert len(articles.newest(store, limit=99)) == ARTICLES // 2
    assert set(seen[1]) == {each.number for each in _heads(store)}


def _heads(store: Store) -> list[articles.ArticleHead]:
    ids = [prepared(made(number, FIRST).article).id for number in range(ARTICLES)]
    return [found for id in ids if (found := articles.get(store, id)) is not None]


@pytest.mark.parametrize("models", [(FIRST,), (FIRST, SECOND)], ids=["one-model", "two-models"])
def test_processes_that_take_in_the_same_articles_at_once_store_each_once(
    url: str, models: tuple[ModelVersion, ...]
) -> None:
    context = multiprocessing.get_context("spawn")
    orders = [range(ARTICLES), range(ARTICLES - 1, -1, -1), range(ARTICLES)]
    workers = [context.Process(target=_ingest, args=(url, list(order), models)) for order in orders]
    together(workers)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    store = open_store(url)
    assert_whole(store, set(models))
    store.close()


def test_threads_that_take_in_the_same_articles_at_once_store_each_once(store: Store) -> None:
    faults: list[BaseException] = []

    def ingest(order: Sequence[int]) -> None:
        try:
            for number in order:
                one = made(number, FIRST)
                put(store, one.article, one.annotated)
        except BaseException as fault:
            faults.append(fault)

    together([threading.Thread(target=ingest, args=(range(ARTICLES),)) for _ in range(6)])
    assert faults == []
    assert_whole(store, {FIRST})


def test_a_reader_sees_the_quotes_of_one_model_and_never_none_or_both(store: Store) -> None:
    one, two = made(0, FIRST), made(0, SECOND)
    put(store, one.article, one.annotated)
    done = threading.Event()
    seen: list[set[ModelVersion | None]] = []

    def look() -> None:
        while not done.is_set():
            with store.read() as connection:
                found = quotes.of_article(connection, one.annotated.id)
            assert len(found) == 2
            seen.append({each.model for each in found})

    reader = threading.Thread(target=look)
    reader.start()
    for _ in range(10):
        put(store, two.article, two.annotated)
        put(store, one.article, one.annotated)
    done.set()
    reader.join()
    assert seen and all(len(models) == 1 for models in seen)


def test_a_check_is_never_lost_to_a_model_that_writes_at_the_same_time(store: Store) -> None:
    one = made(0, FIRST)
    put(store, one.article, one.annotated)
    first, second = one.annotated.quotes

    def read_again() -> None:
        for _ in range(10):
            put(store, one.article, annotated(one.article, [second], SECOND), replace=True)
            put(store, one.article, annotated(one.article, [first, second], FIRST), replace=True)

    reader = threading.Thread(target=read_again)
    reader.start()
    marked = [corrections.mark(store, second.id, "right") for _ in range(5)]
    reader.join()
    assert all(each is not None and each.checked == "right" for each in marked)
    with store.read() as connection:
        found = quotes.by_id(connection, second.id)
    assert found is not None
    assert found.checked == "right"


def test_a_follower_misses_no_change_however_writers_interleave(store: Store) -> None:
    """Numbers of changes become visible in their order."""
    seen: list[int] = []
    done = threading.Event()

    def follow() -> None:
        at = 0
        while True:
            ended = done.is_set()
            with store.read() as connection:
                at, articles = changes.since(connection, at)
            seen.extend(articles)
            if ended:
                return

    def write(start: int) -> None:
        for number in range(start, start + 20):
            with store.write() as connection:
                changes.note(connection, [number])

    follower = threading.Thread(target=follow)
    follower.start()
    together([threading.Thread(target=write, args=(start,)) for start in (1, 101, 201)])
    done.set()
    follower.join()
    assert sorted(seen) == [*range(1, 21), *range(101, 121), *range(201, 221)]
