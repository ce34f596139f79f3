"""Reading articles, and taking them down without a trace."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url

from ainoi import Article
from ainoi.schema import Candidate, SpeakerKind
from ainoi_service.store import articles, changes, corrections, quotes, schema, speakers
from ainoi_service.store.engine import Store, open_store, sqlite_url
from ainoi_service.store.ingest import prepared, put, put_many
from annotated_articles import FIRST, PESKOV, SECOND, annotated, annotation, person, quote

SECRET = "bímậttuyệtđối"
TEXT = f"Ông {SECRET} Peskov nói: “Điều {SECRET} này phải xóa”. Bà Hoa {SECRET} thì nói: “Tôi {SECRET} đồng ý”. Hết."
ARTICLE = Article(
    id=f"id-{SECRET}", text=TEXT, title=f"Tựa {SECRET}", url=f"https://x.vn/{SECRET}", outlet=f"Báo {SECRET}"
)


def secret_annotation(article: Article = ARTICLE) -> Any:
    hoa = person(f"Hoa {SECRET}", f"name:hoa {SECRET}", role=f"bà {SECRET}")
    alternatives = (Candidate(id=None, name=f"Ai {SECRET}", kind=SpeakerKind.PERSON, confidence=0.1),)
    peskov = PESKOV.model_copy(update={"role": f"ông {SECRET}", "alternatives": alternatives})
    found = [
        quote(article, f"Điều {SECRET} này phải xóa", peskov, mention=f"Ông {SECRET} Peskov", via=f"Đài {SECRET}"),
        quote(article, f"Tôi {SECRET} đồng ý", hoa, mention=f"Bà Hoa {SECRET}", cue="nói"),
    ]
    return annotation(article, found)


def put_secret(store: Store) -> str:
    one = secret_annotation()
    vectors = {each.id: f"vector {SECRET}".encode() for each in one.annotated.quotes}
    return put(store, one.article, one.annotated, vectors).id


def others(count: int) -> list[Any]:
    made = []
    for number in range(count):
        text = (
            f"Bài số {number}. "
            + "Ông Peskov nói: “Trời sẽ nắng đẹp trong nhiều ngày tới”. "
            + "Lời bình. " * (number % 60)
        )
        article = Article(text=text, url=f"https://y.vn/{number}")
        made.append(
            annotation(article, [quote(article, "Trời sẽ nắng đẹp trong nhiều ngày tới", mention="Ông Peskov")])
        )
    return made


def everything(store: Store) -> list[str]:
    """Every value in every table, as text."""
    with store.read() as connection:
        tables = [connection.execute(select(table)).all() for table in schema.metadata.sorted_tables]
    return [str(row._mapping) for rows in tables for row in rows]


def holding(values: list[str], word: str) -> list[str]:
    forms = {word, word.encode("unicode_escape").decode(), str(word.encode())[2:-1], "bimattuyetdoi"}
    return [value for value in values if any(form in value for form in forms)]


def files_holding(folder: Path, word: str) -> list[str]:
    return [path.name for path in folder.iterdir() if word.encode() in path.read_bytes()]


def test_an_article_that_is_not_there(store: Store) -> None:
    assert articles.get(store, "none") is None
    assert articles.versions(store, "none") == []
    assert articles.delete(store, "none") is None
    assert articles.size(store) == articles.Size(0, 0, 0)


def test_a_take_down_leaves_no_word_in_any_table(store: Store) -> None:
    put_many(store, others(3))
    before = everything(store)
    id = put_secret(store)
    assert holding(everything(store), SECRET) != []
    assert articles.delete(store, id) == articles.TakenDown(articles=1, quotes=2, scrubbed=True)
    after = everything(store)
    assert holding(after, SECRET) == []
    assert [row for row in after if row not in before] == [
        str({"number": number, "article": 4}) for number in (4, 5)
    ], "only the two changes are new"
    assert articles.get(store, id) is None
    assert articles.size(store) == articles.Size(3, 3, 1)


def test_a_take_down_after_corrections_leaves_no_word_either(store: Store) -> None:
    id = put_secret(store)
    first, second = (each.id for each in secret_annotation().annotated.quotes)
    corrections.mark(store, first, "wrong")
    corrections.correct_speaker(store, second, person(f"Mai {SECRET}", f"name:mai {SECRET}"))
    articles.delete(store, id)
    assert holding(everything(store), SECRET) == []


def test_a_take_down_leaves_a_speaker_the_names_that_other_articles_have(store: Store) -> None:
    def country(article: Article, name: str, words: str) -> Any:
        speaker = person(name, "country:us", kind=SpeakerKind.ORGANIZATION)
        return annotation(article, [quote(article, words, speaker, mention=name)])

    one = Article(text="Washington nói rằng có mưa.", id="1")
    two = Article(text="Mỹ thì nói rằng có nắng.", id="2")
    put_many(store, [country(one, "Washington", "có mưa"), country(two, "Mỹ", "có nắng")])
    before = speakers.get(store, "country:us")
    assert before is not None
    assert (before.name, before.aliases) == ("Washington", ("Mỹ",))
    articles.delete(store, prepared(one).id)
    after = speakers.get(store, "country:us")
    assert after is not None
    assert (after.name, after.aliases) == ("Mỹ", ())
    assert speakers.find(store, "Washington") == []
    assert speakers.find(store, "my") == [after]
    with store.read() as connection:
        [left] = quotes.of_article(connection, prepared(two).id)
    assert left.speaker.name == "Mỹ"


def test_the_bytes_are_gone_from_the_files(tmp_path: Path) -> None:
    store, other = open_store(sqlite_url(tmp_path)), open_store(sqlite_url(tmp_path))
    put_many(store, others(100))
    put_secret(store)
    put_many(store, others(200)[100:])
    with other.read() as connection:
        assert articles_in(connection) == 201
    assert files_holding(tmp_path, SECRET) != []
    taken = articles.delete(store, prepared(ARTICLE).id)
    assert taken == articles.TakenDown(articles=1, quotes=2, scrubbed=True)
    assert [files_holding(tmp_path, form) for form in (SECRET, "bimattuyetdoi", "bímattuyetđoi")] == [[], [], []]
    assert articles.size(other) == articles.Size(200, 200, 1)
    store.close()
    other.close()


def test_a_reader_in_the_way_puts_the_scrubbing_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ainoi_service.store.sqlite_file.CHECKPOINT_MS", 10)
    store = open_store(sqlite_url(tmp_path))
    id = put_secret(store)
    with store.read() as connection:
        assert articles_in(connection) == 1
        taken = articles.delete(store, id)
        assert articles_in(connection) == 1, "a reader sees one state throughout"
    assert taken == articles.TakenDown(articles=1, quotes=2, scrubbed=False)
    assert store.scrub()
    assert files_holding(tmp_path, SECRET) == []
    store.close()


def test_a_full_disk_puts_the_scrubbing_off_until_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(connection: Any) -> bool:
        for statement in ("query_only=OFF", "max_page_count=1"):
            connection.execute(f"PRAGMA {statement}")
        connection.execute("CREATE TABLE copy AS SELECT zeroblob(1000000)")
        return True

    store = open_store(sqlite_url(tmp_path))
    id = put_secret(store)
    with monkeypatch.context() as patched:
        patched.setattr("ainoi_service.store.sqlite_file.scrub", full)
        assert articles.delete(store, id) == articles.TakenDown(articles=1, quotes=2, scrubbed=False)
        store.close()
        store = open_store(sqlite_url(tmp_path))
    assert articles.get(store, id) is None
    store.close()
    open_store(sqlite_url(tmp_path)).close()
    assert files_holding(tmp_path, SECRET) == []


def articles_in(connection: Any) -> int:
    return len(connection.execute(select(schema.article.c.id)).all())


def test_scrubbing_leaves_a_connection_as_patient_as_it_was(tmp_path: Path) -> None:
    store = open_store(sqlite_url(tmp_path))
    with store.read() as connection:
        before = connection.exec_driver_sql("PRAGMA busy_timeout").scalar()
    assert store.scrub()
    with store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == before
    store.close()


def test_the_version_before_one_taken_down_becomes_the_current_one(store: Store) -> None:
    versions = [Article(text=f"Lời {number} nói.", url="u") for number in range(3)]
    put_many(store, [annotation(each) for each in versions])
    ids = [prepared(each).id for each in versions]
    articles.delete(store, ids[2])
    assert [(each.id, each.current) for each in articles.versions(store, ids[0])] == [(ids[1], True), (ids[0], False)]
    with store.read() as connection:
        assert changes.since(connection, 3) == (5, [3, 2])
    articles.delete(store, ids[0])
    assert [(each.id, each.current) for each in articles.versions(store, ids[1])] == [(ids[1], True)]


def test_all_versions_are_taken_down_together_when_asked_to(store: Store) -> None:
    versions = [Article(text=f"Lời {number} nói.", url="u") for number in range(3)]
    put_many(store, [annotation(each) for each in [*versions, Article(text="khác")]])
    taken = articles.delete(store, prepared(versions[1]).id, all_versions=True)
    assert taken == articles.TakenDown(articles=3, quotes=0, scrubbed=True)
    assert [each.id for each in articles.newest(store, limit=9)] == [prepared(Article(text="khác")).id]


def test_numbers_are_never_given_twice(store: Store) -> None:
    """An index held in memory takes a number for what it was."""
    one, two = others(2)
    put(store, one.article, one.annotated)
    articles.delete(store, one.annotated.id)
    put(store, two.article, two.annotated)
    with store.read() as connection:
        [found] = quotes.of_article(connection, two.annotated.id)
    assert (found.article.number, found.number, found.speaker_number) == (2, 2, 2)


def test_an_article_taken_down_may_be_put_again(store: Store) -> None:
    id = put_secret(store)
    articles.delete(store, id)
    assert put_secret(store) == id


def test_the_newest_articles_come_page_by_page(store: Store) -> None:
    made = [Article(text=f"Bài {number}") for number in range(5)]
    put_many(store, [annotation(each) for each in made])
    first = articles.newest(store, limit=2)
    put(store, Article(text="mới"), annotated(Article(text="mới")))
    second = articles.newest(store, limit=2, before=first[-1].number)
    third = articles.newest(store, limit=2, before=second[-1].number)
    ids = [each.id for page in (first, second, third) for each in page]
    assert ids == [prepared(each).id for each in reversed(made)]


def test_articles_are_read_while_another_is_taken_down(store: Store) -> None:
    put_many(store, others(30))
    id = put_secret(store)
    ended = threading.Event()
    seen: list[int] = []

    def look() -> None:
        while not ended.is_set():
            with store.read() as connection:
                seen.append(articles_in(connection))

    reader = threading.Thread(target=look)
    reader.start()
    taken = articles.delete(store, id)
    ended.set()
    reader.join()
    assert taken is not None
    assert set(seen) <= {30, 31}


def test_what_the_model_s_version_was_is_kept_with_the_article(store: Store) -> None:
    [one] = others(1)
    put(store, one.article, annotated(one.article, one.annotated.quotes, FIRST))
    put(store, one.article, annotated(one.article, one.annotated.quotes, SECOND))
    article = articles.get(store, one.annotated.id)
    assert article is not None
    assert article.model == SECOND


def test_the_file_is_where_the_url_says(url: str, store: Store) -> None:
    path = make_url(url).database
    assert store.dialect != "sqlite" or (path is not None and Path(path).is_file())
