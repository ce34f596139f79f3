"""On which day the words of a quote were said, where the article says so: *Phát biểu hôm 3/12, ông X nói …*.

A date is a quote's when it stands in the sentence of the quote's cue, outside every content, and nothing between it and
the source says that something else happened then (`ainoi.attribution.occasions`). It is also that of the other quotes
of the same source in the sentence. Decided besides:

- *Ông nói thêm* is of the same day: a quote without a date takes over that of the quote before it, while the same
  source goes on speaking and nobody else does, unless its sentence says *trước đó*, *từng* and the like. Of 55 such
  quotes read in training articles 3 were of another day; with somebody else's words between them, 7 of 26.
- The date of a report (*Reuters hôm 3/12 dẫn lời ông X*) stands for that of the words.
- *Cùng ngày* is the day named before it in its paragraph, else the last day on which something was said.
- A quote inside another's content has no date: what stands there is the outer speaker's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from ainoi.attribution.date_lexicon import DateExpression, DateLexicon, Unit
from ainoi.attribution.date_values import value_of
from ainoi.attribution.dates import find_dates
from ainoi.attribution.occasions import OccasionLexicon, Occasions
from ainoi.attribution.passage import Passage, QuoteParts
from ainoi.resolve.dates import Period

LONGEST_PAUSE = 1000
"""Characters between two quotes of one source over which a day is taken over."""
SHORTEST_PAUSE = 20
"""The same for a week, month or year: only the next sentence, for articles look back in them and return."""
SAME_PARAGRAPH = 600
"""Characters before *cùng ngày* in which the day that it means is looked for first."""

_FINENESS = {unit: -place for place, unit in enumerate(Unit)}


class Dating(NamedTuple):
    """The date expression that dates a quote, and which day, month or year that is (None where it cannot be known)."""

    expression: DateExpression
    value: str | None


def find_said_on(
    text: str,
    quotes: Sequence[QuoteParts],
    sources: Sequence[str | None],
    article: Period | None,
    dates: DateLexicon,
    occasions: OccasionLexicon,
) -> list[str | None]:
    """The date of every quote of an article as ``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY``; None where it is not known.

    ``quotes`` stand in the order of the text, ``sources`` say for each who its source is (None: nobody knows), and
    ``article`` is the period in which the article came out.
    """
    datings = find_datings(text, quotes, sources, article, dates, occasions)
    return [None if dating is None else dating.value for dating in datings]


def find_datings(
    text: str,
    quotes: Sequence[QuoteParts],
    sources: Sequence[str | None],
    article: Period | None,
    dates: DateLexicon,
    occasions: OccasionLexicon,
) -> list[Dating | None]:
    """As `find_said_on`, with the expression that dates each quote; None where there is none."""
    found: list[Dating | None] = [None] * len(quotes)
    expressions = find_dates(text, dates)
    if not quotes or not expressions:
        return found
    passage = Passage(text, quotes)
    outside = [expression for expression in expressions if not passage.in_content(expression.start)]
    places = Occasions(text, quotes, passage, occasions)
    _of_sentences(text, places, outside, article, found)
    for sentence in places.sentences.values():
        for before, after in pairwise(sentence):
            if found[after.quote] is None and _same_source(quotes, sources, before.quote, after.quote):
                found[after.quote] = found[before.quote]
        for after, before in pairwise(sentence[::-1]):
            if (
                found[before.quote] is None
                and _same_source(quotes, sources, before.quote, after.quote)
                and not places.of_another_time(before)
            ):
                found[before.quote] = found[after.quote]
    _carry(quotes, sources, places, found)
    return found


def _of_sentences(
    text: str,
    places: Occasions,
    expressions: Sequence[DateExpression],
    article: Period | None,
    found: list[Dating | None],
) -> None:
    """Give each date outside contents to the quote of its sentence that it dates; of several, the finest is kept."""
    named: tuple[int, date] | None = None
    said: date | None = None
    for expression in expressions:
        near = named is not None and _in_one_paragraph(text, named[0], expression.start)
        day = named[1] if named is not None and (near or said is None) else said
        dating = Dating(expression, value_of(expression, article, day))
        owner = places.owner(expression)
        if owner is not None and _rank(dating) > _rank(found[owner]):
            found[owner] = dating
        if expression.unit is Unit.DAY and dating.value is not None:
            named = expression.end, date.fromisoformat(dating.value)
            said = said if owner is None else named[1]


def _in_one_paragraph(text: str, start: int, end: int) -> bool:
    return end - start <= SAME_PARAGRAPH and "\n" not in text[start:end]


def _rank(dating: Dating | None) -> tuple[bool, bool, int]:
    """Of two dates of one quote the known one is better, then the finer one, then the first."""
    if dating is None:
        return False, False, 0
    return True, dating.value is not None, _FINENESS[dating.expression.unit]


def _same_source(quotes: Sequence[QuoteParts], sources: Sequence[str | None], before: int, after: int) -> bool:
    if sources[before] is not None and sources[after] is not None:
        return sources[before] == sources[after]
    return quotes[before].mention is not None and quotes[before].mention == quotes[after].mention


def _carry(
    quotes: Sequence[QuoteParts], sources: Sequence[str | None], places: Occasions, found: list[Dating | None]
) -> None:
    """Let undated quotes take over the date of the quote before them, where its source goes on speaking."""
    order = sorted(
        (place for sentence in places.sentences.values() for place in sentence), key=lambda place: place.start
    )
    for before, after in pairwise(order):
        dating = found[before.quote]
        if dating is None or found[after.quote] is not None:
            continue
        pause = after.start - quotes[before.quote].around()[1]
        if (
            pause <= (LONGEST_PAUSE if dating.expression.unit is Unit.DAY else SHORTEST_PAUSE)
            and _same_source(quotes, sources, before.quote, after.quote)
            and not places.of_another_time(after)
        ):
            found[after.quote] = dating
