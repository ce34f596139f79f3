"""Bars of a speaker's months."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi_service.pages.timeline import HEIGHT, MOST_MONTHS, WIDTH, timeline

MONTHS = st.builds(lambda year, month: f"{year:04d}-{month:02d}", st.integers(1990, 2030), st.integers(1, 12))


def test_nothing_is_drawn_of_nothing() -> None:
    assert timeline({}) is None
    assert timeline({"2025-01": 0}) is None


def test_months_without_a_quote_are_there_and_have_no_height() -> None:
    drawn = timeline({"2024-11": 2, "2025-02": 4})
    assert drawn is not None
    assert [(bar.month, bar.count, bar.height) for bar in drawn.bars] == [
        ("2024-11", 2, HEIGHT / 2),
        ("2024-12", 0, 0.0),
        ("2025-01", 0, 0.0),
        ("2025-02", 4, HEIGHT),
    ]
    assert [tick.label for tick in drawn.ticks] == ["2024-11", "2025"]
    assert [bar.month for bar in drawn.months] == ["2025-02", "2024-11"]
    assert drawn.most == 4


def test_of_a_long_time_the_last_months_are_drawn() -> None:
    drawn = timeline({"1990-01": 100, "2025-01": 1})
    assert drawn is not None
    assert (len(drawn.bars), drawn.bars[-1].month, drawn.most) == (MOST_MONTHS, "2025-01", 1)


@pytest.mark.parametrize("key", ["2025", "2025-13", "2025-00", "25-01", ""])
def test_a_key_that_is_no_month_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="YYYY-MM"):
        timeline({key: 1})


@given(st.dictionaries(MONTHS, st.integers(1, 10_000), min_size=1))
def test_every_bar_lies_inside_the_drawing_and_stands_on_its_base(counts: dict[str, int]) -> None:
    drawn = timeline(counts)
    assert drawn is not None
    for bar in drawn.bars:
        assert bar.x >= 0 and bar.x + bar.width <= WIDTH + 0.01
        assert bar.y >= 0 and bar.y + bar.height == pytest.approx(HEIGHT)
        assert (bar.height > 0) == (bar.count > 0)
    assert {bar.month: bar.count for bar in drawn.bars if bar.count} == {
        month: count for month, count in counts.items() if month >= drawn.bars[0].month
    }
