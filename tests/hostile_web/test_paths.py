"""No id and no path reaches a file that is not meant to be read, and no answer names one: T42."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from hostile_web.odd_paths import FILE, PATHS
from hostile_web.raw_requests import Sent, send

CANARY = "chim-hoang-yến-9f2c"
JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
ROUTES: tuple[tuple[str, str, dict[str, str], bytes], ...] = (
    ("GET", "/v1/articles/{}", {}, b""),
    ("DELETE", "/v1/articles/{}", {}, b""),
    ("GET", "/v1/quotes/{}", {}, b""),
    ("PUT", "/v1/quotes/{}/verdict", JSON, b'{"verdict": "right"}'),
    ("DELETE", "/v1/quotes/{}/verdict", {}, b""),
    ("PUT", "/v1/quotes/{}/speaker", JSON, b'{"name": "A"}'),
    ("GET", "/v1/speakers/{}", {}, b""),
    ("GET", "/articles/{}", {}, b""),
    ("GET", "/articles/{}/download?format=json", {}, b""),
    ("GET", "/quotes/{}", {}, b""),
    ("POST", "/quotes/{}/verdict", FORM, b"verdict=right"),
    ("POST", "/quotes/{}/speaker", FORM, b"speaker=unknown"),
    ("GET", "/speakers/{}", {}, b""),
    ("GET", "/static/{}", {}, b""),
    ("GET", "/static/vendor/{}", {}, b""),
    ("HEAD", "/static/{}", {}, b""),
    ("GET", "/{}", {}, b""),
)
Record = Callable[[str, object], None]


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that lies beside the store's folder."""
    file = tmp_path_factory.getbasetemp() / "canary.txt"
    file.write_text(CANARY, encoding="utf-8")
    return file


def test_there_are_enough_paths(record_property: Record) -> None:
    record_property("count", (len(PATHS) + 1) * len(ROUTES) * 2)
    assert len(set(PATHS)) >= 30


@pytest.mark.parametrize(("method", "route", "headers", "body"), ROUTES, ids=[f"{r[0]} {r[1]}" for r in ROUTES])
def test_no_path_leads_out_of_a_folder(
    client: TestClient, canary: Path, method: str, route: str, headers: dict[str, str], body: bytes
) -> None:
    static = Path(__file__).resolve().parents[2] / "service" / "ainoi_service" / "pages" / "static"
    up = "../" * (len(static.parts) - 1)
    for name in (str(canary).lstrip("/"), "canary.txt"):
        for path in (*(each.replace(FILE, name) for each in PATHS), up + str(canary).lstrip("/")):
            request = Sent(method, route.format(path), headers, [body])
            send(client, request)
            assert CANARY.encode() not in request.answer, path
            assert b"root:x:" not in request.answer, path
            assert request.status in (200, 400, 404, 405, 422), (path, request.answer)
            if request.status == 200:  # what the path was put behind, without it
                assert path.strip("/?#") in ("", "."), path


@pytest.mark.parametrize("format", ["json", "csv", "schema-org", "web-annotation", "label-studio", "doccano"])
def test_no_id_leads_out_of_the_folder_that_a_file_is_saved_in(client: TestClient, format: str) -> None:
    safe = re.compile(r'attachment; filename="ainoi-[A-Za-z0-9]+\.[a-z]+"')
    for id in (
        "../../etc/passwd",
        "..\\..\\boot.ini",
        "/etc/passwd",
        '"; filename="x.exe',
        "a\r\nSet-Cookie: a=b",
        "…",
    ):
        stored = client.post("/v1/articles", json={"id": id, "url": id, "title": id, "text": "Ông nói: “vâng”."}).json()
        answers = [
            client.post("/download", data={"text": "Ông nói: “vâng”.", "url": id, "title": id, "format": format}),
            client.get(f"/articles/{stored['id']}/download", params={"format": format}),
        ]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert all(safe.fullmatch(answer.headers["content-disposition"]) for answer in answers)
        assert all("set-cookie" not in answer.headers for answer in answers)
        assert re.fullmatch("[0-9a-f]{16}", stored["id"])
        client.delete(f"/v1/articles/{stored['id']}")


@pytest.mark.parametrize("id", ["../../etc/passwd", "..", "a\x00b", "\\\\host\\share", "C:\\a", "/abs", "x" * 2_000])
def test_an_id_of_the_callers_own_is_a_name_and_no_path(client: TestClient, id: str) -> None:
    annotated = client.post("/v1/annotate", json={"id": id, "text": "Ông nói: “vâng”."})
    assert (annotated.status_code, annotated.json()["id"]) == (200, id)
