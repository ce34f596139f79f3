"""The application with keys, as programs and browsers meet it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ainoi_service.guard.keys import make
from ainoi_service.limits import Limits
from ainoi_service.store import api_keys
from error_shape import assert_problem
from fake_annotator import FakeAnnotator
from guarded_app import basic, bearer, guarded
from service_app import serving

Record = Callable[[str, object], None]
ARTICLE = {"text": "Ông Peskov nói: “Trời sẽ nắng đẹp”."}
PAGE = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def test_a_key_opens_the_interface_and_a_browser_the_pages(tmp_path: Path) -> None:
    with guarded(tmp_path) as site:
        assert site.client.post("/v1/annotate", json=ARTICLE, headers=bearer(site.key)).status_code == 200
        page = site.client.get("/", headers=PAGE | basic(site.key, "ai cũng được"))
        assert page.status_code == 200
        assert page.headers["content-type"].startswith("text/html")


def test_a_store_without_keys_is_open_on_this_machine(tmp_path: Path) -> None:
    with serving(FakeAnnotator(), tmp_path) as client:
        assert client.get("/v1/quotes").status_code == 200
        assert client.get("/v1/quotes", headers=bearer("whatever")).status_code == 200


def test_a_first_key_closes_a_service_that_runs_and_its_end_does_not_open_it(tmp_path: Path) -> None:
    with serving(FakeAnnotator(), tmp_path) as client:
        state = client.app.state  # type: ignore[attr-defined]

        def statuses(key: str) -> list[int]:
            state.gate.ring.refresh()
            return [client.get("/v1/quotes", headers=headers).status_code for headers in ({}, bearer(key))]

        assert statuses("none yet") == [200, 200]
        key, stored = make(state.desk.store, "newsroom")
        assert statuses(key) == [401, 200]
        api_keys.revoke(state.desk.store, stored.id)
        assert statuses(key) == [401, 401]


def test_a_browser_without_a_key_gets_a_page_that_says_so(tmp_path: Path) -> None:
    with guarded(tmp_path) as site:
        assert "Trang này cần khóa truy cập" in site.client.get("/lookup", headers=PAGE).text
        page = site.client.get("/lookup?lang=en", headers=PAGE)
        assert page.status_code == 401
        assert page.headers["content-type"].startswith("text/html")
        assert page.headers.get_list("www-authenticate")[0] == 'Basic realm="Ainoi", charset="UTF-8"'
        assert "A key is needed here" in page.text
        assert_problem(site.client.get("/v1/quotes", headers=PAGE), 401, "unauthorized")


def test_twice_the_limit_lets_in_the_limit_and_leaves_other_keys_alone(tmp_path: Path, record_property: Record) -> None:
    """T37: exact, for each of two keys, and each may ask its own number."""
    limit, own = 30, 10
    with guarded(tmp_path, Limits(requests_per_minute=limit)) as site:
        other, _ = make(site.store, "other", requests_per_minute=own)
        site.app.state.gate.ring.refresh()
        counts = {site.key: 0, other: 0}
        for _ in range(2 * limit):
            for key in counts:
                answer = site.client.get("/healthz", headers=bearer(key))
                if answer.status_code == 200:
                    counts[key] += 1
                else:
                    assert_problem(answer, 429, "rate_limited")
                    assert 1 <= int(answer.headers["retry-after"]) <= 60
        assert counts == {site.key: limit, other: own}
        assert site.client.get("/livez").status_code == 200
        page = site.client.get("/?lang=en", headers=PAGE | basic(site.key))
        assert (page.status_code, "This key has asked too often" in page.text) == (429, True)
        record_property("count", 4 * limit)


def test_keys_are_nowhere_in_logs_metrics_and_errors(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str], record_property: Record
) -> None:
    """T35: 20 issued keys, used rightly and wrongly at every kind of address, leave no trace of themselves."""
    caplog.set_level(logging.DEBUG)
    answers: list[str] = []
    with guarded(tmp_path) as site:
        keys = [make(site.store, f"key {number}")[0] for number in range(20)]
        site.app.state.gate.ring.refresh()
        asked = cycle((("GET", "/v1/speakers"), ("GET", "/nowhere"), ("POST", "/v1/annotate")))
        for key in keys:
            for headers in (bearer(key), basic(key), {"x-api-key": key}, bearer(key + "x"), basic(key + "x")):
                answer = site.client.request(*next(asked), headers=headers)
                answers += [answer.text, str(answer.headers)]
        metrics = site.client.get("/metrics", headers=bearer(keys[0])).text
    told = "".join((metrics, caplog.text, *map(repr, map(vars, caplog.records)), *capsys.readouterr(), *answers))
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert "ainoi_" in metrics
    for key in keys:
        for trace in (key, key.removeprefix("ainoi_"), basic(key)["authorization"].removeprefix("Basic ")):
            assert trace not in told
            assert trace.encode() not in stored
    record_property("count", len(keys))


def test_the_log_names_the_key_by_its_id(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "ainoi_service")
    with guarded(tmp_path) as site:
        site.client.get("/healthz", headers=bearer(site.key))
        site.client.get("/healthz")
    fields = [record.fields for record in caplog.records if hasattr(record, "fields")]
    assert [(each["status"], each["key_id"], each["code"]) for each in fields] == [
        (200, site.stored.id, None),
        (401, None, "unauthorized"),
    ]


def test_a_socket_that_is_no_request_is_closed(tmp_path: Path) -> None:
    from starlette.websockets import WebSocketDisconnect

    with guarded(tmp_path) as site, pytest.raises(WebSocketDisconnect), site.client.websocket_connect("/livez"):
        pass


def test_keys_that_cannot_be_read_for_long_are_no_good(tmp_path: Path) -> None:
    with guarded(tmp_path) as site:
        site.app.state.gate.ring._stale_seconds = -1
        answer = site.client.get("/healthz", headers=bearer(site.key))
        assert_problem(answer, 503, "store_unreachable")
        assert answer.headers["retry-after"] == "10"
        assert json.loads(site.client.get("/livez").text) == {"status": "alive"}
        assert_problem(site.client.get("/readyz"), 503, "not_ready")


def test_an_open_service_whose_store_is_away_for_long_goes_on(tmp_path: Path) -> None:
    with serving(FakeAnnotator(), tmp_path) as client:
        client.app.state.gate.ring._stale_seconds = -1  # type: ignore[attr-defined]
        assert client.post("/v1/annotate", json=ARTICLE).status_code == 200
        assert [client.get(path).status_code for path in ("/metrics", "/readyz")] == [200, 200]


def test_metrics_say_that_the_service_goes_down_as_soon_as_its_probe_does(tmp_path: Path) -> None:
    def told(client: TestClient) -> list[bool]:
        lines = client.get("/metrics").text.splitlines()
        return [line in lines for line in ("ainoi_pool_ready 1.0", "ainoi_pool_draining 1.0")]

    with serving(FakeAnnotator(), tmp_path) as client:
        assert (told(client), client.get("/readyz").status_code) == ([True, False], 200)
        client.app.state.drain.begin()  # type: ignore[attr-defined]
        assert (told(client), client.get("/readyz").status_code) == ([False, True], 503)
        assert client.post("/v1/annotate", json=ARTICLE).status_code == 200  # the port is still open
