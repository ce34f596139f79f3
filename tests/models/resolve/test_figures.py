"""Names spelled nearly the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ainoi.resolve.figures import nearly, within_edits

WORDS = st.text("abc", max_size=8)


def distance(one: str, other: str) -> int:
    """Levenshtein's distance, by its definition."""
    if not one or not other:
        return len(one) + len(other)
    return min(
        distance(one[1:], other) + 1,
        distance(one, other[1:]) + 1,
        distance(one[1:], other[1:]) + (one[0] != other[0]),
    )


@given(st.text("abc", max_size=5), st.text("abc", max_size=5), st.integers(0, 3))
def test_edits_are_counted_as_levenshtein_does(one: str, other: str, most: int) -> None:
    assert within_edits(one, other, most) == (distance(one, other) <= most)


@given(WORDS, WORDS, WORDS)
def test_what_two_words_begin_and_end_with_changes_nothing(start: str, one: str, end: str) -> None:
    assert within_edits(start + "x" + one + end, start + one + end, 1)
    assert not within_edits(start + "xyz" + one + end, start + one + end, 2)


def test_first_names_are_nearly_the_same_two_letters_apart() -> None:
    assert nearly("volodymyr", "volodimir")
    assert not nearly("volodymyr", "vladimir")
    assert not nearly("volodymyr", "bolodymyr")
