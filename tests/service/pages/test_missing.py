"""Where there is nothing, or a store that takes nothing, a page says so, and a program gets a problem."""

from __future__ import annotations

from typing import Literal

import pytest
from starlette.testclient import TestClient

from ainoi_service.pages.rendering import HEADERS
from ainoi_service.store.errors import StoreError
from page_reading import faults, read
from pages_app import FakeDesk
from pasted import TEXT


@pytest.mark.parametrize("page", ["/articles/x", "/quotes/x", "/speakers/x", "/speakers/x/y", "/articles/x/download"])
def test_what_is_not_there_is_told_on_a_page(client: TestClient, page: str) -> None:
    answer = client.get(page)
    assert (answer.status_code, faults(answer.text)) == (404, [])


BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nope", 404), ("GET", "/lookup/", 404), ("GET", "/static/nope.css", 404), ("POST", "/lookup", 405)],
)
def test_a_browser_gets_a_page_where_there_is_nothing_and_a_program_a_problem(
    client: TestClient, method: str, path: str, status: int
) -> None:
    page = client.request(method, path, headers=BROWSER)
    assert (page.status_code, faults(page.text)) == (status, [])
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers.get("allow") == ("GET" if status == 405 else None)
    assert {name: page.headers[name] for name in HEADERS} == dict(HEADERS)
    for accept in ("*/*", "application/json", "text/css,*/*;q=0.1"):
        problem = client.request(method, path, headers={"accept": accept})
        assert (problem.status_code, problem.json()["status"]) == (status, status)


@pytest.mark.parametrize("path", ["/v1", "/v1/nope", "/v1/articles/x/y"])
def test_the_interface_answers_browsers_as_it_answers_programs(client: TestClient, path: str) -> None:
    answer = client.get(path, headers=BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("code", "status", "title", "hint", "form"),
    [
        (
            "store_full",
            507,
            ("Ổ đĩa của kho đã đầy", "The store's disk is full"),
            ("Người quản trị trang này cần giải phóng chỗ trước.", "has to make room first."),
            "ổ đĩa của kho đã đầy",
        ),
        (
            "store_unreachable",
            503,
            ("Hiện chưa dùng được kho", "The store cannot be used right now"),
            ("Hãy thử lại sau ít giây.", "Try again in a few seconds."),
            "kho không trả lời",
        ),
    ],
)
def test_a_store_that_takes_nothing_is_told_in_words(
    site: tuple[TestClient, FakeDesk],
    monkeypatch: pytest.MonkeyPatch,
    code: Literal["store_full", "store_unreachable"],
    status: int,
    title: tuple[str, str],
    hint: tuple[str, str],
    form: str,
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise StoreError(code, "for the log")

    client, _ = site
    monkeypatch.setattr("ainoi_service.pages.corrections.corrections.mark", fails)
    monkeypatch.setattr("pages_app.put", fails)
    for language, *words in zip(("vi", "en"), title, hint, strict=True):
        page = client.post(f"/quotes/x/verdict?lang={language}", data={"verdict": "right"})
        assert (page.status_code, faults(page.text)) == (status, [])
        assert all(each in read(page.text).text for each in words)
        assert page.headers.get("retry-after") == ("10" if status == 503 else None)
    page = client.post("/?lang=vi", data={"text": TEXT})
    assert (page.status_code, faults(page.text)) == (status, [])
    assert form in read(page.text).text and "Không có thay đổi nào" in page.text
