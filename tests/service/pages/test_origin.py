"""No other site's page may make a reader's browser change anything."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from ainoi_service.pages.origin import from_elsewhere


def request(**headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "headers": raw})


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec_fetch_site": "same-origin"},
        {"sec_fetch_site": "none"},
        {"origin": "http://ainoi.example:8000", "host": "ainoi.example:8000"},
        {"sec_fetch_site": "same-origin", "origin": "https://behind.proxy", "host": "inside:8000"},
    ],
)
def test_our_own_pages_and_programs_are_let_through(headers: dict[str, str]) -> None:
    assert not from_elsewhere(request(**headers))


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "whatever"},
        {"sec_fetch_site": "cross-site", "origin": "http://ainoi.example", "host": "ainoi.example"},
        {"origin": "http://evil.example", "host": "ainoi.example"},
        {"origin": "http://ainoi.example:81", "host": "ainoi.example"},
        {"origin": "null", "host": "ainoi.example"},
        {"origin": "http://ainoi.example"},
        {"origin": "http://[", "host": "ainoi.example"},
    ],
)
def test_other_sites_are_not(headers: dict[str, str]) -> None:
    assert from_elsewhere(request(**headers))
