"""Dates as days."""

from __future__ import annotations

import pytest

from ainoi_service.store.days import days, month


@pytest.mark.parametrize(
    ("date", "period"),
    [
        ("2024", (20240101, 20241231)),
        ("2024-02", (20240201, 20240229)),
        ("2025-12-04", (20251204, 20251204)),
        ("20251204", (20251204, 20251204)),
        ("2025-12-04T23:59:00+07:00", (20251204, 20251204)),
        ("0001", (10101, 11231)),
        ("hôm qua", (None, None)),
        ("2025-02-30", (None, None)),
        ("", (None, None)),
        (None, (None, None)),
    ],
)
def test_the_days_that_a_date_states(date: str | None, period: tuple[int | None, int | None]) -> None:
    assert days(date) == period


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        (20251204, 20251204, "2025-12"),
        (20240201, 20240229, "2024-02"),
        (20240101, 20241231, None),
        (20241231, 20250101, None),
        (None, None, None),
        (10101, 10101, "0001-01"),
    ],
)
def test_the_month_of_a_period(first: int | None, last: int | None, name: str | None) -> None:
    assert month(first, last) == name
