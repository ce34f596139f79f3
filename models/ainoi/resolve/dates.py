"""Dates as text with their precision kept, read as the period of days that they state."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

Period = tuple[date, date]
"""First and last day, both inside."""

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ].{0,40})?)?|(\d{2})(\d{2}))?", re.ASCII)


def period(text: str | None) -> Period | None:
    """The days that ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD``, ``YYYYMMDD`` or an ISO time states; else None."""
    match = _DATE.fullmatch(text.strip()) if text else None
    if match is None:
        return None
    year = int(match[1])
    month, day = match[2] or match[4], match[3] or match[5]
    if not 1 <= year <= 9999:
        return None
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if not 1 <= int(month) <= 12:
        return None
    last = monthrange(year, int(month))[1]
    if day is None:
        return date(year, int(month), 1), date(year, int(month), last)
    if not 1 <= int(day) <= last:
        return None
    exact = date(year, int(month), int(day))
    return exact, exact
