"""What is asked for is looked for as words and names, never run: T39."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import pytest
from starlette.testclient import TestClient

import postgres
from ainoi_service import create_app
from ainoi_service.settings import read_settings
from error_shape import assert_problem
from fake_annotator import FakeAnnotator
from hostile_web.odd_questions import QUESTIONS
from service_app import LOCAL
from service_articles import SAME_TALKS, TALKS, WINTER, put

ALL = 4
"""Quotes of the articles."""
OTHERS = ("speaker", "outlet", "from", "to", "pageToken", "type", "minConfidence", "sort", "format")
PAGES = {
    "/lookup": (
        "q",
        "speaker",
        "outlet",
        "from",
        "to",
        "type",
        "act",
        "minConfidence",
        "dateField",
        "sort",
        "pageToken",
    ),
    "/check": ("claim", "speaker", "from", "to"),
    "/speakers": ("q", "after"),
    "/articles": ("before",),
}
Record = Callable[[str, object], None]


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of a service whose store is in PostgreSQL."""
    if postgres.server() is None:
        pytest.skip("there is no PostgreSQL on this machine")
    folder = tmp_path_factory.mktemp("postgresql")
    with postgres.database() as url:
        app = create_app(FakeAnnotator(), settings=read_settings(data_dir=folder, database_url=url))
        with TestClient(app, LOCAL, raise_server_exceptions=False) as client:
            for article in (TALKS, SAME_TALKS, WINTER):
                put(client, article)
            yield client


def total(client: TestClient, **asked: str) -> int:
    answer = client.get("/v1/quotes", params=asked)
    if answer.status_code != 200:
        assert_problem(answer, 422, answer.json()["code"])
        return 0
    return int(answer.json()["total"])


def look_up(client: TestClient) -> int:
    """Look every question up, alone and beside what finds something; gives how many requests that were."""
    for question in QUESTIONS:
        # More words never find more, and a name with something behind it is another name or the same.
        assert total(client, q=question) <= ALL, question
        assert total(client, q=f"thuong luong {question}") <= 2, question
        assert total(client, speaker=f"Peskov{question}") in (0, ALL), question
        assert total(client, q="thuong luong", outlet=f"Tin Mẫu{question}") in (0, 1), question
    return 4 * len(QUESTIONS)


def ask_everywhere(client: TestClient) -> int:
    """Put every question into every other parameter, and into checks."""
    for question in QUESTIONS:
        for name in OTHERS:
            answer = client.get("/v1/quotes", params={name: question})
            assert answer.status_code in (200, 422), (name, question, answer.text)
        listed = client.get("/v1/speakers", params={"q": question})
        assert listed.status_code == 422 or len(listed.json()["speakers"]) <= 1, question
        for path in ("/v1/speakers", "/v1/articles"):
            assert client.get(path, params={"pageToken": question}).status_code == 422
        check = client.post("/v1/checks", json={"claim": question, "speaker": question})
        assert check.status_code == 422 or check.json()["speakers"] == [], question
    assert total(client) == ALL
    return len(QUESTIONS) * (len(OTHERS) + 4)


def test_there_are_a_hundred_questions() -> None:
    assert len(set(QUESTIONS)) >= 100


def test_no_question_finds_more_than_its_words(client: TestClient, record_property: Record) -> None:
    record_property("count", look_up(client))


@pytest.mark.long
def test_no_question_is_run_wherever_it_is_put(client: TestClient, record_property: Record) -> None:
    record_property("count", ask_everywhere(client))


@pytest.mark.long
def test_nor_is_any_in_postgresql(postgresql: TestClient, record_property: Record) -> None:
    record_property("count", look_up(postgresql) + ask_everywhere(postgresql))


@pytest.mark.long
@pytest.mark.parametrize("store", ["client", "postgresql"])
def test_no_question_breaks_a_page(request: pytest.FixtureRequest, store: str, record_property: Record) -> None:
    client: TestClient = request.getfixturevalue(store)
    asked = [(path, name, question) for path, names in PAGES.items() for name, question in product(names, QUESTIONS)]
    for path, name, question in asked:
        params = {"claim": "a", name: question} if path == "/check" else {name: question}
        answer = client.get(path, params=params)
        assert answer.status_code in (200, 422), (path, name, question)
    record_property("count", len(asked))
    assert total(client) == ALL


NULLS = (
    *("/articles/a%00", "/articles/a%00/download", "/quotes/a%00", "/speakers/a%00", "/lookup?q=a%00"),
    *("/lookup?speaker=a%00", "/lookup?outlet=a%00", "/check?claim=a%00", "/check?claim=a&speaker=a%00"),
    *("/speakers?q=a%00", "/speakers?after=a%00", "/articles?before=a%00"),
    *("/v1/articles/a%00", "/v1/quotes/a%00", "/v1/speakers/a%00", "/v1/quotes?speaker=a%00", "/v1/speakers?q=a%00"),
)


@pytest.mark.parametrize("store", ["client", pytest.param("postgresql", marks=pytest.mark.slow)])
def test_a_null_character_is_never_asked_for(request: pytest.FixtureRequest, store: str) -> None:
    client: TestClient = request.getfixturevalue(store)
    answers = {path: client.get(path).status_code for path in NULLS}
    assert answers == {path: 422 if "?" in path else 404 for path in NULLS}
    id = client.get("/v1/quotes", params={"pageSize": 1}).json()["quotes"][0]["id"]
    for form in ({"name": "a\x00"}, {"speaker": "id:a\x00"}, {"speaker": "a\x00"}):
        assert client.post(f"/quotes/{id}/speaker", data=form).status_code == 422
