"""POST /v1/annotate and GET /healthz around a fake annotator."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ainoi.errors import AinoiError
from ainoi.schema import AnnotatedArticle, Article
from ainoi_service.limits import Limits
from ainoi_service.requests import EXAMPLES
from error_shape import assert_problem
from fake_annotator import PESKOV, POISON, VERSION, FakeAnnotator
from html_pages import NEWS_PAGE
from service_app import serving

TEXT = "Ông Peskov nói: “Không có thay đổi nào”."


def test_text_gives_the_annotated_article_without_its_text(client: TestClient) -> None:
    body = {"text": TEXT, "id": "a1", "title": "Tin", "date": "2024-11-12", "url": "https://x.vn/1", "outlet": "X"}
    response = client.post("/v1/annotate", json=body)
    assert response.status_code == 200
    answer = AnnotatedArticle.model_validate(_without_computed(response.json()))
    assert answer.model_dump(include={"id", "title", "date", "url", "outlet", "text"}) == body | {"text": None}
    assert [(quote.text, quote.speaker) for quote in answer.quotes] == [("Không có thay đổi nào", PESKOV)]
    assert TEXT[answer.quotes[0].spans[0].start : answer.quotes[0].spans[0].end] == answer.quotes[0].text


def _without_computed(article: dict) -> dict:
    for quote in article["quotes"]:
        quote.pop("nested")
    return article


def test_the_text_is_returned_when_asked_for(client: TestClient) -> None:
    assert client.post("/v1/annotate", params={"withText": "true"}, json={"text": TEXT}).json()["text"] == TEXT


def test_html_gives_the_extracted_text_and_what_the_page_says(client: TestClient) -> None:
    answer = client.post("/v1/annotate", json={"html": NEWS_PAGE, "url": "https://x.vn/1"}).json()
    assert (answer["title"], answer["date"]) == ("Điện Kremlin nêu lập trường", "2024-11-12")
    assert (answer["url"], answer["outlet"]) == ("https://x.vn/1", "Báo Thử")
    span = answer["quotes"][0]["spans"][0]
    assert answer["text"][span["start"] : span["end"]] == answer["quotes"][0]["text"]
    assert len(answer["quotes"]) == 8


def test_what_the_caller_says_goes_before_what_the_page_says(client: TestClient) -> None:
    answer = client.post("/v1/annotate", json={"html": NEWS_PAGE, "title": "Khác", "date": "2020"}).json()
    assert (answer["title"], answer["date"]) == ("Khác", "2020")


def test_health_names_the_model(client: TestClient) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "model": VERSION.model_dump()}


def test_all_articles_are_annotated_on_one_thread_and_answers_are_not_mixed(
    client: TestClient, annotator: FakeAnnotator
) -> None:
    def post(number: int) -> str:
        response = client.post("/v1/annotate", json={"text": f"Ông nói “lời số {number}”."})
        text: str = response.json()["quotes"][0]["text"]
        return text

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(post, range(40))) == [f"lời số {number}" for number in range(40)]
    assert len(annotator.threads) == 1
    assert sum(annotator.batches) == 40


def test_a_fault_of_the_model_fails_its_own_request_only(client: TestClient) -> None:
    def post(text: str) -> int:
        return client.post("/v1/annotate", json={"text": text}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(post, [TEXT, POISON, TEXT, TEXT])) == [200, 500, 200, 200]
    assert_problem(client.post("/v1/annotate", json={"text": POISON}), 500, "internal")


class _Gated(FakeAnnotator):
    """Waits at a gate before it annotates."""

    def __init__(self) -> None:
        super().__init__()
        self.entered, self.gate = threading.Event(), threading.Event()

    def annotate_batch(
        self, articles: Sequence[Article], *, with_text: bool = False
    ) -> list[AnnotatedArticle | AinoiError]:
        self.entered.set()
        assert self.gate.wait(30)
        return super().annotate_batch(articles, with_text=with_text)


def test_more_requests_than_may_wait_are_refused_at_once(tmp_path: Path) -> None:
    gated = _Gated()
    with serving(gated, tmp_path, Limits(max_waiting=1)) as client, ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.post, "/v1/annotate", json={"text": TEXT})
        assert gated.entered.wait(30)
        refused = client.post("/v1/annotate", json={"text": TEXT})
        gated.gate.set()
        assert_problem(refused, 429, "busy")
        assert refused.headers["retry-after"] == "1"
        assert first.result().status_code == 200
        assert client.post("/v1/annotate", json={"text": TEXT}).status_code == 200


def test_a_model_that_does_not_load_ends_the_start(tmp_path: Path) -> None:
    class Broken(FakeAnnotator):
        @property
        def version(self):  # type: ignore[no-untyped-def]
            raise AinoiError("no such model")

    with pytest.raises(AinoiError, match="no such model"), serving(Broken(), tmp_path):
        pass


def test_the_openapi_document_tells_every_route_its_examples_and_its_problems(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    annotate, health = schema["paths"]["/v1/annotate"]["post"], schema["paths"]["/healthz"]["get"]
    assert (annotate["operationId"], health["operationId"]) == ("annotate", "health")
    assert set(annotate["responses"]) == {"200", "400", "401", "413", "415", "422", "429", "500", "503", "504"}
    for operation in (annotate, health):
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                content = response["content"]
                assert content == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert set(annotate["requestBody"]["content"]["application/json"]["examples"]) == set(EXAMPLES)
    assert "HTTPValidationError" not in schema["components"]["schemas"]
    assert {"Problem", "FieldError", "AnnotatedArticle", "Quote"} <= set(schema["components"]["schemas"])


def test_the_text_example_of_the_openapi_document_is_a_good_request(client: TestClient) -> None:
    assert client.post("/v1/annotate", json=EXAMPLES["text"]["value"]).status_code == 200
