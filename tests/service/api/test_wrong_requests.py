"""Whatever is wrong with a request to whatever route, the answer is a small problem document with the right code."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from error_shape import assert_problem
from service_articles import JSON_LINES

ANY_ID = "0123456789abcdef"
ROUTES: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/v1/articles", {"json": {"text": "a"}}),
    ("GET", "/v1/articles", {}),
    ("GET", f"/v1/articles/{ANY_ID}", {}),
    ("DELETE", f"/v1/articles/{ANY_ID}", {}),
    ("POST", "/v1/articles:batch", {"content": b"{}", "headers": JSON_LINES}),
    ("GET", "/v1/quotes", {}),
    ("GET", f"/v1/quotes/{ANY_ID}", {}),
    ("PUT", f"/v1/quotes/{ANY_ID}/verdict", {"json": {"verdict": "right"}}),
    ("DELETE", f"/v1/quotes/{ANY_ID}/verdict", {}),
    ("PUT", f"/v1/quotes/{ANY_ID}/speaker", {"json": {"name": "A B"}}),
    ("GET", "/v1/speakers", {}),
    ("GET", f"/v1/speakers/{ANY_ID}", {}),
    ("POST", "/v1/checks", {"json": {"claim": "một hai"}}),
    ("POST", "/v1/imports?format=doccano", {"content": b"{}", "headers": JSON_LINES}),
]
ODD_IDS = [
    *(
        "..",
        ".",
        "%2e%2e",
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e%2fstore.sqlite3",
        "..%5c..%5cboot.ini",
        "%5c%5chost%5cshare",
    ),
    *(
        "%00",
        "a%00b",
        "%ff",
        "%ed%a0%80",
        "a%0ab",
        "%1b%5b31m",
        "%e2%80%ae",
        "%20",
        "' OR 1=1 --",
        '"',
        "%25",
        "_",
        "*",
    ),
    *(
        "NULL",
        "-1",
        "0",
        "1e999",
        "[]",
        "%F0%9F%98%80",
        "a" * 301,
        "a" * 10_000,
        "%7Bid%7D",
        "name:%00",
        "article:",
        "x/y/z",
    ),
]
TEXTS = ["a" * 2001, "\x00", "a\x00b"]
PARAMETERS: list[tuple[str, str, str, str]] = [
    *(("/v1/quotes", name, text, "invalid") for name in ("q", "speaker", "outlet", "from", "pageToken")
      for text in TEXTS),
    *(("/v1/quotes", "from", date, "bad_query") for date in ("x", "2025-13", "2025-02-30", "20250101", "0000", "-1")),
    *(("/v1/quotes", "to", date, "bad_query") for date in ("x", "2025-1-1", "٢٠٢٥", "2025-01-01T00:00", "99999")),
    *(("/v1/quotes", "dateField", value, "invalid") for value in ("Published", "x")),
    *(("/v1/quotes", "type", value, "invalid") for value in ("DIRECT", "x")),
    *(("/v1/quotes", "act", value, "invalid") for value in ("denied", "x")),
    *(("/v1/quotes", "minConfidence", value, "invalid") for value in ("-0.1", "1.1", "NaN", "inf", "x", "1e999")),
    *(("/v1/quotes", "sort", value, "invalid") for value in ("oldest", "Newest")),
    *(("/v1/quotes", "format", value, "invalid") for value in ("xml", "JSON", "../json")),
    *((path, "pageSize", value, "invalid") for path in ("/v1/quotes", "/v1/articles", "/v1/speakers")
      for value in ("0", "-1", "101", "1.5", "x", "9" * 5000)),
    *((path, "pageToken", value, "bad_page_token") for path in ("/v1/quotes", "/v1/articles", "/v1/speakers")
      for value in ("x", "AAAA", "W10", "bnVsbA", "WyJ4IiwxXQ", "é", "[]", "W" * 2000, "W1tbW1tbW1tb")),
    ("/v1/speakers", "q", "a" * 2001, "invalid"),
    ("/v1/speakers", "q", "\x00", "invalid"),
    (f"/v1/articles/{ANY_ID}", "withText", "maybe", "invalid"),
]  # fmt: skip
BODIES: list[tuple[str, str, Any]] = [
    *(("POST", "/v1/checks", body) for body in (
        {}, {"claim": ""}, {"claim": "  "}, {"claim": 1}, {"claim": None}, {"claim": "a" * 2001}, {"claim": "a\x00"},
        {"claim": "a", "speaker": "\x00"}, {"claim": "a", "from": 2025}, {"claim": "a", "form": "2025"}, [], "a", None,
    )),
    *(("PUT", f"/v1/quotes/{ANY_ID}/verdict", body) for body in (
        {}, {"verdict": "corrected"}, {"verdict": None}, {"verdict": True}, {"verdict": "right", "by": "me"}, [],
    )),
    *(("PUT", f"/v1/quotes/{ANY_ID}/speaker", body) for body in (
        {}, {"id": ""}, {"id": 1}, {"name": " "}, {"name": "a" * 201}, {"name": "a\x00"}, {"kind": "person"},
        {"kind": "robot"}, {"id": "peskov", "name": "Peskov"}, {"id": "peskov", "kind": "person"},
        {"name": "Peskov", "kind": "unnamed"}, {"name": "Peskov", "wikidata": "Q1"}, [],
    )),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "sent"), ROUTES, ids=[f"{route[0]} {route[1]}" for route in ROUTES])
def test_a_parameter_that_the_route_has_not_is_named(
    library: TestClient, method: str, path: str, sent: dict[str, Any]
) -> None:
    url = f"{path}{'&' if '?' in path else '?'}dtae=2024"
    problem = assert_problem(library.request(method, url, **sent), 422, "invalid")
    assert [(error["loc"], error["type"]) for error in problem["errors"]] == [(["query", "dtae"], "extra_forbidden")]


@pytest.mark.parametrize(
    ("method", "path"),
    [(method, path) for method, path, _ in ROUTES if ANY_ID in path],
)
def test_an_id_that_nothing_has_is_not_found(library: TestClient, method: str, path: str) -> None:
    sent = next(route[2] for route in ROUTES if route[:2] == (method, path))
    assert_problem(library.request(method, path, **sent), 404, "not_found")


@pytest.mark.parametrize("id", ODD_IDS, ids=[str(number) for number in range(len(ODD_IDS))])
def test_an_odd_id_is_not_found(library: TestClient, id: str) -> None:
    for method, path, sent in ROUTES:
        if ANY_ID in path:
            response = library.request(method, path.replace(ANY_ID, id), **sent)
            if response.status_code == 200:  # `..` is a step up, and there the list is
                assert id in (".", "..", "%2e%2e")
                assert method == "GET"
                continue
            assert response.status_code in (404, 405, 422)
            assert_problem(response, response.status_code, response.json()["code"])


@pytest.mark.parametrize(
    ("path", "name", "value", "code"), PARAMETERS, ids=[f"{row[0]}-{row[1]}-{row[2][:12]!r}" for row in PARAMETERS]
)
def test_a_wrong_parameter_is_named(library: TestClient, path: str, name: str, value: str, code: str) -> None:
    problem = assert_problem(library.get(path, params={name: value}), 422, code)
    if code != "bad_page_token":
        assert [error["loc"] for error in problem["errors"]] == [["query", name]]


@pytest.mark.parametrize(("method", "path", "body"), BODIES)
def test_a_wrong_body_is_invalid(library: TestClient, method: str, path: str, body: Any) -> None:
    assert_problem(library.request(method, path, json=body), 422, "invalid")


@pytest.mark.parametrize(("method", "path"), [(method, path) for method, path, sent in ROUTES if "json" in sent])
def test_a_body_that_is_not_json_is_refused(library: TestClient, method: str, path: str) -> None:
    json = {"content-type": "application/json"}
    assert_problem(library.request(method, path, content=b"{", headers=json), 400, "bad_request")
    assert_problem(library.request(method, path, content=b'{"a": "\xff"}', headers=json), 400, "bad_request")
    assert_problem(library.request(method, path, content=b"[" * 100_000, headers=json), 400, "bad_request")
    assert_problem(library.request(method, path, content=rb'{"a\ud800": "\ud800"}', headers=json), 422, "invalid")
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert_problem(library.request(method, path, content=b"text=a", headers=form), 415, "unsupported_media_type")


@pytest.mark.parametrize("half", ["claim", "speaker"])
def test_half_a_surrogate_pair_is_invalid(library: TestClient, half: str) -> None:
    body = b'{"claim": "mot hai", "%b": "\\ud800"}' % half.encode()
    response = library.post("/v1/checks", content=body, headers={"content-type": "application/json"})
    assert_problem(response, 422, "invalid")


def test_dates_that_exclude_each_other_are_refused(library: TestClient) -> None:
    response = library.get("/v1/quotes", params={"from": "2025", "to": "2024"})
    assert assert_problem(response, 422, "bad_query")["errors"][0]["loc"] == ["query", "to"]
    response = library.post("/v1/checks", json={"claim": "một hai", "from": "2025", "to": "2024"})
    assert assert_problem(response, 422, "bad_query")["errors"][0]["loc"] == ["body", "to"]


def test_a_page_token_is_of_one_question(library: TestClient) -> None:
    token = library.get("/v1/quotes", params={"pageSize": 1}).json()["next_page_token"]
    assert library.get("/v1/quotes", params={"pageToken": token}).status_code == 200
    for path, asked in (("/v1/quotes", {"q": "a"}), ("/v1/articles", {}), ("/v1/speakers", {})):
        response = library.get(path, params={"pageToken": token, **asked})
        assert_problem(response, 422, "bad_page_token")
    of_articles = library.get("/v1/articles", params={"pageSize": 1}).json()["next_page_token"]
    assert_problem(library.get("/v1/speakers", params={"pageToken": of_articles}), 422, "bad_page_token")


@pytest.mark.parametrize("asked", [{"pageSize": "1"}, {"pageToken": "x"}])
def test_a_file_has_no_pages(library: TestClient, asked: dict[str, str]) -> None:
    assert_problem(library.get("/v1/quotes", params={"format": "csv"} | asked), 422, "invalid")


@pytest.mark.parametrize(
    "q", ['"', "a AND", "NEAR(", "*", "-a", "(", "' OR 1=1 --", "%", "_", "“", "\ufeff", "😀", "a" * 2000, "“" * 2000]
)
def test_words_are_words_and_nothing_else(library: TestClient, q: str) -> None:
    for name in ("q", "speaker", "outlet"):
        answer = library.get("/v1/quotes", params={name: q})
        assert answer.status_code == 200
        assert answer.json()["total"] <= 4
    assert library.post("/v1/checks", json={"claim": q, "speaker": q}).status_code == 200


@pytest.mark.parametrize("format", [None, "", "csv", "json"])
def test_an_import_needs_a_format_that_can_be_read(library: TestClient, format: str | None) -> None:
    params = {} if format is None else {"format": format}
    response = library.post("/v1/imports", params=params, content=b"{}", headers=JSON_LINES)
    assert assert_problem(response, 422, "invalid")["errors"][0]["loc"] == ["query", "format"]


@pytest.mark.parametrize(("method", "path"), [("PATCH", path) for _, path, _ in ROUTES] + [("PUT", "/v1/quotes")])
def test_a_method_that_a_route_has_not_is_not_allowed(library: TestClient, method: str, path: str) -> None:
    response = library.request(method, path)
    assert_problem(response, 405, "method_not_allowed")
    assert response.headers["allow"]


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/v1/articles", "GET, POST"),
        (f"/v1/articles/{ANY_ID}", "GET, DELETE"),
        (f"/v1/quotes/{ANY_ID}/verdict", "PUT, DELETE"),
        ("/v1/articles:batch", "POST"),
        ("/", "GET, POST"),
        ("/static/pages.js", "GET, HEAD"),
    ],
)
def test_every_method_of_an_address_is_listed(library: TestClient, path: str, methods: str) -> None:
    for accept in ("application/json", "text/html"):
        response = library.patch(path, headers={"accept": accept})
        assert (response.status_code, response.headers["allow"]) == (405, methods)


def test_another_sites_page_may_not_read(library: TestClient) -> None:
    response = library.get("/v1/quotes", headers={"origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in response.headers
    preflight = library.options("/v1/articles", headers={"origin": "https://elsewhere.example"})
    assert_problem(preflight, 405, "method_not_allowed")
