"""A request's key is found where programs and browsers put it, and nowhere else."""

from __future__ import annotations

import base64

import pytest

from ainoi_service.guard.credentials import secret_in


def basic(pair: bytes) -> bytes:
    return b"Basic " + base64.b64encode(pair)


@pytest.mark.parametrize(
    ("value", "secret"),
    [
        (b"Bearer ainoi_k", b"ainoi_k"),
        (b"bearer ainoi_k", b"ainoi_k"),
        (b"  BEARER   ainoi_k ", b"ainoi_k"),
        (basic(b"me:ainoi_k"), b"ainoi_k"),
        (basic(b":ainoi_k"), b"ainoi_k"),
        (basic("tôi:ainoi_k".encode()), b"ainoi_k"),
        (basic(b"me:with:colons"), b"with:colons"),
        (basic(b"me:" + b"\xff\x00"), b"\xff\x00"),
        (b"", None),
        (b"Bearer", None),
        (b"Bearer ", None),
        (b"ainoi_k", None),
        (b"Digest ainoi_k", None),
        (basic(b"me:"), None),
        (basic(b"ainoi_k"), None),
        (b"Basic", None),
        (b"Basic ====", None),
        (b"Basic \xff\xff", None),
        (b"Basic bWU6YWlub2lfaw==x", None),
    ],
)
def test_where_a_key_stands(value: bytes, secret: bytes | None) -> None:
    assert secret_in([(b"host", b"x"), (b"authorization", value)]) == secret


def test_without_the_header_there_is_none() -> None:
    assert secret_in([(b"cookie", b"authorization=ainoi_k"), (b"x-api-key", b"ainoi_k")]) is None


def test_of_two_headers_neither_counts() -> None:
    assert secret_in([(b"authorization", b"Bearer one"), (b"authorization", b"Bearer two")]) is None
