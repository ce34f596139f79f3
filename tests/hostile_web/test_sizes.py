"""A body of any size, declared or not, fast or slow, is taken up to its route's limit and not a piece further: T12."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from starlette.testclient import TestClient

from ainoi_service.limits import Limits
from fake_annotator import FakeAnnotator
from hostile_web.raw_requests import Sent, send
from service_app import serving

LIMITS = Limits(max_body_bytes=2_000, max_batch_bytes=3_000, max_import_bytes=2_500, body_seconds=1)
PIECE = 500
MUCH = 50_000_000
ANY_ID = "0123456789abcdef"
JSON, LINES, FORM = "application/json", "application/jsonl", "application/x-www-form-urlencoded"


class Route(NamedTuple):
    """A route with a body: the beginning of a good one, what fills it up, its limit, and the status of a good one."""

    method: str
    path: str
    media_type: str
    good: bytes
    limit: int
    status: int
    filling: bytes = b" "


ROUTES = (
    Route("POST", "/v1/annotate", JSON, b'{"text": "a"}', 2_000, 200),
    Route("POST", "/v1/articles", JSON, b'{"text": "a"}', 2_000, 200),
    Route("POST", "/v1/checks", JSON, b'{"claim": "a"}', 2_000, 200),
    Route("PUT", f"/v1/quotes/{ANY_ID}/verdict", JSON, b'{"verdict": "right"}', 2_000, 404),
    Route("PUT", f"/v1/quotes/{ANY_ID}/speaker", JSON, b'{"name": "A B"}', 2_000, 404),
    Route("POST", "/v1/articles:batch", LINES, b'{"text": "a"}\n', 3_000, 200),
    Route("POST", "/v1/imports?format=doccano", LINES, b"\n", 2_500, 200, b"\n"),
    Route("POST", "/v1/imports?format=label-studio", JSON, b"[]", 2_500, 200),
    Route("POST", "/", FORM, b"text=a", 2_000, 303, b"a"),
    Route("POST", "/download", FORM, b"format=json&text=a", 2_000, 200, b"a"),
    Route("POST", f"/quotes/{ANY_ID}/verdict", FORM, b"verdict=right&more=", 2_000, 404, b"a"),
    Route("POST", f"/quotes/{ANY_ID}/speaker", FORM, b"speaker=unknown&more=", 2_000, 404, b"a"),
)
NAMES = [f"{route.method} {route.path}" for route in ROUTES]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(FakeAnnotator(), tmp_path_factory.mktemp("sizes"), LIMITS) as client:
        assert client.post("/v1/articles", json={"text": "a"}).status_code == 201
        yield client


def pieces(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), PIECE):
        yield body[start : start + PIECE]


def requests(route: Route, body: bytes) -> tuple[Sent, Sent]:
    """The request with its length said before, and without."""
    headers = {"content-type": route.media_type}
    told = Sent(route.method, route.path, headers | {"content-length": str(len(body))}, pieces(body))
    return told, Sent(route.method, route.path, headers | {"transfer-encoding": "chunked"}, pieces(body))


def test_every_route_with_a_body_is_here(client: TestClient, record_property: Callable[[str, object], None]) -> None:
    record_property("count", len(ROUTES) * (2 * 6 + LIMITS.max_batches))
    document = client.get("/openapi.json").json()
    with_body = {
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if "requestBody" in operation
    }
    here = {f"{route.method} {route.path.partition('?')[0]}".replace(ANY_ID, "{id}") for route in ROUTES}
    assert {name for name in here if "/v1/" in name} == with_body


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
@pytest.mark.parametrize("missing", [1, 0])
def test_a_body_up_to_the_limit_is_taken(client: TestClient, route: Route, missing: int) -> None:
    body = route.good + route.filling * (route.limit - missing - len(route.good))
    for request in requests(route, body):
        send(client, request)
        assert (request.status, request.taken) == (route.status, route.limit - missing), request.answer


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
@pytest.mark.parametrize("size", ["one byte more", "much more"])
def test_a_body_over_the_limit_is_refused_and_read_no_further(client: TestClient, route: Route, size: str) -> None:
    more = 1 if size == "one byte more" else MUCH
    told, chunked = requests(route, b"")
    told.headers = {**told.headers, "content-length": str(route.limit + more)}
    endless = itertools.chain([route.good], itertools.repeat(route.filling * PIECE, -(-more // PIECE) + 10))
    told.pieces, chunked.pieces = iter((route.good,)), endless
    for request in (told, chunked):
        send(client, request)
        assert request.status == 413, request.answer
        assert request.code in ("too_large", None)
        assert request.code or request.answer_headers["content-type"].startswith("text/html")
        assert request.taken <= route.limit + PIECE


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
@pytest.mark.parametrize("body", [b"", b"{"], ids=["no byte", "one byte"])
def test_hardly_any_body_is_refused_or_is_an_empty_batch(client: TestClient, route: Route, body: bytes) -> None:
    for request in requests(route, body):
        send(client, request)
        empty_batch = route.path.endswith(":batch")
        assert request.status in ((200,) if empty_batch else (303, 400, 404, 422)), request.answer


@pytest.mark.parametrize("wrong", ["-1", "1e3", "9" * 30, "0x10", "ten", ""])
def test_a_length_that_is_none_never_makes_the_service_fail(client: TestClient, wrong: str) -> None:
    for route in ROUTES:
        request = Sent(
            route.method, route.path, {"content-type": route.media_type, "content-length": wrong}, [route.good]
        )
        send(client, request)
        assert request.status in (route.status, 400, 413), (route, request.answer)


def test_clients_that_send_a_byte_and_no_more_are_shut_out_and_hold_no_place(client: TestClient) -> None:
    headers = [{"content-type": route.media_type, "content-length": "100"} for route in ROUTES]
    slow = [
        Sent(route.method, route.path, given, [route.good[:1]], silent=True)
        for route, given in zip(ROUTES, headers, strict=True)
        for _ in range(LIMITS.max_batches)
    ]
    send(client, *slow)
    assert {(request.path, request.status, request.answer_headers.get("connection")) for request in slow} == {
        (route.path, 408, "close") for route in ROUTES
    }
    assert {request.code for request in slow if request.path.startswith("/v1")} == {"too_slow"}
    for route in ROUTES:
        quick = requests(route, route.good)[0]
        send(client, quick)
        assert quick.status == route.status
