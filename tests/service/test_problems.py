"""No request, however odd, gets anything but an answer or a small problem document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from starlette.testclient import TestClient

from ainoi.errors import AinoiError, ModelFolderError
from ainoi_service.limits import Limits
from ainoi_service.problems import STATUS_OF_CODE
from ainoi_service.store.errors import StoreErrorCode
from error_shape import assert_problem
from fake_annotator import FakeAnnotator
from service_app import serving

JSON = {"content-type": "application/json"}
MARKER = "DO-NOT-ECHO"

BODIES: list[tuple[str, bytes, int, str]] = [
    ("nothing", b"", 422, "invalid"),
    ("one brace", b"{", 400, "bad_request"),
    ("a word", b"hello", 400, "bad_request"),
    ("a single quote", b"'", 400, "bad_request"),
    ("null", b"null", 422, "invalid"),
    ("true", b"true", 422, "invalid"),
    ("a number", b"1", 422, "invalid"),
    ("a string", b'"text"', 422, "invalid"),
    ("an array", b"[]", 422, "invalid"),
    ("an array of articles", b'[{"text": "a"}]', 422, "invalid"),
    ("an empty object", b"{}", 422, "invalid"),
    ("NaN", b"NaN", 422, "invalid"),
    ("NaN as text", b'{"text": NaN}', 422, "invalid"),
    ("Infinity as date", b'{"text": "a", "date": Infinity}', 422, "invalid"),
    ("1e999", b'{"text": 1e999}', 422, "invalid"),
    ("5,000 digits", b'{"text": ' + b"1" * 5000 + b"}", 400, "bad_request"),
    ("half a surrogate as text", rb'{"text": "\ud800"}', 422, "invalid"),
    ("half a surrogate in html", rb'{"html": "<p>\udfff</p>"}', 422, "invalid"),
    ("half a surrogate as title", rb'{"text": "a", "title": "\ud800"}', 422, "invalid"),
    ("half a surrogate as key", rb'{"text": "a", "\ud800": 1}', 422, "invalid"),
    ("a raw half surrogate", b'{"text": "\xed\xa0\x80"}', 422, "invalid"),
    ("bytes that are not UTF-8", b'{"text": "\xff\xfe"}', 400, "bad_request"),
    ("a cut UTF-8 sequence", b'{"text": "\xe1\xba"}', 400, "bad_request"),
    ("text as number", b'{"text": 1}', 422, "invalid"),
    ("text as object", b'{"text": {"text": "a"}}', 422, "invalid"),
    ("text as null", b'{"text": null}', 422, "invalid"),
    ("both text and html", b'{"text": "a", "html": "<p>a</p>"}', 422, "invalid"),
    ("an unknown field", b'{"text": "a", "dtae": "2024"}', 422, "invalid"),
    ("10,000 unknown fields", json.dumps({f"k{i}": i for i in range(10_000)}).encode(), 422, "invalid"),
    ("a long unknown field", b'{"text": "a", "' + b"k" * 100_000 + b'": 1}', 422, "invalid"),
    ("a long title", json.dumps({"text": "a", "title": "t" * 2001}).encode(), 422, "invalid"),
    ("a title as array", b'{"text": "a", "title": ["t"]}', 422, "invalid"),
    ("empty text", b'{"text": ""}', 422, "empty"),
    ("blank text", b'{"text": " \\n\\t "}', 422, "empty"),
    ("empty html", b'{"html": ""}', 422, "html_no_text"),
    ("html without text", b'{"html": "<p></p>"}', 422, "html_no_text"),
    ("nested 100,000 deep", b"[" * 100_000, 400, "bad_request"),
    ("nested 100,000 deep in text", b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400, "bad_request"),
    ("a control character", b'{"text": "\x01"}', 400, "bad_request"),
    ("two values", b'{"text": "a"} {"text": "b"}', 400, "bad_request"),
    ("a trailing comma", b'{"text": "a",}', 400, "bad_request"),
    ("gzip", b"\x1f\x8b\x08\x00", 400, "bad_request"),
    ("text over 2 MB", json.dumps({"text": "a" * 2_000_001}).encode(), 413, "too_long"),
    ("html over 2 MB", json.dumps({"html": "a" * 2_000_001}).encode(), 413, "html_too_large"),
    ("a body over the limit", b'{"text": "' + b"a" * 8_000_000 + b'"}', 413, "too_large"),
]


@pytest.fixture(scope="module")
def shared_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(FakeAnnotator(), tmp_path_factory.mktemp("store")) as client:
        yield client


@pytest.mark.parametrize(("body", "status", "code"), [case[1:] for case in BODIES], ids=[case[0] for case in BODIES])
def test_a_wrong_body_gets_its_problem(shared_client: TestClient, body: bytes, status: int, code: str) -> None:
    assert_problem(shared_client.post("/v1/annotate", content=body, headers=JSON), status, code)


@pytest.mark.parametrize(
    "body",
    [
        '{"text": "a", "text": "b"}',
        r'{"text": "a\u0000b"}',
        r'{"text": "😀 \ud83d\ude00"}',
        '{"text": "' + "a" * 2_000_000 + '"}',
    ],
    ids=["a key twice", "NUL", "a whole surrogate pair", "text at the limit"],
)
def test_an_odd_but_good_body_is_annotated(shared_client: TestClient, body: str) -> None:
    assert shared_client.post("/v1/annotate", content=body.encode(), headers=JSON).status_code == 200


def test_nothing_of_the_request_comes_back_in_a_problem(shared_client: TestClient) -> None:
    for body in (
        {"text": 1, "title": [MARKER]},
        {MARKER + " " + "x" * 100: 1},
        {"text": "a", "date": {"d": MARKER}},
        MARKER,
    ):
        response = shared_client.post("/v1/annotate", json=body)
        assert response.status_code == 422
        assert MARKER not in response.text
    assert MARKER not in shared_client.post("/v1/annotate", content=MARKER, headers=JSON).text
    assert MARKER not in shared_client.get(f"/{MARKER}").text


def test_the_misspelt_field_is_named(shared_client: TestClient) -> None:
    problem = assert_problem(shared_client.post("/v1/annotate", json={"text": "a", "dtae": "2024"}), 422, "invalid")
    assert [(error["loc"], error["type"]) for error in problem["errors"]] == [(["body", "dtae"], "extra_forbidden")]


@pytest.mark.parametrize("value", ["maybe", "", "\ud800".encode("utf-8", "surrogatepass"), b"\xff"])
def test_a_wrong_flag_is_invalid(shared_client: TestClient, value: str | bytes) -> None:
    response = shared_client.post("/v1/annotate", params={"withText": value}, json={"text": "a"})
    problem = assert_problem(response, 422, "invalid")
    assert problem["errors"][0]["loc"] == ["query", "withText"]


@pytest.mark.parametrize("path", ["/v1", "/v1/annotate/", "/v1/%00", "/%ff", "/v2/annotate", "/healthz/"])
def test_an_unknown_path_is_not_found(shared_client: TestClient, path: str) -> None:
    assert_problem(shared_client.get(path), 404, "not_found")


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/annotate"), ("PUT", "/v1/annotate"), ("POST", "/healthz")])
def test_a_wrong_method_is_not_allowed(shared_client: TestClient, method: str, path: str) -> None:
    response = shared_client.request(method, path)
    assert_problem(response, 405, "method_not_allowed")
    assert response.headers["allow"]


@pytest.mark.parametrize("content_type", [None, "text/plain", "text/html", "application/x-www-form-urlencoded", "?"])
def test_a_body_that_does_not_say_it_is_json_is_unsupported(
    shared_client: TestClient, content_type: str | None
) -> None:
    headers = {"content-type": content_type} if content_type else {}
    assert_problem(
        shared_client.post("/v1/annotate", content=b'{"text": "a"}', headers=headers), 415, "unsupported_media_type"
    )


@pytest.mark.parametrize("chunks", [1, 10])
def test_the_body_limit_counts_what_is_sent_in_chunks_too(chunks: int, tmp_path: Path) -> None:
    with serving(FakeAnnotator(), tmp_path, Limits(max_body_bytes=1000)) as client:

        def body(size: int) -> bytes:
            return b'{"text": "' + b"a" * (size - 12) + b'"}'

        def parts(size: int) -> Iterator[bytes]:
            whole = body(size)
            step = -(-len(whole) // chunks)
            yield from (whole[start : start + step] for start in range(0, len(whole), step))

        assert client.post("/v1/annotate", content=parts(1000), headers=JSON).status_code == 200
        assert_problem(client.post("/v1/annotate", content=parts(1001), headers=JSON), 413, "too_large")
        assert client.post("/v1/annotate", content=body(1000), headers=JSON).status_code == 200
        assert_problem(client.post("/v1/annotate", content=body(1001), headers=JSON), 413, "too_large")


def test_every_error_of_the_library_has_a_status() -> None:
    from ainoi_service import html  # the errors of pages are subclasses too

    assert html.HtmlError in AinoiError.__subclasses__()
    faults_of_the_service = {"annotator_fault", "error", "bad_model", "bad_registry", "bad_settings", "internal"}
    told_by_pages = {"bad_form"}
    faults_of_the_store = {"store_bad_url", "store_foreign", "store_too_new"}  # they end the start

    def codes(error: type[AinoiError]) -> set[str]:
        in_batch = error.__module__.startswith("ainoi_service.batch")  # no error of a request; other tests import them
        return (set() if in_batch else {error.code}).union(*(codes(sub) for sub in error.__subclasses__()))

    known = codes(AinoiError) | set(get_args(StoreErrorCode))
    ours = known - faults_of_the_service - told_by_pages - faults_of_the_store
    assert ours == set(STATUS_OF_CODE)
    assert ModelFolderError.code not in STATUS_OF_CODE
