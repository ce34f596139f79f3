"""Page tokens of the lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi_service.api.tokens import place_in, token_behind
from ainoi_service.search.cursors import InvalidCursor

PLACES = st.lists(st.integers(0, 2**31 - 1), min_size=1, max_size=3)


@given(st.text(), PLACES)
def test_a_token_leads_back_to_its_place(question: str, place: list[int]) -> None:
    assert place_in(token_behind(question, *place), question, len(place)) == tuple(place)


@given(st.text(), st.text(), PLACES)
def test_a_token_is_of_one_question_and_one_length(question: str, other: str, place: list[int]) -> None:
    token = token_behind(question, *place)
    if other != question:
        with pytest.raises(InvalidCursor):
            place_in(token, other, len(place))
    with pytest.raises(InvalidCursor):
        place_in(token, question, len(place) + 1)


@given(st.text())
def test_nothing_else_is_one(token: str) -> None:
    with pytest.raises(InvalidCursor):
        place_in(token, "articles", 1)
