"""GET /v1/quotes, one by one, a page at a time and as files; and what people say of quotes."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from typing import Any, get_args

import pytest
from starlette.testclient import TestClient

from ainoi_service.exchange.formats import ARTICLE_FORMATS, QUOTE_FORMATS
from ainoi_service.requests import ExportFormat, ImportFormat
from error_shape import assert_problem
from fake_annotator import VERSION
from service_articles import TALKS, put, texts

READY = "Nga sẵn sàng thương lượng với Ukraine"
READY_TOO = "Nga đã sẵn sàng thương lượng với phía Ukraine"
NOT_SET = "Cuộc gặp chưa được ấn định"
COLD = "Mùa đông năm nay lạnh hơn mọi năm trước"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, [READY_TOO, READY, NOT_SET, COLD]),
        ({"q": "thuong luong"}, [READY_TOO, READY]),
        ({"q": unicodedata.normalize("NFD", "Thương lượng")}, [READY_TOO, READY]),
        ({"q": "“sẵn sàng thương lượng với ukraine”"}, [READY]),
        ({"q": "không có từ này"}, []),
        ({"speaker": "ông Peskov", "q": "lạnh"}, [COLD]),
        ({"speaker": "peskov", "to": "2024"}, [COLD]),
        ({"speaker": "Zelensky"}, []),
        ({"from": "2025-12-05"}, [READY_TOO]),
        ({"from": "2024", "to": "2025-12-04", "q": "năm"}, [COLD]),
        ({"dateField": "said", "from": "2024"}, []),
        ({"outlet": "tin mau"}, [READY_TOO]),
        ({"type": "indirect"}, []),
        ({"type": "direct", "act": "statement", "q": "gặp"}, [NOT_SET]),
        ({"minConfidence": "0.8", "q": "gặp"}, [NOT_SET]),
        ({"minConfidence": "0.81"}, []),
        ({"q": "", "speaker": "", "from": "", "type": "", "pageToken": "", "format": "", "to": "2024"}, [COLD]),
    ],
)
def test_all_that_is_asked_for_holds(library: TestClient, asked: dict[str, str], found: list[str]) -> None:
    assert sorted(texts(library.get("/v1/quotes", params=asked))) == sorted(found)


def test_a_hit_has_its_words_its_surroundings_and_its_article(library: TestClient) -> None:
    hit = library.get("/v1/quotes", params={"q": "ấn định"}).json()["quotes"][0]
    assert [hit["text"][place["start"] : place["end"]] for place in hit["highlights"]] == ["ấn định"]
    assert hit["match"] == "exact_phrase"
    assert hit["context"] == {
        "before": TALKS["text"][: TALKS["text"].index(NOT_SET)][-80:],
        "after": "”.",
    }
    assert (hit["article"]["url"], hit["article"]["date"]) == (TALKS["url"], "2025-12-04")
    assert hit["speaker"]["name"] == "Dmitry Peskov"
    assert hit["model"] == VERSION.model_dump()
    without = library.get("/v1/quotes").json()["quotes"][0]
    assert (without["match"], without["highlights"]) == (None, [])


def test_exact_spelling_comes_before_folded(stocked: TestClient) -> None:
    put(stocked, {"text": "Ông nói: “Thuong luong là gì”.", "date": "2025-12-31"})
    answer = stocked.get("/v1/quotes", params={"q": "thương lượng"}).json()
    assert [quote["match"] for quote in answer["quotes"]] == ["exact_phrase", "exact_phrase", "folded_phrase"]
    newest = stocked.get("/v1/quotes", params={"q": "thương lượng", "sort": "newest"}).json()
    assert [quote["match"] for quote in newest["quotes"]] == ["folded_phrase", "exact_phrase", "exact_phrase"]


def test_facets_count_the_whole_result_on_every_page(library: TestClient) -> None:
    facets = {
        "speaker": [{"value": "peskov", "label": "Dmitry Peskov", "count": 4}],
        "outlet": [
            {"value": "Báo Ví Dụ", "label": "Báo Ví Dụ", "count": 3},
            {"value": "Tin Mẫu", "label": "Tin Mẫu", "count": 1},
        ],
        "month": [
            {"value": "2025-12", "label": "2025-12", "count": 3},
            {"value": "2024-01", "label": "2024-01", "count": 1},
        ],
    }
    seen, token = [], None
    for _ in range(4):
        params: dict[str, Any] = {"pageSize": 1} | ({"pageToken": token} if token else {})
        page = library.get("/v1/quotes", params=params).json()
        assert (page["total"], page["facets"]) == (4, facets)
        seen += [quote["text"] for quote in page["quotes"]]
        token = page["next_page_token"]
    assert token is None
    assert seen == texts(library.get("/v1/quotes"))


def test_a_quote_comes_with_the_same_words_of_other_articles(library: TestClient) -> None:
    [hit] = library.get("/v1/quotes", params={"q": f"“{READY}”"}).json()["quotes"]
    answer = library.get(f"/v1/quotes/{hit['id']}").json()
    assert answer == {
        **{name: value for name, value in hit.items() if name not in ("match", "highlights")},
        "variants": answer["variants"],
    }
    [variant] = answer["variants"]
    assert variant["quote"]["text"] == READY_TOO
    assert 0.5 < variant["probability"] <= 1.0


def test_the_names_of_the_formats_are_those_of_the_exchange() -> None:
    assert get_args(ExportFormat) == (*QUOTE_FORMATS, *ARTICLE_FORMATS)
    assert get_args(ImportFormat) == tuple(ARTICLE_FORMATS)


@pytest.mark.parametrize("format", get_args(ExportFormat))
def test_a_file_has_the_whole_result(library: TestClient, format: str) -> None:
    kind = {**QUOTE_FORMATS, **ARTICLE_FORMATS}[format]
    response = library.get("/v1/quotes", params={"format": format, "q": "thuong luong"})
    assert response.status_code == 200
    assert response.headers["content-type"] == kind.media_type
    assert response.headers["content-disposition"] == f'attachment; filename="ainoi-quotes.{kind.extension}"'
    text = response.content.decode("utf-8")
    assert READY in text
    assert READY_TOO in text
    assert COLD not in text


def test_a_file_is_longer_than_a_page(client: TestClient) -> None:
    quotes = " ".join(f"Ông nói: “Lời số {number} của ông”." for number in range(250))
    put(client, {"text": quotes})
    exported = client.get("/v1/quotes", params={"format": "json", "q": "lời"}).json()["quotes"]
    assert len(exported) == len({quote["id"] for quote in exported}) == 250
    first = client.get("/v1/quotes", params={"q": "lời", "pageSize": 100}).json()["quotes"]
    own = [{name: each for name, each in quote.items() if name not in ("match", "highlights")} for quote in first]
    assert exported[:100] == own
    rows = list(csv.DictReader(io.StringIO(client.get("/v1/quotes", params={"format": "csv"}).text.lstrip("\ufeff"))))
    assert len(rows) == 250


def test_a_verdict_is_kept_and_taken_back(stocked: TestClient) -> None:
    [hit] = stocked.get("/v1/quotes", params={"q": "ấn định"}).json()["quotes"]
    path = f"/v1/quotes/{hit['id']}/verdict"
    assert stocked.put(path, json={"verdict": "wrong"}).json()["checked"] == "wrong"
    assert texts(stocked.get("/v1/quotes", params={"q": "ấn định"})) == []
    assert stocked.get(f"/v1/quotes/{hit['id']}").json()["checked"] == "wrong"
    assert stocked.put(path, json={"verdict": "right"}).json()["checked"] == "right"
    assert texts(stocked.get("/v1/quotes", params={"q": "ấn định"})) == [NOT_SET]
    assert stocked.delete(path).json()["checked"] is None


@pytest.mark.parametrize(
    ("sent", "speaker"),
    [
        ({"id": "zelensky"}, ("zelensky", "Volodymyr Zelensky", "person", "Q3874799")),
        ({"id": "peskov"}, ("peskov", "Dmitry Peskov", "person", None)),
        ({"name": "Peskov"}, ("peskov", "Dmitry Peskov", "person", None)),
        ({"name": "Nguyễn Văn Ví Dụ"}, ("name:nguyen van vi du", "Nguyễn Văn Ví Dụ", "person", None)),
        ({"name": "Bộ Ví Dụ", "kind": "organization"}, ("name:bo vi du", "Bộ Ví Dụ", "organization", None)),
        ({"kind": "unnamed"}, (None, None, "unnamed", None)),
        ({"kind": "unknown"}, (None, None, "unknown", None)),
    ],
)
def test_a_corrected_speaker_is_found(
    stocked: TestClient, sent: dict[str, str], speaker: tuple[str | None, ...]
) -> None:
    [hit] = stocked.get("/v1/quotes", params={"q": "ấn định"}).json()["quotes"]
    answer = stocked.put(f"/v1/quotes/{hit['id']}/speaker", json=sent).json()
    assert tuple(answer["speaker"][name] for name in ("id", "name", "kind", "wikidata")) == speaker
    assert answer["checked"] == "corrected"
    if speaker[1] is not None:
        assert NOT_SET in texts(stocked.get("/v1/quotes", params={"speaker": speaker[1]}))
    article = stocked.get(f"/v1/articles/{hit['article']['id']}").json()
    assert [quote["checked"] for quote in article["quotes"]] == [None, "corrected"]


def test_a_speaker_of_one_article_is_nobody_in_another(stocked: TestClient) -> None:
    first, second = (stocked.get("/v1/quotes", params={"q": q}).json()["quotes"][0] for q in ("ấn định", "lạnh"))
    local = stocked.put(f"/v1/quotes/{first['id']}/speaker", json={"name": "Lan"}).json()["speaker"]["id"]
    assert local == f"article:{first['article']['id']}:lan"
    assert_problem(stocked.put(f"/v1/quotes/{second['id']}/speaker", json={"id": local}), 422, "unknown_speaker")


def test_answers_are_json_that_anybody_can_read(library: TestClient) -> None:
    response = library.get("/v1/quotes")
    assert response.headers["content-type"] == "application/json"
    assert "access-control-allow-origin" not in response.headers
    assert json.loads(response.content) == response.json()
