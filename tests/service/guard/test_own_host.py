"""A service that needs no key because it listens on its own machine only answers to that machine's own names."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ainoi_service import create_app
from ainoi_service.guard.own_host import is_own
from ainoi_service.settings import read_settings
from ainoi_service.store.engine import sqlite_url
from error_shape import assert_problem
from fake_annotator import FakeAnnotator
from guarded_app import bearer, guarded
from service_app import serving
from service_articles import TALKS, put

OWN = [
    *("localhost", "localhost:8000", "LOCALHOST:8000", "localhost.", "127.0.0.1", "127.0.0.1:8000", "127.0.0.1:"),
    *("127.1.2.3:80", "[::1]", "[::1]:8000", "[0:0:0:0:0:0:0:1]:8000", "[::ffff:127.0.0.1]"),
]
OTHERS = [
    *("", ":8000", "evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example:8000"),
    *(
        "127.0.0.1@evil.example",
        "evil.example#localhost",
        "localhost,evil.example",
        "localhost:8000:8000",
        "localhost:x",
    ),
    *(
        "notlocalhost",
        "10.0.0.1",
        "0.0.0.0",
        "[::]",
        "[::1",
        "::1",
        "[::1].evil.example",
        "[[::1]]",
        "127.1",
        "\xa0localhost",
    ),
]


@pytest.mark.parametrize("host", OWN)
def test_names_of_this_machine(host: str) -> None:
    assert is_own(host)


@pytest.mark.parametrize("host", OTHERS)
def test_names_that_others_may_give_it(host: str) -> None:
    assert not is_own(host)


def test_a_page_whose_name_was_made_this_machines_neither_reads_nor_takes_down(tmp_path: Path) -> None:
    with serving(FakeAnnotator(), tmp_path) as client:
        id = put(client, TALKS)["id"]
        for host in ("evil.example", "evil.example:8000", "localhost.evil.example"):
            rebound = {"host": host, "origin": f"http://{host}", "sec-fetch-site": "same-origin"}
            for method, path in (
                ("GET", "/"),
                ("GET", "/v1/quotes"),
                ("GET", "/metrics"),
                ("DELETE", f"/v1/articles/{id}"),
            ):
                answer = client.request(method, path, headers=rebound)
                assert_problem(answer, 400, "bad_request")
                assert host not in answer.text
            assert client.get("/livez", headers=rebound).status_code == 200
        for host in ("LocalHost:8000", "127.0.0.1:8000", "[::1]:8000"):
            assert client.get(f"/v1/articles/{id}", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("hosts", [[], [b"localhost", b"evil.example"], [b"localhost", b"localhost"]])
def test_a_request_has_one_host(hosts: list[bytes], tmp_path: Path) -> None:
    with serving(FakeAnnotator(), tmp_path) as client:
        scope = {
            **{"type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "root_path": ""},
            **{"path": "/v1/quotes", "raw_path": b"/v1/quotes", "query_string": b"", "client": ("127.0.0.1", 1)},
            "headers": [(b"host", host) for host in hosts],
        }
        statuses: list[int] = []

        async def receive() -> dict[str, object]:
            return {"type": "http.request"}

        async def send(message: dict[str, object]) -> None:
            statuses.extend([message["status"]] if isinstance(message.get("status"), int) else [])  # type: ignore[list-item]

        assert client.portal is not None
        client.portal.call(client.app, scope, receive, send)
        assert statuses == [400]


def test_where_keys_or_something_else_guard_it_a_service_may_have_any_name(tmp_path: Path) -> None:
    elsewhere = {"host": "ainoi.example"}
    settings = read_settings(allow_open=True, data_dir=tmp_path, database_url=sqlite_url(tmp_path))
    with TestClient(create_app(FakeAnnotator(), settings=settings)) as client:
        assert client.get("/v1/quotes", headers=elsewhere).status_code == 200
    with guarded(tmp_path) as site:
        assert site.client.get("/v1/quotes", headers=elsewhere | bearer(site.key)).status_code == 200
        assert_problem(site.client.get("/v1/quotes", headers=elsewhere), 401, "unauthorized")
