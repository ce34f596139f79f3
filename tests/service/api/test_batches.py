"""POST /v1/articles:batch."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from ainoi.errors import AinoiError
from ainoi.schema import AnnotatedArticle, Article
from ainoi_service.limits import Limits
from error_shape import assert_problem
from fake_annotator import POISON, FakeAnnotator
from service_app import serving
from service_articles import JSON_LINES, TALKS, WINTER, put


def batch(client: TestClient, *lines: Any) -> list[dict[str, Any]]:
    """The answer's lines to these, which are records, or bytes as they are."""
    body = b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    response = client.post("/v1/articles:batch", content=body, headers=JSON_LINES)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/jsonl"
    assert response.text == "" or response.text.endswith("\n")
    return [json.loads(line) for line in response.text.splitlines()]


def outcome(line: dict[str, Any]) -> tuple[int, int, str | None]:
    return line["line"], line["status"], line["problem"]["code"] if "problem" in line else None


def test_each_line_gets_its_own_result_in_order(client: TestClient) -> None:
    known = put(client, WINTER)
    lines = batch(
        client,
        TALKS,
        b"",
        b"{no json",
        WINTER,
        {"text": "a", "dtae": "2024"},
        {"text": " "},
        {"text": POISON},
        {"text": "m\x00t"},
        b"[" * 100_000,
        b'{"text": "\xff"}',
        [TALKS],
        TALKS,
        {"text": "Ông nói “vâng”."},
    )
    assert [outcome(line) for line in lines] == [
        (1, 201, None),
        (3, 400, "bad_request"),
        (4, 200, None),
        (5, 422, "invalid"),
        (6, 422, "empty"),
        (7, 500, "internal"),
        (8, 422, "bad_characters"),
        (9, 400, "bad_request"),
        (10, 400, "bad_request"),
        (11, 422, "invalid"),
        (12, 200, None),
        (13, 201, None),
    ]
    assert lines[2]["id"] == known["id"]
    assert lines[0]["id"] == lines[10]["id"] == put(client, TALKS)["id"]
    assert lines[3]["problem"]["errors"][0]["loc"] == ["body", "dtae"]
    assert len(client.get("/v1/articles").json()["articles"]) == 3


def test_many_articles_share_a_call_of_the_model_and_none_is_read_twice(
    client: TestClient, annotator: FakeAnnotator
) -> None:
    records = [{"text": f"Ông nói “lời số {number}”."} for number in range(40)]
    assert [outcome(line) for line in batch(client, *records)] == [(line, 201, None) for line in range(1, 41)]
    assert sum(annotator.batches) == 40
    assert len(annotator.batches) < 40
    assert [outcome(line) for line in batch(client, *records)] == [(line, 200, None) for line in range(1, 41)]
    assert sum(annotator.batches) == 40
    assert client.get("/v1/quotes").json()["total"] == 40


def test_nothing_in_nothing_out(client: TestClient) -> None:
    assert batch(client) == []
    assert batch(client, b"", b"  ", b"") == []


def test_a_batch_has_limits(tmp_path: Path) -> None:
    line = json.dumps({"text": "Ông nói “vâng”."}).encode()
    limits = Limits(max_batch_bytes=1000, max_batch_articles=3, max_body_bytes=100)
    with serving(FakeAnnotator(), tmp_path, limits) as client:
        assert len(batch(client, line, line, line)) == 3
        too_many = client.post("/v1/articles:batch", content=b"\n".join([line] * 5), headers=JSON_LINES)
        assert_problem(too_many, 413, "too_large")
        too_large = client.post("/v1/articles:batch", content=b"a" * 1001, headers=JSON_LINES)
        assert_problem(too_large, 413, "too_large")
        long_line = b'{"text": "' + b"a" * 200 + b'"}'
        assert [outcome(each) for each in batch(client, long_line, line)] == [(1, 413, "too_large"), (2, 200, None)]

        def parts() -> Iterator[bytes]:
            yield from [b"a" * 400] * 3

        assert_problem(client.post("/v1/articles:batch", content=parts(), headers=JSON_LINES), 413, "too_large")


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
def test_a_batch_must_say_that_it_is_json_lines(client: TestClient, content_type: str) -> None:
    response = client.post("/v1/articles:batch", content=b"{}", headers={"content-type": content_type})
    assert_problem(response, 415, "unsupported_media_type")


def test_no_more_batches_run_at_once_than_may(tmp_path: Path) -> None:
    class Gated(FakeAnnotator):
        entered, gate = threading.Event(), threading.Event()

        def annotate_batch(
            self, articles: Sequence[Article], *, with_text: bool = False
        ) -> list[AnnotatedArticle | AinoiError]:
            self.entered.set()
            assert self.gate.wait(30)
            return super().annotate_batch(articles, with_text=with_text)

    with serving(Gated(), tmp_path, Limits(max_batches=1)) as client, ThreadPoolExecutor(1) as pool:
        first = pool.submit(batch, client, TALKS)
        assert Gated.entered.wait(30)
        refused = client.post("/v1/articles:batch", content=b"{}", headers=JSON_LINES)
        Gated.gate.set()
        assert_problem(refused, 429, "busy")
        assert refused.headers["retry-after"] == "10"
        assert [outcome(line) for line in first.result()] == [(1, 201, None)]
        assert [outcome(line) for line in batch(client, TALKS)] == [(1, 200, None)]
