"""Addresses: what may be linked to, and how our own are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import URL

from ainoi_service.pages.links import address, external


@pytest.mark.parametrize(
    "url",
    [
        "https://vnexpress.net/bai-viet-1.html?a=1&b=2#c",
        "http://example.org",
        "HTTPS://EXAMPLE.ORG/a",
        "https://báo.vn/tin-tức",
        "https://[::1]:8080/a",
    ],
)
def test_web_addresses_can_be_linked_to(url: str) -> None:
    assert external(f"  {url}\n") == url


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "javascript://example.org/%0aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:msgbox(1)",
        "file:///etc/passwd",
        "//example.org",
        "/articles/1",
        "example.org",
        "https://",
        "https:///path",
        "https://[::1",
        "https://user:secret@example.org",
        "https://example.org\\@evil.org",
        'https://example.org/" onmouseover="alert(1)',
        "https://example.org/<script>",
        "https://example.org/\u202egnp.exe",
        "https://example.org/a b",
        "https://example.org/\ud800",
    ],
)
def test_anything_else_is_no_link(url: str | None) -> None:
    assert external(url) is None


def test_our_own_addresses_leave_out_what_is_empty() -> None:
    assert address("/lookup", q="a b", speaker=None, outlet="") == "/lookup?q=a+b"
    assert address("/articles", "a/b?c#d") == "/articles/a%2Fb%3Fc%23d"
    assert address("/lookup") == "/lookup"


@given(st.text(min_size=1))
def test_a_segment_comes_back_as_it_was(segment: str) -> None:
    path = address("/speakers", segment)
    assert path.isascii() and not set(path) & set("\"'<>?# ")
    assert path.count("/") == 2
    assert URL(path).path == path
