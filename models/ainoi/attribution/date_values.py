"""Which day, month or year a date in the text means, in an article of a known, half known or unknown date.

Nothing is guessed: a date that the article's own date leaves open has no value. Decided where writers leave it to the
reader:

- A day and month without a year is the last such day up to the article's date, or at most `AHEAD` days behind it: a
  later one belongs to the year before, or is still to come where that is nearer (it then has no value).
- Where the article's date is a year or a month, the day must still be clear: news names a day without its year only
  for `RECENT` days (19 of 20 such days of the training articles), a month for a year.
- A day of the week is the last one up to the article's date, that day included.
- A week has no form of its own: its month if it lies in one, else its year.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from ainoi.attribution.date_lexicon import DateExpression, Unit
from ainoi.resolve.dates import Period

AHEAD = 3
"""Days by which a date may lie behind that of the article: time zones, and articles changed after they came out."""
RECENT = 14
"""Days for which news names a day without its year."""
HALF_A_YEAR = 183
"""Days; what would lie further back is nearer to the day in the year to come."""


def value_of(expression: DateExpression, article: Period | None, named: date | None) -> str | None:
    """The date as ``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY``; None where it cannot be known.

    ``article`` is the period in which the article came out, ``named`` the day that its text named last.
    """
    try:
        period = _period_of(expression, article, named)
    except (ValueError, OverflowError):  # 31/4, 29/2 of a common year, before the year 1
        return None
    if period is None or (article is not None and period[0] - article[1] > timedelta(days=AHEAD)):
        return None
    return _text(period, expression.unit)


def _period_of(expression: DateExpression, article: Period | None, named: date | None) -> Period | None:
    """The days that the date means. Raises ValueError and OverflowError for a date that the calendar does not have."""
    if expression.later is not None:
        return _single(named + timedelta(days=expression.later)) if named is not None else None
    if expression.year is not None:
        return _days_of(expression.year, expression.month, expression.day)
    if article is None:
        return None
    earliest, latest = _counted_from(expression, article[0]), _counted_from(expression, article[1])
    if expression.unit is not Unit.DAY or expression.ago is not None or expression.weekday is not None:
        return latest if earliest == latest else None
    if earliest != latest and article[0] - earliest[1] <= timedelta(days=RECENT):
        return None
    return latest if article[0] - latest[0] <= timedelta(days=HALF_A_YEAR) else None


def _counted_from(expression: DateExpression, today: date) -> Period:
    """The days that the date means in an article of ``today``. Raises ValueError and OverflowError."""
    if expression.weekday is not None:
        if expression.ago is None:
            return _single(today - timedelta(days=(today.weekday() - expression.weekday) % 7))
        return _single(_monday(today, expression.ago[1]) + timedelta(days=expression.weekday))
    if expression.ago is None:
        return _last_until(today, expression.month, expression.day)
    unit, count = expression.ago
    if unit is Unit.DAY:
        return _single(today - timedelta(days=count))
    if unit is Unit.WEEK:
        monday = _monday(today, count)
        return monday, min(today, monday + timedelta(days=6))
    if unit is Unit.MONTH:
        months = today.year * 12 + today.month - 1 - count
        return _days_of(months // 12, months % 12 + 1, expression.day)
    return _days_of(today.year - count, expression.month, expression.day)


def _last_until(today: date, month: int | None, day: int | None) -> Period:
    """The last such month, day of a month, or day of any month. Raises ValueError if the calendar has none."""
    if day is not None:
        today += timedelta(days=AHEAD)
    months = today.year * 12 + (today.month if month is None else month) - 1
    step = 1 if month is None else 12
    found = _days_of(months // 12, months % 12 + 1, day)
    if found[0] <= today:
        return found
    return _days_of((months - step) // 12, (months - step) % 12 + 1, day)


def _monday(today: date, weeks_back: int) -> date:
    return today - timedelta(days=today.weekday() + 7 * weeks_back)


def _single(day: date) -> Period:
    return day, day


def _days_of(year: int, month: int | None, day: int | None) -> Period:
    """All days of a year, of a month, or one day. Raises ValueError if the calendar does not have it."""
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if day is None:
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return _single(date(year, month, day))


def _text(period: Period, unit: Unit) -> str | None:
    first, last = (day.isoformat() for day in period)
    if unit is Unit.DAY:
        return first
    if unit is not Unit.YEAR and first[:7] == last[:7]:
        return first[:7]
    return first[:4] if first[:4] == last[:4] else None
