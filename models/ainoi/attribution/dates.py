"""Dates that the text names: *hôm 3/12*, *ngày 5 tháng 11 năm 2022*, *tối qua*, *thứ Hai tuần trước*, *cùng ngày*.

A date is read as it is written; which day that is, the article's own date decides (`ainoi.attribution.date_values`).
What is evidently still to come, recurs, or is a stretch of years is not read. Time is linear in the text: a date begins
at a word of the lexicon, and is read in a window of `LONGEST_DATE` words from there.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from ainoi.attribution.date_lexicon import DateExpression, DateLexicon, Phrase, Unit

LONGEST_DATE = 14
"""Words and marks of one date."""
LONGEST_PHRASE = 3
"""Words in one phrase of the lexicon."""
BEFORE = 24
"""Characters before a date in which the words that belong to it, or forbid it, are looked for."""

_WORD = re.compile(r"\d+|[^\W\d_]+|[^\w\s]|_|\n")
_YEAR = range(1900, 2100)


def find_dates(text: str, lexicon: DateLexicon) -> list[DateExpression]:
    """Every date in ``text``, in order and without overlap."""
    found: list[DateExpression] = []
    end = 0
    for match in lexicon.begins.finditer(text):
        if match.start() >= end:
            window = _Window(text, match.start(), lexicon)
            date = window.date()
            if date is not None and date.start >= end:
                found.append(date)
                end = date.end
    return found


class _Word(NamedTuple):
    start: int
    end: int
    lower: str
    capital: bool


_NONE = _Word(-1, -1, "", False)
Parsed = tuple[DateExpression, int]
"""A date whose offsets are not yet set, and the number of the word behind it."""


class _Window:
    """The words from a place where a date may begin, numbered from 0, and those just before it, the nearest first."""

    def __init__(self, text: str, start: int, lexicon: DateLexicon) -> None:
        self._lexicon = lexicon
        self._words: list[_Word] = []
        for match in _WORD.finditer(text, start):
            self._words.append(_word(match))
            if len(self._words) == LONGEST_DATE:
                break
        self._earlier = [_word(match) for match in _WORD.finditer(text, max(0, start - BEFORE), start)][::-1]
        self._before = [word.lower for word in self._earlier]

    def date(self) -> DateExpression | None:
        """The date that begins with word 0, if one does."""
        counted = self._counted()
        start = self._words[0].start if counted is None else self._earlier[counted[1] - 1].start
        parsed = self._written() if counted is None else counted[0]
        if parsed is None or self._is_no_date(parsed[1]):
            return None
        return parsed[0]._replace(start=start, end=self._words[parsed[1] - 1].end)

    def _written(self) -> Parsed | None:
        parsed = self._relative(0) or self._of_day() or self._weekday(0, named=self._introduced())
        return parsed or self._month(0) or self._year(0) or self._in_brackets()

    def _at(self, at: int) -> _Word:
        return self._words[at] if at < len(self._words) else _NONE

    def _phrase(self, at: int, phrases: Collection[Phrase]) -> Phrase:
        """The longest of ``phrases`` that begins at word ``at``; empty for none."""
        window = tuple(word.lower for word in self._words[at : at + LONGEST_PHRASE])
        return next((window[:n] for n in range(len(window), 0, -1) if window[:n] in phrases), ())

    def _number(self, at: int, low: int, high: int) -> int | None:
        word = self._at(at).lower
        return int(word) if word.isdecimal() and len(word) <= 4 and low <= int(word) <= high else None

    def _joined(self, at: int, marks: str) -> bool:
        """Whether word ``at`` is one of ``marks`` and touches the words on both sides."""
        word = self._at(at)
        return (
            len(word.lower) == 1
            and word.lower in marks
            and self._at(at - 1).end == word.start
            and word.end == self._at(at + 1).start
        )

    def _is_no_date(self, at: int) -> bool:
        if self._phrase(at, self._lexicon.not_a_date):
            return True
        coming = self._phrase(at, self._lexicon.to_come)
        return bool(coming) and not self._at(at + len(coming)).capital  # ngày 5/3 tới Moscow

    def _introduced(self) -> bool:
        return bool(self._before) and self._before[0] in self._lexicon.before_weekday

    def _forbidden(self) -> bool:
        return bool(self._before) and self._before[0] in self._lexicon.not_after

    def _before_is_number(self) -> bool:
        return bool(self._before) and self._before[0].isdecimal()

    def _counted(self) -> tuple[Parsed, int] | None:
        """*hai tuần trước*, *3 ngày sau đó*, *trước đó một ngày*: word 0 is the unit.

        Also says how many of the words before it belong to the date.
        """
        unit = self._lexicon.units.get(self._at(0).lower)
        count = self._count_before()
        if unit is None or count is None:
            return None
        if self._at(1).lower in self._lexicon.counted_ago and self._at(2).lower not in self._lexicon.not_after_counted:
            return (DateExpression(0, 0, unit, ago=(unit, count)), 2), 1
        if unit is not Unit.DAY:
            return None
        if behind := self._phrase(1, self._lexicon.counted_later):
            later = count * self._lexicon.counted_later[behind]
            return (DateExpression(0, 0, unit, later=later), 1 + len(behind)), 1
        before = tuple(self._before[2:0:-1])
        if before not in self._lexicon.counted_later:
            return None
        return (DateExpression(0, 0, unit, later=count * self._lexicon.counted_later[before]), 1), 1 + len(before)

    def _count_before(self) -> int | None:
        """The number that stands before word 0, in figures or as a word."""
        if not self._before:
            return None
        word = self._before[0]
        return int(word) if word.isdecimal() and len(word) <= 3 else self._lexicon.counts.get(word)

    def _relative(self, at: int) -> Parsed | None:
        """*hôm qua*, *tháng trước*, *cùng ngày*; a date behind it says it more exactly: *hôm nay (5/3)*."""
        if same := self._phrase(at, self._lexicon.later):
            end = at + len(same)
            return self._exactly(end) or (DateExpression(0, 0, Unit.DAY, later=self._lexicon.later[same]), end)
        words = self._phrase(at, self._lexicon.ago)
        if not words or (at == 0 and self._forbidden()):
            return None
        end = at + len(words)
        unit, back = self._lexicon.ago[words]
        if unit is Unit.DAY:
            return self._exactly(end) or (DateExpression(0, 0, unit, ago=(unit, back)), end)
        if words[-1] in self._lexicon.counted_ago and self._at(end).lower in self._lexicon.not_after_counted:
            return None
        return DateExpression(0, 0, unit, ago=(unit, back)), end

    def _of_day(self) -> Parsed | None:
        """*ngày 3/12*, *hôm thứ Ba*, *sáng nay*, *tối ngày 5 tháng 11*: begins with a part of the day or a day word."""
        at = len(self._phrase(0, self._lexicon.parts_of_day))
        if at:
            if behind := self._phrase(at, self._lexicon.ago_after_part):
                end = at + len(behind)
                ago = (Unit.DAY, self._lexicon.ago_after_part[behind])
                return self._exactly(end) or (DateExpression(0, 0, Unit.DAY, ago=ago), end)
            if relative := self._relative(at):
                return relative
        elif self._at(0).lower not in self._lexicon.day_words:
            return None
        while self._at(at).lower in self._lexicon.day_words:
            at += 1
        named = at > 0 and (self._at(at - 1).lower not in self._lexicon.units)
        return self._day_and_month(at) or self._weekday(at, named=named) or self._day_alone(at)

    def _exactly(self, at: int) -> Parsed | None:
        """A day and month right behind another date, in brackets or not, with a comma or not."""
        bracket = self._at(at).lower == "("
        if bracket or self._at(at).lower == ",":
            at += 1
        while self._at(at).lower in self._lexicon.day_words:
            at += 1
        parsed = self._day_and_month(at)
        if parsed is None or not bracket:
            return parsed
        return (parsed[0], parsed[1] + 1) if self._at(parsed[1]).lower == ")" else parsed

    def _in_brackets(self) -> Parsed | None:
        """*(5/3)*, and nothing else in the brackets."""
        if self._at(0).lower != "(" or self._at(2).lower != "/":
            return None
        parsed = self._day_and_month(1)
        return (parsed[0], parsed[1] + 1) if parsed is not None and self._at(parsed[1]).lower == ")" else None

    def _day_and_month(self, at: int) -> Parsed | None:
        """*3/12*, *3-12-2022*, *3 tháng 12 năm 2022*; of two days (*3-4/12*, *3 và 4/12*) the month."""
        day = self._number(at, 1, 31)
        if day is None:
            return None
        second = at + 2 if self._at(at + 1).lower in self._lexicon.stretch and self._number(at + 2, 1, 31) else None
        if second is not None and (parsed := self._day_and_month(second)) is not None and parsed[0].unit is Unit.DAY:
            return parsed[0]._replace(unit=Unit.MONTH, day=None), parsed[1]
        if self._joined(at + 1, "/-.") and (month := self._number(at + 2, 1, 12)) is not None:
            year, end = self._year_behind(at + 3)
            return DateExpression(0, 0, Unit.DAY, year=year.year, month=month, day=day, ago=year.ago), end
        parsed = self._month(at + 1)
        return (parsed[0]._replace(unit=Unit.DAY, day=day), parsed[1]) if parsed is not None else None

    def _day_alone(self, at: int) -> Parsed | None:
        """*hôm 5*, *ngày 24,*: a day of the article's month or the one before."""
        day = self._number(at, 1, 31)
        following = self._at(at + 1).lower
        if day is None or len(following) != 1 or following.isalnum() or self._joined(at + 1, "/-.:%"):
            return None
        return DateExpression(0, 0, Unit.DAY, day=day), at + 1

    def _month(self, at: int) -> Parsed | None:
        """*tháng 10*, *tháng Mười năm ngoái*, *tháng 10/2018*, *tháng trước*."""
        if self._lexicon.units.get(self._at(at).lower) is not Unit.MONTH:
            return None
        if at == 0 and (self._forbidden() or self._before_is_number()):
            return None
        month, end = self._number(at + 1, 1, 12), at + 2
        if month is None:
            name = self._phrase(at + 1, self._lexicon.months)
            if not name:
                relative = self._relative(at) if at else None
                return relative if relative is not None and relative[0].ago is not None else None
            month, end = self._lexicon.months[name], at + 1 + len(name)
        year, end = self._year_behind(end)
        return DateExpression(0, 0, Unit.MONTH, year=year.year, month=month, ago=year.ago), end

    def _year_behind(self, at: int) -> Parsed:
        """The year behind a month, written or told (*năm ngoái*), with the word behind it; an empty one for none."""
        if self._joined(at, "/-."):
            year = self._number(at + 1, _YEAR.start, _YEAR.stop - 1)
            if year is not None:
                return DateExpression(0, 0, Unit.YEAR, year=year), at + 2
        return self._year(at) or (DateExpression(0, 0, Unit.YEAR), at)

    def _year(self, at: int) -> Parsed | None:
        """*năm 2016*, *năm ngoái*; not *năm 2016-2020*."""
        if self._lexicon.units.get(self._at(at).lower) is not Unit.YEAR:
            return None
        if at == 0 and self._forbidden():
            return None
        year = self._number(at + 1, _YEAR.start, _YEAR.stop - 1)
        if year is not None:
            stretch = (
                self._at(at + 2).lower in self._lexicon.stretch and self._number(at + 3, 1, _YEAR.stop) is not None
            )
            return None if stretch else (DateExpression(0, 0, Unit.YEAR, year=year), at + 2)
        relative = self._relative(at) if at else None
        return relative if relative is not None and relative[0].unit is Unit.YEAR else None

    def _weekday(self, at: int, *, named: bool) -> Parsed | None:
        """*thứ Ba*, *thứ Hai tuần trước*, *chủ nhật (5/3)*. Unless ``named``, small letters mean the third."""
        name = self._phrase(at, self._lexicon.weekdays)
        if not name or (at == 0 and self._forbidden()):
            return None
        end = at + len(name)
        if exact := self._exactly(end):
            return exact
        date = DateExpression(0, 0, Unit.DAY, weekday=self._lexicon.weekdays[name])
        week = self._lexicon.ago.get(self._phrase(end, self._lexicon.ago))
        if week is not None and week[0] is Unit.WEEK:
            return date._replace(ago=week), end + 2
        if self._phrase(end, self._lexicon.to_come_after_weekday):
            return None
        certain = named or name not in self._lexicon.ordinals or self._at(end - 1).capital
        return (date, end) if certain else None


def _word(match: re.Match[str]) -> _Word:
    words = match.group()
    return _Word(match.start(), match.end(), words.lower(), words[0].isupper())
