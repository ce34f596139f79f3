"""The whole service with the model that comes with it, on the articles the project began with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from exposed_metrics import value
from service_app import serving
from service_articles import JSON_LINES

PESKOV = {"speaker": "ông Peskov"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, seeds: Path) -> Iterator[TestClient]:
    records = (json.loads(line) for line in (seeds / "gold.jsonl").read_text(encoding="utf-8").splitlines())
    lines = [json.dumps({name: each[name] for name in ("id", "text", "date") if each.get(name)}) for each in records]
    with serving(None, tmp_path_factory.mktemp("store")) as client:
        answer = client.post("/v1/articles:batch", content="\n".join(lines), headers=JSON_LINES)
        assert [json.loads(line)["status"] for line in answer.text.splitlines()] == [201] * 5
        yield client


def test_a_speaker_is_found_as_people_write_him_and_known_with_his_office(service: TestClient) -> None:
    first, *others = (
        service.get("/v1/quotes", params={"speaker": name}).json()["total"]
        for name in ("dmitry-peskov", "ông Peskov", "peskov", "ong peskov", "Pê-xcốp", "người phát ngôn Peskov")
    )
    assert first > 3
    assert set(others) == {first}
    speaker = service.get("/v1/speakers/dmitry-peskov").json()
    assert (speaker["name"], speaker["quote_count"]) == ("Dmitry Peskov", first)
    assert "người phát ngôn Điện Kremlin" in [office["title"] for office in speaker["offices"]]


def test_one_utterance_in_two_translations_is_found_as_variants(service: TestClient) -> None:
    hits = service.get("/v1/quotes", params={"q": "“sự trao đổi ý kiến trực tiếp”", **PESKOV}).json()["quotes"]
    assert hits
    variants = service.get(f"/v1/quotes/{hits[0]['id']}").json()["variants"]
    assert any("trao đổi quan điểm trực tiếp" in variant["quote"]["text"] for variant in variants)


@pytest.mark.parametrize(
    ("claim", "answer"),
    [
        ("lan dau tien co su trao doi y kien truc tiep", "verbatim"),
        ("đây là lần trao đổi quan điểm trực tiếp đầu tiên giữa hai bên", "close"),
        ("giá xăng dầu trong nước sẽ giảm mạnh vào tuần tới", "not_found"),
    ],
)
def test_whether_he_said_it(service: TestClient, claim: str, answer: str) -> None:
    assert service.post("/v1/checks", json={"claim": claim, **PESKOV}).json()["answer"] == answer


def test_every_stored_quote_stands_in_its_article(service: TestClient) -> None:
    for ref in service.get("/v1/articles").json()["articles"]:
        article = service.get(f"/v1/articles/{ref['id']}", params={"withText": "true"}).json()
        for quote in article["quotes"]:
            spans = (article["text"][span["start"] : span["end"]] for span in quote["spans"])
            assert quote["text"] == " … ".join(spans)


def test_metrics_have_every_stage_of_the_model_and_its_quotes(service: TestClient) -> None:
    text = service.get("/metrics").text
    names = ("queue", "model", "clean", "encode", "tag", "decode", "resolve")
    assert all(value(text, "ainoi_stage_seconds_count", stage=name, lane="short") for name in names)
    assert (value(text, "ainoi_quotes_total", type="direct") or 0) > 10
    assert value(text, "ainoi_stage_seconds_count", stage="store", lane="none")
