"""Whatever JSON is sent to whatever route, the service does not fail, answers briefly, and repeats nothing: T16."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NamedTuple

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from error_shape import assert_problem
from hostile_web.json_bodies import BODIES, FIELD, MARKER, Body


class Route(NamedTuple):
    """A route that takes JSON, and its body's own field."""

    method: str
    path: str
    field: bytes
    media_type: str = "application/json"


ANY_ID = "0123456789abcdef"
ROUTES = (
    Route("POST", "/v1/annotate", b"text"),
    Route("POST", "/v1/articles", b"text"),
    Route("POST", "/v1/articles", b"title"),
    Route("POST", "/v1/articles:batch", b"text", "application/jsonl"),
    Route("POST", "/v1/checks", b"claim"),
    Route("PUT", f"/v1/quotes/{ANY_ID}/verdict", b"verdict"),
    Route("PUT", f"/v1/quotes/{ANY_ID}/speaker", b"name"),
    Route("POST", "/v1/imports?format=label-studio", b"data"),
    Route("POST", "/v1/imports?format=doccano", b"article_id", "application/jsonl"),
)


def send(client: TestClient, route: Route, body: Body) -> Response:
    headers = dict(body.headers)
    charset = headers.pop("charset", None)
    headers["content-type"] = f"{route.media_type}; charset={charset}" if charset else route.media_type
    return client.request(route.method, route.path, content=body.sent.replace(FIELD, route.field), headers=headers)


def test_there_are_enough_bodies(record_property: Callable[[str, object], None]) -> None:
    record_property("count", len(BODIES) * len(ROUTES))
    assert len({body.sent for body in BODIES}) >= 50


@pytest.mark.parametrize("body", BODIES, ids=[body.name for body in BODIES])
def test_no_body_makes_the_service_fail_or_talk(client: TestClient, body: Body) -> None:
    for route in ROUTES:
        answer = send(client, route, body)
        assert answer.status_code < 500, (route, answer.text)
        assert len(answer.content) <= 2048, route
        assert MARKER not in answer.text and json.dumps(MARKER)[1:-1] not in answer.text, route
        if answer.status_code >= 400:
            assert_problem(answer, answer.status_code, answer.json()["code"])
        elif answer.headers["content-type"] == "application/jsonl":
            for line in map(json.loads, answer.text.splitlines()):
                assert line["status"] < 500, line


def test_a_thousand_wrong_names_are_one_error(client: TestClient) -> None:
    names = {str(number): "a" for number in range(1_000)}
    for path in ("/v1/annotate", "/v1/articles", "/v1/checks"):
        problem = assert_problem(client.post(path, json=names), 422, "invalid")
        assert [error["loc"] for error in problem["errors"]] == [["body"]]
    problem = assert_problem(client.get("/v1/quotes", params=names), 422, "invalid")
    assert [error["loc"] for error in problem["errors"]] == [["query"]]
