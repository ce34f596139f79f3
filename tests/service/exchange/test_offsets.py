from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi_service.exchange.offsets import Utf16

TEXTS = st.text(st.sampled_from("ađệ😀👨\u200d\u0301\r\n\uffff\U0010ffff"))


@given(TEXTS)
def test_utf16_offsets_are_lengths_in_utf16(text: str) -> None:
    utf16 = Utf16(text)
    assert [utf16.of(i) for i in range(len(text) + 1)] == [
        len(text[:i].encode("utf-16-le")) // 2 for i in range(len(text) + 1)
    ]


@given(TEXTS)
def test_every_code_point_offset_comes_back_and_no_other_does(text: str) -> None:
    utf16 = Utf16(text)
    length = len(text.encode("utf-16-le")) // 2
    back = [utf16.back(unit) for unit in range(length + 1)]
    assert [place for place in back if place is not None] == list(range(len(text) + 1))
    assert utf16.differs == (None in back)


@pytest.mark.parametrize(("unit", "place"), [(0, 0), (1, None), (2, 1), (3, 2), (4, None), (10**30, None)])
def test_places_in_a_short_text(unit: int, place: int | None) -> None:
    assert Utf16("😀a").back(unit) == place
