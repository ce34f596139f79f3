"""Putting articles in: once each, versions, models that replace one another, and people's checks that stay."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from ainoi import Article, Quote, Span
from ainoi.schema import Candidate, Method, SpeakerKind
from ainoi_service.store import articles, changes, corrections, quotes, schema
from ainoi_service.store.engine import Store
from ainoi_service.store.errors import StoreError
from ainoi_service.store.ingest import Annotation, Put, article_id, known, prepared, put, put_many, source_of
from ainoi_service.store.replacing import length, shared
from annotated_articles import FIRST, PESKOV, SECOND, UNKNOWN, annotated, annotation, person, quote

TEXT = (
    "Mở đầu bản tin 😀. Ông Peskov nói: “Chúng tôi sẵn sàng đối thoại, nếu họ muốn”. Theo ông, mùa đông này sẽ ấm. "
    "Bà Lan cho rằng giá điện phải giảm, và nói thêm: “Không ai muốn tăng giá”. Hết."
)
ARTICLE = Article(
    id="a1", text=TEXT, title="Tin", date="2025-12-04", url="https://vi-du.vn/1.html#binh-luan", outlet="Ví Dụ"
)
SERIAL = count()
"""Makes every example of a property an article of its own."""
OTHER = Article(text="Một bài khác.")
TALK = quote(ARTICLE, "Chúng tôi sẵn sàng đối thoại, nếu họ muốn", mention="Ông Peskov", cue="nói", said_on="2025-12")
WINTER = quote(ARTICLE, "mùa đông này sẽ ấm", UNKNOWN, via="TASS", denied=True)
PRICE = quote(
    ARTICLE, ["giá điện phải giảm", "Không ai muốn tăng giá"], person("Nguyễn Thị Lan", "name:nguyen thi lan")
)


def stored(store: Store, article: Article = ARTICLE) -> list[Quote]:
    with store.read() as connection:
        return [each.quote() for each in quotes.of_article(connection, prepared(article).id)]


def changed(store: Store) -> list[int]:
    with store.read() as connection:
        return changes.since(connection, 0)[1]


def rows(store: Store, table: Any) -> int:
    with store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_what_is_put_is_what_is_read(store: Store) -> None:
    done = put(store, ARTICLE, annotated(ARTICLE, [TALK, WINTER, PRICE]))
    assert done == Put(prepared(ARTICLE).id, created=True)
    assert stored(store) == [TALK, WINTER, PRICE]
    article = articles.get(store, done.id)
    assert article is not None
    assert (article.text, article.given_id, article.version, article.current) == (TEXT, "a1", 1, True)
    assert (article.published_first, article.published_last) == (20251204, 20251204)
    assert (article.model, article.added_at) == (FIRST, "2025-12-04T10:00:00+00:00")


def test_the_record_of_a_quote_is_its_documented_json_and_where_it_stands(store: Store) -> None:
    done = put(store, ARTICLE, annotated(ARTICLE, [TALK]))
    with store.read() as connection:
        found = quotes.by_id(connection, TALK.id)
    assert found is not None
    assert found.record() == TALK.model_dump(mode="json") | {
        "article": {
            "id": done.id,
            "title": "Tin",
            "date": "2025-12-04",
            "url": ARTICLE.url,
            "outlet": "Ví Dụ",
            "version": 1,
            "current": True,
        },
        "checked": None,
        "model": FIRST.model_dump(),
    }


def test_quotes_are_read_by_number_in_the_order_asked_for(store: Store) -> None:
    put(store, ARTICLE, annotated(ARTICLE, [TALK, WINTER, PRICE]))
    with store.read() as connection:
        numbers = [each.number for each in quotes.of_article(connection, prepared(ARTICLE).id)]
        found = quotes.by_numbers(connection, [numbers[2], 10**6, numbers[0]])
    assert [each.id for each in found] == [PRICE.id, TALK.id]


def test_the_words_around_are_counted_in_code_points(store: Store) -> None:
    for before, after in [("", ""), ("đ😀" * 39, "𠮷\u0301" * 60), ("x" * 80, "y" * 80), ("ệ" * 81, "\r\n\t" * 40)]:
        article = Article(text=f"{before}“Lời nói ở đây”{after}")
        put(store, article, annotated(article, [quote(article, "Lời nói ở đây", UNKNOWN)]))
        assert stored(store, article) == [quote(article, "Lời nói ở đây", UNKNOWN)]


def test_a_named_speaker_without_an_id_or_of_one_article_gets_one_of_the_article(store: Store) -> None:
    other = Article(text=TEXT, id="other")
    for article in (ARTICLE, other):
        lan = person(
            "Lan", "article:lan", alternatives=(Candidate(id="article:mai", name="Mai", kind="person", confidence=0.1),)
        )
        both = person("Lan và Mai", members=("Lan", "Mai"))
        put(
            store,
            article,
            annotated(article, [quote(article, "mùa đông này sẽ ấm", lan), quote(article, "giá điện phải giảm", both)]),
        )
    ids = [[each.speaker.id for each in stored(store, article)] for article in (ARTICLE, other)]
    a, b = prepared(ARTICLE).id, prepared(other).id
    assert ids == [[f"article:{a}:lan", f"article:{a}:lan va mai"], [f"article:{b}:lan", f"article:{b}:lan va mai"]]
    assert stored(store)[0].speaker.alternatives[0].id == f"article:{a}:mai"
    assert stored(store)[1].speaker.members == ("Lan", "Mai")


def test_an_organization_is_called_as_each_article_calls_it(store: Store) -> None:
    def country(name: str) -> Any:
        return person(name, "country:us", kind=SpeakerKind.ORGANIZATION)

    quoted = [
        quote(ARTICLE, "mùa đông này sẽ ấm", country("Mỹ")),
        quote(ARTICLE, "giá điện phải giảm", country("Washington")),
    ]
    put(store, ARTICLE, annotated(ARTICLE, quoted))
    assert stored(store) == quoted
    assert rows(store, schema.speaker) == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Article(text="a", url="https://x.vn/1"), Article(text="b", url=" https://x.vn/1#top "), True),
        (Article(text="a", url="https://x.vn/1", id="x"), Article(text="a", url="https://x.vn/1", id="y"), True),
        (Article(text="a", url="https://x.vn/1"), Article(text="a", url="https://x.vn/2"), False),
        (Article(text="a", id="x"), Article(text="b", id="x", url=" "), True),
        (Article(text="a", id="x"), Article(text="a", id="y"), False),
        (Article(text="a", title="t"), Article(text="a"), True),
        (Article(text="a"), Article(text="b"), False),
        (Article(text="a", url="#top"), Article(text="a"), True),
        (Article(text="a", url="x"), Article(text="a", id="x"), False),
    ],
)
def test_articles_come_from_the_same_place(one: Article, other: Article, same: bool) -> None:
    assert (source_of(one) == source_of(other)) == same


def test_an_article_s_id_is_made_from_where_it_came_from_and_its_text() -> None:
    assert prepared(ARTICLE).id == article_id(source_of(ARTICLE), ARTICLE.text_sha256)
    assert len(prepared(ARTICLE).id) == 16
    assert prepared(ARTICLE).model_copy(update={"id": "a1"}) == ARTICLE


def test_an_article_is_stored_once(store: Store) -> None:
    put(store, ARTICLE, annotated(ARTICLE, [TALK]))
    before = changed(store), rows(store, schema.change)
    assert known(store, ARTICLE, FIRST) == prepared(ARTICLE).id
    assert put(store, ARTICLE, annotated(ARTICLE, [TALK])) == Put(prepared(ARTICLE).id, created=False)
    assert (changed(store), rows(store, schema.change)) == before
    assert (rows(store, schema.article), stored(store)) == (1, [TALK])


def test_an_article_is_not_known_to_another_model_or_with_other_facts(store: Store) -> None:
    assert known(store, ARTICLE, FIRST) is None
    put(store, ARTICLE, annotated(ARTICLE))
    assert known(store, ARTICLE, SECOND) is None
    assert known(store, ARTICLE.model_copy(update={"date": "2023"}), FIRST) is None
    assert known(store, ARTICLE.model_copy(update={"title": None, "date": None, "outlet": None}), FIRST) is not None
    assert known(store, ARTICLE.model_copy(update={"date": "hôm nào đó"}), FIRST) is not None
    assert known(store, ARTICLE.model_copy(update={"text": TEXT + " "}), FIRST) is None


def test_other_facts_replace_the_stored_ones(store: Store) -> None:
    put(store, ARTICLE, annotated(ARTICLE, [TALK]))
    later = ARTICLE.model_copy(update={"date": "2023", "title": None})
    assert put(store, later, annotated(later, [WINTER])).created is False
    article = articles.get(store, prepared(ARTICLE).id)
    assert article is not None
    assert (article.title, article.date, article.published_first, article.published_last) == (
        "Tin",
        "2023",
        20230101,
        20231231,
    )
    assert stored(store) == [WINTER]


def test_the_same_model_replaces_its_quotes_only_when_asked_to(store: Store) -> None:
    put(store, ARTICLE, annotated(ARTICLE, [TALK]))
    put(store, ARTICLE, annotated(ARTICLE, [WINTER]))
    assert stored(store) == [TALK]
    put(store, ARTICLE, annotated(ARTICLE, [WINTER]), replace=True)
    assert stored(store) == [WINTER]


def test_a_new_text_at_a_url_is_a_new_version_and_the_old_one_stays(store: Store) -> None:
    later = ARTICLE.model_copy(update={"text": TEXT + " Cập nhật.", "url": "https://vi-du.vn/1.html"})
    first = put(store, ARTICLE, annotated(ARTICLE, [TALK])).id
    second = put(store, later, annotated(later, [quote(later, "mùa đông này sẽ ấm")])).id
    assert [(each.id, each.version, each.current) for each in articles.versions(store, first)] == [
        (second, 2, True),
        (first, 1, False),
    ]
    assert changed(store) == [1, 2]
    assert put(store, ARTICLE, annotated(ARTICLE, [TALK])) == Put(first, created=False)
    assert [each.current for each in articles.versions(store, first)] == [True, False]


def test_one_text_at_two_urls_is_two_articles(store: Store) -> None:
    other = ARTICLE.model_copy(update={"url": "https://khac.vn/1"})
    assert put(store, ARTICLE, annotated(ARTICLE)).created
    assert put(store, other, annotated(other)).created
    assert [each.current for each in articles.newest(store, limit=9)] == [True, True]


def test_a_new_model_replaces_what_the_old_one_made(store: Store) -> None:
    put(store, ARTICLE, annotated(ARTICLE, [TALK, PRICE]))
    assert put(store, ARTICLE, annotated(ARTICLE, [TALK, WINTER], SECOND)) == Put(prepared(ARTICLE).id, created=False)
    assert stored(store) == [TALK, WINTER]
    with store.read() as connection:
        found = quotes.of_article(connection, prepared(ARTICLE).id)
    assert [each.model for each in found] == [SECOND, SECOND]
    assert rows(store, schema.speaker) == 1, "whom nobody quotes any more is gone"
    assert known(store, ARTICLE, SECOND) is not None
    assert known(store, ARTICLE, FIRST) is None


def test_a_new_model_leaves_alone_what_a_person_has_checked(store: Store) -> None:
    put(store, ARTICLE, annotated(ARTICLE, [TALK, WINTER, PRICE]))
    corrections.mark(store, TALK.id, "right")
    corrections.mark(store, WINTER.id, "wrong")
    corrections.correct_speaker(store, PRICE.id, PESKOV)
    with store.read() as connection:
        before = quotes.of_article(connection, prepared(ARTICLE).id)
    again = [
        quote(ARTICLE, "Chúng tôi sẵn sàng đối thoại", UNKNOWN),
        WINTER,
        quote(ARTICLE, "giá điện phải giảm, và", UNKNOWN),
        quote(ARTICLE, "Hết", UNKNOWN),
    ]
    put(store, ARTICLE, annotated(ARTICLE, again, SECOND))
    with store.read() as connection:
        after = quotes.of_article(connection, prepared(ARTICLE).id)
    assert after[:3] == before
    assert [each.quote() for each in after[3:]] == again[3:]


def test_what_is_wrong_takes_the_place_of_about_the_same_words_only(store: Store) -> None:
    scrap, whole = quote(ARTICLE, "nếu họ muốn", UNKNOWN), TALK
    put(store, ARTICLE, annotated(ARTICLE, [scrap]))
    corrections.mark(store, scrap.id, "wrong")
    put(store, ARTICLE, annotated(ARTICLE, [quote(ARTICLE, ", nếu họ muốn", UNKNOWN), whole], SECOND))
    assert stored(store) == [whole, scrap]


def test_a_quote_inside_a_checked_one_has_its_own_place(store: Store) -> None:
    put(store, ARTICLE, annotated(ARTICLE, [TALK]))
    corrections.mark(store, TALK.id, "right")
    inner = quote(ARTICLE, "nếu họ muốn", UNKNOWN, nested_in=TALK.id)
    put(store, ARTICLE, annotated(ARTICLE, [TALK, inner], SECOND))
    assert stored(store) == [TALK, inner]


def test_links_lead_to_what_stands_in_a_quote_s_place_or_nowhere(store: Store) -> None:
    put(store, ARTICLE, annotated(ARTICLE, [TALK, WINTER, PRICE.model_copy(update={"repeat_of": WINTER.id})]))
    corrections.mark(store, TALK.id, "right")
    corrections.mark(store, PRICE.id, "right")
    shorter = quote(ARTICLE, "Chúng tôi sẵn sàng đối thoại", UNKNOWN)
    inner = quote(ARTICLE, "nếu họ", UNKNOWN, nested_in=shorter.id)
    put(store, ARTICLE, annotated(ARTICLE, [shorter, inner], SECOND))
    assert [(each.id, each.nested_in, each.repeat_of) for each in stored(store)] == [
        (TALK.id, None, None),
        (inner.id, TALK.id, None),
        (PRICE.id, None, None),
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(data=st.data())
def test_whatever_models_do_checked_quotes_stay_and_nothing_stands_twice(store: Store, data: st.DataObject) -> None:
    text = f"{next(SERIAL):08} " + "một hai ba bốn năm sáu bảy tám chín mười " * 3
    article = Article(text=text)
    ends = st.tuples(st.integers(0, len(text) - 1), st.integers(1, 40)).map(
        lambda at: (at[0], min(at[0] + at[1], len(text)))
    )

    def read(model: Any) -> None:
        places = data.draw(st.lists(ends, max_size=6, unique=True))
        found = [
            quote(
                article, "một", UNKNOWN, id=f"{prepared(article).id}:{start}-{end}", spans=(Span(start=start, end=end),)
            )
            for start, end in places
        ]
        put(store, article, annotated(article, found, model), replace=True)

    read(FIRST)
    for each in stored(store, article):
        verdict = data.draw(st.sampled_from([None, "right", "wrong"]))
        if verdict is not None:
            corrections.mark(store, each.id, verdict)
    with store.read() as connection:
        before = [each for each in quotes.of_article(connection, prepared(article).id) if each.checked is not None]
    read(SECOND)
    with store.read() as connection:
        after = quotes.of_article(connection, prepared(article).id)
    checked = [each for each in after if each.checked is not None]
    assert {each.id: each.quote() for each in checked} == {each.id: each.quote() for each in before}
    pairs = {each.id: [(span.start, span.end) for span in each.spans] for each in after}
    for new in (each for each in after if each.checked is None):
        for old in checked:
            common = shared(pairs[new.id], pairs[old.id])
            lengths = sorted((length(pairs[new.id]), length(pairs[old.id])))
            assert 2 * common <= lengths[old.checked == "wrong"]


def test_a_batch_is_one_by_one_in_one_transaction(store: Store) -> None:
    later = ARTICLE.model_copy(update={"text": TEXT + " Sau."})
    batch = [
        annotation(ARTICLE, [TALK]),
        annotation(ARTICLE, [TALK]),
        annotation(ARTICLE, [WINTER], SECOND),
        annotation(later, [quote(later, "Sau")]),
    ]
    done = put_many(store, batch)
    assert [each.created for each in done] == [True, False, False, True]
    assert stored(store) == [WINTER]
    assert [each.version for each in articles.versions(store, done[0].id)] == [2, 1]


def test_a_batch_with_one_that_cannot_be_stored_stores_none(store: Store) -> None:
    with pytest.raises(ValueError, match="is not of article"):
        put_many(store, [annotation(ARTICLE, [TALK]), Annotation(ARTICLE, annotated(OTHER))])
    assert rows(store, schema.article) == 0


@pytest.mark.parametrize("field", ["text", "title", "url", "outlet", "id"])
@pytest.mark.parametrize("bad", ["\0", "\ud83d"])
def test_what_a_database_cannot_hold_is_refused(field: str, bad: str) -> None:
    with pytest.raises(StoreError) as caught:
        prepared(ARTICLE.model_copy(update={field: f"a{bad}b"}))
    assert caught.value.code == "bad_characters"


def test_long_values_are_stored(store: Store) -> None:
    long = "rất dài " * 400
    article = Article(
        text=TEXT,
        url=f"https://vi-du.vn/{long}",
        title=long,
        outlet=long,
        id=long,
        date="2025-12-04T10:00:00.123456789+07:00",
    )
    speaker = person(long.strip(), f"name:{long.strip()}", role=long)
    put(
        store,
        article,
        annotated(article, [quote(article, "mùa đông này sẽ ấm", speaker, mention="Theo ông", via=long)]),
    )
    assert known(store, article, FIRST) is not None
    assert stored(store, article)[0].speaker.name == long.strip()


def test_vectors_are_stored_with_their_quotes_and_missing_ones_later(store: Store) -> None:
    put(store, ARTICLE, annotated(ARTICLE, [TALK, WINTER]), {TALK.id: b"one"})
    put(store, ARTICLE, annotated(ARTICLE, [TALK, WINTER]), {TALK.id: b"no", WINTER.id: b"two"})
    with store.read() as connection:
        vectors = (
            connection.execute(select(schema.embedding.c.vector).order_by(schema.embedding.c.quote)).scalars().all()
        )
    assert vectors == [b"one", b"two"]


def test_a_mention_without_a_name_in_it_is_no_alias(store: Store) -> None:
    by_office = PESKOV.model_copy(update={"method": Method.OFFICE})
    put(store, ARTICLE, annotated(ARTICLE, [quote(ARTICLE, "mùa đông này sẽ ấm", by_office, mention="Theo ông"), TALK]))
    with store.read() as connection:
        aliases = connection.execute(select(schema.alias.c.text).order_by(schema.alias.c.text)).scalars().all()
    assert sorted(aliases) == ["Dmitry Peskov", "Ông Peskov"]
