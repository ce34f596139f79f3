"""Passages that a page prints twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi.clean.repeats import SHORTEST, Repeat, find_repeats, original

LONG = "Ông Tám khẳng định cây cầu mới sẽ hoàn thành trước cuối năm nay."
OTHER = "Bà Hoa cho rằng thành phố cần thêm nhiều thời gian để chuẩn bị."
SHORT = "Ông nói vậy."


def test_second_copy_points_to_the_first() -> None:
    text = f"{LONG}\n{OTHER}\n{LONG}"
    assert find_repeats(text) == [Repeat(text.rindex(LONG), len(text), 0)]


def test_third_copy_points_to_the_first_too() -> None:
    n = len(LONG)
    assert find_repeats(f"{LONG} {LONG} {LONG}") == [Repeat(n + 1, 2 * n + 1, 0), Repeat(2 * n + 2, 3 * n + 2, 0)]


@pytest.mark.parametrize(
    "text",
    ["", LONG, f"{LONG} {OTHER}", f"{SHORT} {SHORT}", f"{LONG} {LONG.replace('mới', 'cũ')}", f"{LONG} {LONG.upper()}"],
)
def test_different_and_short_sentences_are_no_repeats(text: str) -> None:
    assert find_repeats(text) == []


def test_sentence_with_its_closing_mark_is_one_passage() -> None:
    quoted = f"“{LONG}”"
    text = f"{quoted} {quoted}"
    assert find_repeats(text) == [Repeat(len(quoted) + 1, len(text), 0)]


def test_article_printed_twice_is_found_whole(seeds: Path) -> None:
    text = (seeds / "003_9820e428569846bd.txt").read_text(encoding="utf-8")
    repeats = find_repeats(text)
    second = text.rindex("Trong cuộc điện đàm, Tổng thống Putin khẳng định")
    first = text.index("Trong cuộc điện đàm, Tổng thống Putin khẳng định")
    covered = {i for repeat in repeats for i in range(repeat.start, repeat.end)}
    assert [i for i in range(second, len(text)) if i not in covered and not text[i].isspace()] == []
    assert {repeat.start - repeat.first for repeat in repeats} == {second - first}


def test_original_of_a_position() -> None:
    repeats = [Repeat(100, 150, 10), Repeat(200, 260, 100)]
    assert [original(repeats, i) for i in (99, 100, 149, 150, 205)] == [None, 10, 59, None, 105]


@given(st.lists(st.sampled_from([LONG, OTHER, SHORT, "\n", " ", "…", "!”"]), max_size=12).map("".join) | st.text())
def test_every_repeat_says_letter_for_letter_what_stood_before(text: str) -> None:
    position = 0
    for repeat in find_repeats(text):
        length = repeat.end - repeat.start
        assert position <= repeat.start and length >= SHORTEST
        assert repeat.first + length <= repeat.start
        assert text[repeat.start : repeat.end] == text[repeat.first : repeat.first + length]
        position = repeat.end
