"""GET /v1/speakers."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from error_shape import assert_problem
from service_articles import put

PESKOV = {
    "id": "peskov",
    "name": "Dmitry Peskov",
    "kind": "person",
    "wikidata": None,
    "aliases": ["Peskov", "Pê-xcốp"],
    "quote_count": 4,
}


def name_one(client: TestClient, words: str, name: str) -> None:
    """Let the quote with these words be somebody else's."""
    [hit] = client.get("/v1/quotes", params={"q": words}).json()["quotes"]
    assert client.put(f"/v1/quotes/{hit['id']}/speaker", json={"name": name}).status_code == 200


def test_a_speaker_with_offices_counts_and_latest_quotes(library: TestClient) -> None:
    answer = library.get("/v1/speakers/peskov").json()
    assert answer == PESKOV | {
        "offices": [
            {"title": "người phát ngôn", "start": "2012-05-22", "end": None},
            {"title": "trợ lý", "start": None, "end": "2012"},
        ],
        "months": [{"value": "2024-01", "count": 1}, {"value": "2025-12", "count": 3}],
        "outlets": [{"value": "Báo Ví Dụ", "count": 3}, {"value": "Tin Mẫu", "count": 1}],
        "latest_quotes": answer["latest_quotes"],
    }
    assert [each["article"]["date"] for each in answer["latest_quotes"]] == [
        "2025-12-05",
        "2025-12-04",
        "2025-12-04",
        "2024-01-20",
    ]


def test_the_most_quoted_come_first_a_page_at_a_time(stocked: TestClient) -> None:
    name_one(stocked, "ấn định", "Nguyễn Văn Ví Dụ")
    first = stocked.get("/v1/speakers", params={"pageSize": 1}).json()
    assert first["speakers"] == [PESKOV | {"quote_count": 3}]
    second = stocked.get("/v1/speakers", params={"pageSize": 1, "pageToken": first["next_page_token"]}).json()
    assert [(each["id"], each["quote_count"]) for each in second["speakers"]] == [("name:nguyen van vi du", 1)]
    assert second["next_page_token"] is None


@pytest.mark.parametrize(
    ("q", "ids"), [("ông Peskov", ["peskov"]), ("pe-xcop", ["peskov"]), ("peskov", ["peskov"]), ("Putin", [])]
)
def test_speakers_are_found_as_people_write_them(library: TestClient, q: str, ids: list[str]) -> None:
    assert [each["id"] for each in library.get("/v1/speakers", params={"q": q}).json()["speakers"]] == ids


def test_every_listed_speaker_has_a_page(stocked: TestClient) -> None:
    for words, name in (("ấn định", "Lan"), ("lạnh", "Trần Thị A/B")):
        name_one(stocked, words, name)
    for each in stocked.get("/v1/speakers").json()["speakers"]:
        assert stocked.get(f"/v1/speakers/{quote(each['id'], safe='')}").json()["name"] == each["name"]


def test_somebody_whom_nobody_quotes_is_not_there(client: TestClient) -> None:
    assert client.get("/v1/speakers").json() == {"speakers": [], "next_page_token": None}
    assert_problem(client.get("/v1/speakers/zelensky"), 404, "not_found")
    put(client, {"text": "Ông không nói gì."})
    assert client.get("/v1/speakers").json()["speakers"] == []
