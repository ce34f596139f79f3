"""The table of dates, the date file's own consistency, and what must hold for any text."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi.attribution import dates, occasions
from ainoi.attribution.date_lexicon import DateExpression, DateLexicon, Unit
from ainoi.attribution.date_values import value_of
from ainoi.attribution.dates import find_dates
from ainoi.resolve.dates import period
from sentence_markup import cells

FOLDER = Path(__file__).parents[3] / "models" / "ainoi" / "lang" / "vi"
LEXICON = DateLexicon.load(FOLDER)
DATA = tomllib.loads((FOLDER / "dates.toml").read_text(encoding="utf-8"))
TABLE = cells(Path(__file__).with_name("dates_table.tsv"), 4)
PHRASES = (
    "ngày hôm sáng thứ ba tháng năm tuần trước qua nay cùng tới một sau đó và chủ nhật ( ) , . / - "
    "3/12 31/4 5-6/3 0/0 2022 15 １２"
)
WORDS = st.sampled_from([*PHRASES.split(), "\n"])
TEXTS = st.one_of(st.text(), st.lists(WORDS, max_size=40).map(" ".join), st.lists(WORDS, max_size=40).map("".join))


@pytest.mark.parametrize(("text", "article", "expected", "note"), TABLE)
def test_date_as_the_table_says(text: str, article: str, expected: str, note: str) -> None:
    found = [value_of(expression, period(article), None) for expression in find_dates(text, LEXICON)]
    assert (found or [None]) == [None if expected == "none" else expected], note


def test_table_covers_at_least_eighty_dates_and_repeats_none() -> None:
    assert len({(text, article) for text, article, *_ in TABLE}) == len(TABLE) >= 80


def test_offsets_are_those_of_the_words() -> None:
    text = "Sáng nay, hai ngày sau đó và trước đó một ngày; ngày 3/12 năm ngoái (5/3)."
    found = [text[date.start : date.end] for date in find_dates(text, LEXICON)]
    assert found == ["Sáng nay", "hai ngày sau đó", "trước đó một ngày", "ngày 3/12 năm ngoái", "(5/3)"]


def test_a_count_goes_from_the_day_named_last() -> None:
    [expression] = find_dates("hai ngày trước đó", LEXICON)
    assert expression == DateExpression(0, 17, Unit.DAY, later=-2)
    assert value_of(expression, None, date(2022, 3, 1)) == "2022-02-27"
    assert value_of(expression, period("2022-03-05"), None) is None


def phrases(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from [key] if not isinstance(inner, dict | list) else phrases(inner)
    elif isinstance(value, list):
        yield from value


@pytest.mark.parametrize(
    ("tables", "longest"),
    [
        ([table for name, table in DATA.items() if name != "occasions"], dates.LONGEST_PHRASE),
        ([DATA["occasions"]], occasions.LONGEST_PHRASE),
    ],
    ids=["reading", "occasions"],
)
def test_no_phrase_is_longer_than_what_is_looked_up(tables: list[dict[str, Any]], longest: int) -> None:
    found = [phrase for table in tables for phrase in phrases(table)]
    assert found == [phrase.lower() for phrase in found]
    assert [phrase for phrase in found if not 1 <= len(phrase.split()) <= longest] == []


@given(text=TEXTS, article=st.sampled_from([None, "2022", "2022-03", "2022-03-05", "0001-01-01", "9999-12-31"]))
def test_any_text_gives_dates_in_order_and_iso_values(text: str, article: str | None) -> None:
    end = 0
    for expression in find_dates(text, LEXICON):
        assert end <= expression.start < expression.end <= len(text)
        end = expression.end
        for named in (None, date.min, date.max):
            value = value_of(expression, period(article), named)
            assert value is None or period(value) is not None
