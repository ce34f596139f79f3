"""Tokens: the table of Vietnamese writing, and the laws that hold for any text."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi.tokens import LONGEST_TOKEN, tokenize
from sentence_markup import rows

TABLE = rows(Path(__file__).with_name("tokens_table.tsv"))
ODD_TEXTS = st.text() | st.text(alphabet="aầ 1_“”'-\u0300\u0323\u200b\n\u00a0.")


def words(text: str) -> list[str]:
    return [text[start:end] for start, end in tokenize(text)]


@pytest.mark.parametrize(("text", "tokens", "note"), TABLE)
def test_tokens_as_the_table_says(text: str, tokens: str, note: str) -> None:
    assert words(text) == tokens.split(" "), note


@pytest.mark.parametrize(("text", "tokens", "note"), TABLE)
def test_decomposed_syllables_are_the_same_tokens(text: str, tokens: str, note: str) -> None:
    assert words(unicodedata.normalize("NFD", text)) == unicodedata.normalize("NFD", tokens).split(" "), note


@pytest.mark.parametrize("text", ["", " ", "\n\t\u00a0\u3000"])
def test_nothing_visible_gives_no_token(text: str) -> None:
    assert tokenize(text) == []


@pytest.mark.parametrize("letter", ["a", "ệ", "9", "_"])
def test_long_run_is_cut(letter: str) -> None:
    n = LONGEST_TOKEN
    assert tokenize(letter * (2 * n + 3)) == [(0, n), (n, 2 * n), (2 * n, 2 * n + 3)]


def test_run_of_marks_is_one_token_a_mark() -> None:
    assert tokenize("“" * 5000) == [(i, i + 1) for i in range(5000)]


@given(ODD_TEXTS)
def test_every_visible_character_is_in_exactly_one_token(text: str) -> None:
    covered = [i for start, end in tokenize(text) for i in range(start, end)]
    assert covered == [i for i, character in enumerate(text) if not character.isspace()]


@given(ODD_TEXTS)
def test_tokens_are_in_order_not_empty_and_not_too_long(text: str) -> None:
    position = 0
    for start, end in tokenize(text):
        assert position <= start < end <= start + LONGEST_TOKEN
        position = end
