"""Whether a text is Vietnamese."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi.clean.language import SAMPLE, LanguageTest
from ainoi.clean.unicode import shadow
from sentence_markup import rows

TEST = LanguageTest.load(Path(__file__).parents[3] / "models" / "ainoi" / "lang" / "vi")
TABLE = rows(Path(__file__).with_name("language_table.tsv"))


@pytest.mark.parametrize(("text", "expected", "note"), TABLE)
def test_accepts_as_the_table_says(text: str, expected: str, note: str) -> None:
    assert expected in ("true", "false")
    assert TEST.accepts(text) is (expected == "true"), note


@pytest.mark.parametrize(("text", "expected", "note"), TABLE)
def test_capitals_make_no_difference(text: str, expected: str, note: str) -> None:
    assert TEST.accepts(text.upper()) is (expected == "true"), note


def test_every_seed_is_vietnamese(seeds: Path) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(seeds.glob("*.txt"))]
    assert [TEST.accepts(shadow(text).text) for text in texts] == [True] * 5


def test_only_the_beginning_is_looked_at() -> None:
    english = "the bridge will open next year said the mayor " * (SAMPLE // 40)
    assert not TEST.accepts(english + "đường phố đã được sửa chữa " * 5000)


@given(st.text())
def test_any_text_gives_an_answer(text: str) -> None:
    assert TEST.accepts(text) in (True, False)


@given(st.text(alphabet="ab đ", max_size=13))
def test_a_few_words_are_given_the_benefit_of_the_doubt(text: str) -> None:
    assert TEST.accepts(text)
