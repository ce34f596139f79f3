"""Edges of a content."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi.decode.edges import partners, trim
from ainoi.marks import pairs
from sentence_markup import rows

LEADING = ("rằng là", "rằng", "là")
TABLE = rows(Path(__file__).with_name("edges_table.tsv"))
TEXTS = st.text(alphabet="ab “”\"'()[]{},.…%là rằng\n", max_size=40)


def cut(sentence: str) -> str:
    """The sentence with ``{`` and ``}`` around what is left of the content they enclosed."""
    start, end = sentence.index("{"), sentence.index("}") - 1
    text = sentence.replace("{", "").replace("}", "")
    span = trim(text, (start, end), partners(text, pairs(text)), LEADING)
    return "none" if span is None else text[slice(*span)]


@pytest.mark.parametrize(("sentence", "expected", "note"), TABLE)
def test_edges_as_the_table_says(sentence: str, expected: str, note: str) -> None:
    assert cut(sentence) == expected, note


def test_partners_of_marks_and_brackets_know_each_other() -> None:
    text = "“a (b)” c) [d"
    assert partners(text, pairs(text)) == {0: 6, 6: 0, 3: 5, 5: 3}


def test_open_mark_has_no_partner() -> None:
    assert partners("“a", pairs("“a")) == {}


@given(TEXTS, st.data())
def test_trimmed_span_lies_in_the_span_and_holds_something(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    partner = partners(text, pairs(text))
    span = trim(text, (start, end), partner, LEADING)
    if span is None:
        assert not text[start:end].isalnum()
    else:
        assert start <= span[0] < span[1] <= end
        assert trim(text, span, partner, LEADING) == span


@given(TEXTS, st.data())
def test_letters_at_the_edges_stay(text: str, data: st.DataObject) -> None:
    word = "x" + text + "x"
    assert trim(word, (0, len(word)), partners(word, pairs(word)), LEADING) == (0, len(word))
