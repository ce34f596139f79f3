"""POST /v1/imports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ainoi_service.limits import Limits
from error_shape import assert_problem
from fake_annotator import FakeAnnotator
from service_app import serving
from service_articles import JSON_LINES, TALKS, put, texts


def doccano(client: TestClient) -> list[dict]:
    """The store's articles as doccano has them."""
    return [json.loads(line) for line in client.get("/v1/quotes", params={"format": "doccano"}).text.splitlines()]


def send(client: TestClient, records: list[dict]) -> dict:
    body = "\n".join(map(json.dumps, records))
    response = client.post("/v1/imports", params={"format": "doccano"}, content=body, headers=JSON_LINES)
    assert response.status_code == 200, response.text
    answer: dict = response.json()
    return answer


def test_what_a_person_left_stands_and_what_is_gone_is_struck_out(client: TestClient) -> None:
    id = put(client, TALKS)["id"]
    [record] = doccano(client)
    ready, _ = record["entities"]
    ready["end_offset"] -= len(" với Ukraine")
    record["entities"] = [ready]
    assert send(client, [record]) == {"articles": [{"id": id, "right": 0, "corrected": 1, "wrong": 1}]}
    assert texts(client.get("/v1/quotes")) == ["Nga sẵn sàng thương lượng"]
    article = client.get(f"/v1/articles/{id}").json()
    assert [(quote["text"], quote["checked"], quote["model"] is None) for quote in article["quotes"]] == [
        ("Nga sẵn sàng thương lượng", "corrected", True),
        ("Cuộc gặp chưa được ấn định", "wrong", False),
    ]
    assert client.post("/v1/checks", json={"claim": "sẵn sàng thương lượng"}).json()["answer"] == "verbatim"
    assert put(client, TALKS | {"title": "Tiêu đề khác"})["quotes"][0]["checked"] == "corrected"


@pytest.mark.parametrize("format", ["label-studio", "doccano"])
def test_a_file_that_nobody_changed_confirms_every_quote(stocked: TestClient, format: str) -> None:
    exported = stocked.get("/v1/quotes", params={"format": format})
    if format == "label-studio":
        tasks = exported.json()
        for task in tasks:
            task["annotations"] = [{"id": 1, "result": task.pop("predictions")[0]["result"]}]
        body, kind = json.dumps(tasks).encode(), "application/json"
    else:
        body, kind = exported.content, "application/jsonl"
    response = stocked.post("/v1/imports", params={"format": format}, content=body, headers={"content-type": kind})
    assert response.status_code == 200, response.text
    counts = response.json()["articles"]
    assert (sum(each["right"] for each in counts), sum(each["wrong"] for each in counts)) == (4, 0)


def test_nothing_of_a_wrong_file_is_taken(client: TestClient) -> None:
    put(client, TALKS)
    [record] = doccano(client)
    good = record | {"entities": record["entities"][:1]}
    body = "\n".join(map(json.dumps, [good, record | {"article_id": "nobody's"}, {"article_id": "\x00"}]))
    response = client.post("/v1/imports", params={"format": "doccano"}, content=body, headers=JSON_LINES)
    problem = assert_problem(response, 422, "bad_import")
    assert [error["loc"] for error in problem["errors"]] == [
        ["body", "line 2", "article_id"],
        ["body", "line 3", "article_id"],
    ]
    assert len(texts(client.get("/v1/quotes"))) == 2


def test_a_file_with_much_wrong_gives_a_small_problem(client: TestClient) -> None:
    body = "\n".join(["{}"] * 100)
    response = client.post("/v1/imports", params={"format": "doccano"}, content=body, headers=JSON_LINES)
    assert len(assert_problem(response, 422, "bad_import")["errors"]) == 10


def test_a_file_has_a_limit_and_a_type(tmp_path: Path) -> None:
    with serving(FakeAnnotator(), tmp_path, Limits(max_import_bytes=1000)) as client:
        for content_type in ("text/plain", "application/x-www-form-urlencoded", ""):
            headers = {"content-type": content_type}
            response = client.post("/v1/imports?format=doccano", content=b"{}", headers=headers)
            assert_problem(response, 415, "unsupported_media_type")
        large = client.post("/v1/imports?format=doccano", content=b" " * 1001, headers=JSON_LINES)
        assert_problem(large, 413, "too_large")
        nothing = client.post("/v1/imports?format=doccano", content=b"", headers=JSON_LINES)
        assert_problem(nothing, 400, "bad_request")
