"""Every request has an id, is sent it back, also in its problem, and has one line in the log."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from ainoi_service.limits import Limits
from ainoi_service.telemetry import Telemetry
from ainoi_service.telemetry.logs import FIELDS
from ainoi_service.telemetry.request import note_key, note_wait, stage
from caught_log import Log
from error_shape import assert_problem
from fake_annotator import POISON, FakeAnnotator
from service_app import serving

ID = "X-Request-ID"
TEXT = "Ông Dmitry Peskov nói: “Chúng tôi sẵn sàng đối thoại”."
ARTICLE = {"title": "Bản tin", "text": TEXT}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(FakeAnnotator(), tmp_path_factory.mktemp("store"), Limits(max_body_bytes=8_000)) as client:
        yield client


def without_times(line: dict[str, Any]) -> dict[str, Any]:
    """What of a request's line is always the same."""
    return {name: value for name, value in line.items() if name not in ("time", "request_id") and "seconds" not in name}


def test_an_answered_request_has_one_line_with_its_figures(client: TestClient, log: Log) -> None:
    answer = client.post("/v1/annotate", json=ARTICLE)

    [line] = log.requests
    assert without_times(line) == {
        "level": "info",
        "logger": "ainoi_service.requests",
        "event": "request",
        "method": "POST",
        "route": "/v1/annotate",
        "status": 200,
        "bytes_in": int(answer.request.headers["content-length"]),
        "bytes_out": len(answer.content),
        "quotes": 1,
    }
    assert line["request_id"] == answer.headers[ID]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["time"])
    assert line["seconds"] >= line["queue_seconds"] >= 0


@pytest.mark.parametrize(
    ("method", "path", "status", "route", "code"),
    [
        ("GET", "/healthz", 200, "/healthz", None),
        ("GET", "/", 200, "/", None),
        ("GET", "/docs", 200, "/docs", None),
        ("GET", "/openapi.json", 200, "/openapi.json", None),
        ("GET", "/metrics", 200, "/metrics", None),
        ("GET", "/static/layout.css", 200, "/static", None),
        ("GET", "/static/none.css", 404, "/static", "not_found"),
        ("GET", "/v1/quotes/none", 404, "/v1/quotes/{id}", "not_found"),
        ("GET", "/v1/articles/a%0Ab", 404, "/v1/articles/{id}", "not_found"),
        ("GET", "/v1/quotes?from=never", 422, "/v1/quotes", "bad_query"),
        ("POST", "/v1/annotate", 422, "/v1/annotate", "invalid"),
        ("DELETE", "/v1/annotate", 405, "/v1/annotate", "method_not_allowed"),
        ("GET", "/nowhere", 404, "none", "not_found"),
        ("GET", "/docs%0A", 404, "/docs", "not_found"),
        ("BREW", "/v1/annotate", 405, "/v1/annotate", "method_not_allowed"),
    ],
)
def test_a_line_names_the_route_and_the_problem(
    client: TestClient, log: Log, method: str, path: str, status: int, route: str, code: str | None
) -> None:
    answer = client.request(method, path)

    [line] = log.requests
    if path == "/docs%0A":  # whether this is the page or nothing, its label is the route's
        status, code = answer.status_code, line.get("code")
    assert (line["status"], line["route"], line.get("code")) == (status, route, code)
    assert line["method"] == (method if method != "BREW" else "other")
    assert line["request_id"] == answer.headers[ID]


def test_an_id_that_was_sent_comes_back(client: TestClient, log: Log) -> None:
    answer = client.get("/healthz", headers={ID: "4bf92f35.7-a_B"})

    assert answer.headers.get_list(ID) == ["4bf92f35.7-a_B"]
    assert [line["request_id"] for line in log.requests] == ["4bf92f35.7-a_B"]


@pytest.mark.parametrize("sent", [b"", b"a b", b"a" * 65, b"a\x1b[31m", "a\u202eb".encode(), b"{}"])
def test_another_id_is_replaced_and_not_repeated(client: TestClient, log: Log, sent: bytes) -> None:
    answer = client.get("/healthz", headers=[(ID.encode(), sent)])

    [line] = log.requests
    assert re.fullmatch("[0-9a-f]{32}", line["request_id"])
    assert answer.headers.get_list(ID) == [line["request_id"]]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/v1/annotate", b"{", 400, "bad_request"),
        ("GET", "/v1/nothing", b"", 404, "not_found"),
        ("PUT", "/v1/annotate", b"", 405, "method_not_allowed"),
        ("POST", "/v1/annotate", b'{"text": "' + b"a" * 9_000 + b'"}', 413, "too_large"),
        ("POST", "/v1/articles:batch", b"{}", 415, "unsupported_media_type"),
        ("POST", "/v1/annotate", b'{"text": ""}', 422, "empty"),
        ("POST", "/v1/annotate", f'{{"text": "{POISON}"}}'.encode(), 500, None),
    ],
)
def test_a_problem_names_its_request(
    client: TestClient, log: Log, method: str, path: str, body: bytes, status: int, code: str | None
) -> None:
    answer = client.request(method, path, content=body, headers={ID: "the-one", "content-type": "application/json"})

    problem = answer.json()
    assert_problem(answer, status, code or problem["code"])
    assert problem["request_id"] == answer.headers[ID] == "the-one"
    assert [(line["request_id"], line["code"]) for line in log.requests] == [("the-one", problem["code"])]


def test_a_fault_is_logged_with_its_place_and_the_requests_id(client: TestClient, log: Log) -> None:
    client.post("/v1/annotate", json={"text": f"{POISON} bí mật"}, headers={ID: "the-one"})

    told = [line for line in log.lines if "error" in line]
    assert told and {(line["level"], line["request_id"]) for line in told} == {("error", "the-one")}
    assert all(line["trace"] for line in told)
    assert [line["status"] for line in log.requests] == [500]


# The layer alone, around applications that do one thing.


async def run(app: Any, *, headers: list[tuple[bytes, bytes]] | None = None, body: bytes = b"") -> list[Message]:
    """What ``app`` answers within the layer."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "headers": headers or []}
    await Telemetry().layer(app)(scope, receive, send)
    return sent


async def answered(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-request-id", b"another")]})
    await send({"type": "http.response.body", "body": b"ab", "more_body": True})
    await send({"type": "http.response.body", "body": b"c"})


def test_bytes_of_all_pieces_are_counted_and_the_id_is_sent_once(log: Log) -> None:
    sent = asyncio.run(run(answered, headers=[(b"x-request-id", b"one")], body=b"abcde"))

    assert sent[0]["headers"] == [(b"x-request-id", b"one")]
    assert [(line["bytes_in"], line["bytes_out"]) for line in log.requests] == [(5, 3)]


def test_what_was_never_answered_has_no_status(log: Log) -> None:
    async def unanswered(scope: Scope, receive: Receive, send: Send) -> None:
        return

    asyncio.run(run(unanswered))

    assert [(line["status"], line["level"]) for line in log.requests] == [(None, "info")]


def test_an_exception_goes_on_and_is_a_fault(log: Log) -> None:
    async def fails(scope: Scope, receive: Receive, send: Send) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(run(fails))

    [line] = log.requests
    assert (line["status"], line["level"], line["error"]) == (500, "error", ["ZeroDivisionError"])
    assert line["trace"][-1].endswith(" fails")


def test_what_was_noted_is_in_the_line(log: Log) -> None:
    async def notes(scope: Scope, receive: Receive, send: Send) -> None:
        note_key("k7")
        note_wait(1.5)
        for name in ("html", "store", "store", "search"):
            with stage(name):  # type: ignore[arg-type]
                pass
        await answered(scope, receive, send)

    asyncio.run(run(notes))

    [line] = log.requests
    assert (line["key_id"], line["queue_seconds"]) == ("k7", 1.5)
    assert {"html_seconds", "store_seconds", "search_seconds"} <= set(line) <= set(FIELDS)


def test_requests_at_the_same_time_keep_apart(log: Log) -> None:
    async def notes(scope: Scope, receive: Receive, send: Send) -> None:
        name = dict(scope["headers"])[b"x-request-id"].decode()
        await asyncio.sleep(0)
        note_key(name)
        await asyncio.to_thread(note_wait, float(name))
        await answered(scope, receive, send)

    async def many() -> None:
        await asyncio.gather(*(run(notes, headers=[(b"x-request-id", b"%d" % n)]) for n in range(50)))

    asyncio.run(many())

    lines = log.requests
    assert sorted(int(line["request_id"]) for line in lines) == list(range(50))
    assert all(line["request_id"] == line["key_id"] == f"{line['queue_seconds']:.0f}" for line in lines)


def test_what_is_no_request_goes_through() -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    async def nothing(*_: Any) -> Any:
        return None

    asyncio.run(Telemetry().layer(app)({"type": "lifespan"}, nothing, nothing))
    assert seen == ["lifespan"]
