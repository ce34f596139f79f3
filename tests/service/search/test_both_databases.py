"""The same look-ups give the same quotes in the same order on SQLite and PostgreSQL, however that sorts text (T31)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

import postgres
from ainoi import AnnotatedArticle, Article, Speaker
from ainoi.schema import Act, Method, QuoteType, SpeakerKind
from ainoi_service.search.folding import fold
from ainoi_service.search.lookup import Lookup
from ainoi_service.search.query import QuoteQuery
from ainoi_service.store import corrections, speakers
from ainoi_service.store.engine import Store, open_store, sqlite_url
from ainoi_service.store.ingest import Annotation, prepared, put_many
from fake_annotator import FakeAnnotator

LOOKUPS = 200
PHRASES = "thương lượng hoà bình đàm phán trừng phạt bầu cử ngân sách lạm phát xuất khẩu đồng minh biên giới lúa gạo"
WORDS = PHRASES.split()
NAMES = ("Đỗ Văn Én", "Do Van En", "Nguyễn Thị Ánh", "nguyen thi anh", "Ông Bảy", "Zelensky", "A-ri-xtốt", "Éluard Ýên")
OUTLETS = ("Báo Ví Dụ", "báo ví dụ", "Tin Mẫu", "Đài Ả", None)
CLOCK = datetime(2025, 12, 4, tzinfo=UTC)
ICU_SINCE = 150_000
"""Version of PostgreSQL whose databases may sort as ICU does."""


def annotations() -> list[Annotation]:
    """Some articles whose quotes share words, days, speakers and names that only signs and capitals tell apart."""
    chance = random.Random(5)
    made = []
    for number in range(120):
        said = [" ".join(chance.choices(WORDS, k=chance.randrange(2, 9))) for _ in range(chance.randrange(1, 4))]
        article = Article(
            text=" ".join(f"Họ nói: “{each}”." for each in said) + f" {number}",
            url=f"u{number if number % 10 else 7}",
            date=chance.choice([None, "2025", "2025-03", *(f"2025-03-0{day}" for day in range(1, 8))]),
            outlet=chance.choice(OUTLETS),
        )
        [annotated] = FakeAnnotator().annotate_batch([prepared(article)])
        assert isinstance(annotated, AnnotatedArticle)
        quotes = tuple(each.model_copy(update=details(chance)) for each in annotated.quotes)
        made.append(Annotation(article, annotated.model_copy(update={"quotes": quotes})))
    return made


def details(chance: random.Random) -> dict[str, Any]:
    name = chance.choice(NAMES)
    kind = SpeakerKind.PERSON
    speaker = Speaker(id=f"name:{name}", name=name, kind=kind, method=Method.NAME, confidence=0.9)
    return {
        "speaker": chance.choice([speaker, Speaker(kind=SpeakerKind.UNKNOWN, confidence=0.5)]),
        "type": chance.choice(list(QuoteType)),
        "act": chance.choice([None, *Act]),
        "said_on": chance.choice([None, "2025-03-01", "2025-03"]),
        "denied": chance.random() < 0.2,
        "confidence": round(chance.random(), 3),
    }


def queries() -> Iterator[QuoteQuery]:
    """Two hundred look-ups of every kind."""
    chance = random.Random(6)
    for _ in range(LOOKUPS):
        words = " ".join(chance.choices(WORDS, k=chance.randrange(1, 3)))
        some: dict[str, Any] = {
            "q": chance.choice([None, words, fold(words), f"“{words}”", words.upper()]),
            "speaker": chance.choice([None, None, chance.choice(NAMES), "nguyen thi anh", "An"]),
            "outlet": chance.choice([None, None, "bao vi du", "Đài Ả"]),
            "from_": chance.choice([None, None, "2025-03-02"]),
            "to": chance.choice([None, None, "2025-03-05"]),
            "date_field": chance.choice(["published", "said"]),
            "type": chance.choice([None, None, QuoteType.DIRECT]),
            "act": chance.choice([None, None, Act.STATEMENT]),
            "min_confidence": chance.choice([0.0, 0.0, 0.4]),
            "sort": chance.choice(["relevance", "newest"]),
            "page_size": chance.choice([3, 20, 100]),
        }
        yield QuoteQuery(**some)


def filled(url: str) -> Store:
    """A store with the articles, some of which people have checked."""
    store = open_store(url, clock=lambda: CLOCK)
    made = annotations()
    put_many(store, made)
    for at, each in enumerate(made[::9]):
        corrections.mark(store, each.annotated.quotes[0].id, "wrong" if at % 2 else "right")
    return store


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Store]]:
    root = postgres.server()
    if root is None:
        pytest.skip("needs PostgreSQL: its binaries, or AINOI_TEST_POSTGRES_URL")
    with ExitStack() as opened:
        urls = {"sqlite": sqlite_url(Path(tmp_path_factory.mktemp("store")))}
        urls["postgresql"] = opened.enter_context(postgres.database())
        if _sorts_by_icu(root):
            more = "LOCALE_PROVIDER icu ICU_LOCALE 'vi'"
            urls["vietnamese"] = opened.enter_context(postgres.database_on(root, more=more))
        stores = {name: filled(url) for name, url in urls.items()}
        for store in stores.values():
            opened.callback(store.close)
        yield stores


def _sorts_by_icu(root: str) -> bool:
    engine = create_engine(make_url(root).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        version = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one())
        found = connection.exec_driver_sql("SELECT count(*) FROM pg_collation WHERE collprovider = 'i'").scalar_one()
    engine.dispose()
    return version >= ICU_SINCE and found > 0


def pages(lookup: Lookup, query: QuoteQuery) -> list[Any]:
    """What the first two pages of an answer say."""
    told: list[Any] = []
    for _ in range(2):
        page = lookup.search(query)
        told.append(([(hit.quote.id, hit.tier) for hit in page.hits], page.total, page.facets, page.next_page_token))
        if page.next_page_token is None:
            break
        query = replace(query, page_token=page.next_page_token)
    return told


@pytest.mark.slow
def test_two_hundred_look_ups_give_the_same_quotes_in_the_same_order(
    stores: dict[str, Store], record_property: pytest.RecordProperty
) -> None:
    lookups = {name: Lookup(store) for name, store in stores.items()}
    found = 0
    asked = list(queries())
    for query in asked:
        told = {name: pages(lookup, query) for name, lookup in lookups.items()}
        for name in told:
            assert told[name] == told["sqlite"], (name, query)
        found += len(told["sqlite"][0][0])
    assert found > LOOKUPS
    record_property("count", len(asked))


def test_speakers_come_in_the_same_order(stores: dict[str, Store]) -> None:
    asked = (*NAMES, "en", "An", "anh", "ông bảy", "name:Zelensky")
    told = {
        name: (
            [[one.id for one in speakers.find(store, each)] for each in asked],
            [(one.speaker.id, one.quotes) for one in speakers.listed(store, limit=100)],
            [speakers.profile(store, f"name:{each}").outlets for each in NAMES],  # type: ignore[union-attr]
            [[one.id for one in speakers.latest(store, f"name:{each}", limit=10)] for each in NAMES],
        )
        for name, store in stores.items()
    }
    for name in told:
        assert told[name] == told["sqlite"], name
