from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi_service.search.cursors import InvalidCursor, page_token, place_of
from ainoi_service.search.index import Place

places = st.builds(
    Place,
    tier=st.integers(0, 3),
    day=st.sampled_from([0, 20251204, 99991231]),
    id=st.text("0123456789abcdef", min_size=1, max_size=32),
)


@given(places)
def test_a_token_tells_its_place_again(place: Place) -> None:
    assert place_of(page_token("digest", place), "digest") == place


def test_a_token_can_stand_in_a_url() -> None:
    token = page_token("digest", Place(3, 20251204, "~~~???"))

    assert token.replace("-", "").replace("_", "").isalnum()


def test_a_token_of_another_query_is_refused() -> None:
    with pytest.raises(InvalidCursor, match="another query") as error:
        place_of(page_token("digest", Place(0, 20251204, "a")), "other")
    assert error.value.code == "bad_page_token"


def _token(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "token",
    [
        "",
        "ạ",
        "!!!!",
        "AAAA",
        "\ud800",
        _token("digest"),
        _token(["digest", 0, 20251204]),
        _token(["digest", 4, 20251204, "a"]),
        _token(["digest", -1, 20251204, "a"]),
        _token(["digest", 0, -1, "a"]),
        _token(["digest", 0, 10**30, "a"]),
        _token(["digest", 0.0, 20251204, "a"]),
        _token(["digest", 0, 20251204, ""]),
        _token(["digest", 0, 20251204, "\ud800"]),
        _token(["digest", 0, 20251204, "a" * 100_000]),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
    ],
)
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(InvalidCursor, match="cannot be read"):
        place_of(token, "digest")


@given(st.text())
def test_any_text_is_a_place_or_refused(token: str) -> None:
    with pytest.raises(InvalidCursor):
        place_of(token, "digest")
