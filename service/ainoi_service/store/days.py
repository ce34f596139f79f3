"""Dates as the store compares them: the first and the last day of the period that a date states, as integers."""

from __future__ import annotations

from ainoi.resolve.dates import period


def days(date: str | None) -> tuple[int, int] | tuple[None, None]:
    """First and last day of a date, both inside: ``2024-02`` is (20240201, 20240229). None for what is no date.

    Dates are ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD``, ``YYYYMMDD`` and ISO 8601 times.
    """
    stated = period(date)
    if stated is None:
        return None, None
    first, last = (day.year * 10_000 + day.month * 100 + day.day for day in stated)
    return first, last


def month(first: int | None, last: int | None) -> str | None:
    """The month, ``YYYY-MM``, in which both days lie; None without one."""
    if first is None or last is None or first // 100 != last // 100:
        return None
    return f"{first // 10_000:04}-{first // 100 % 100:02}"
