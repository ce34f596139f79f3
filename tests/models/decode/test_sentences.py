"""Ends of sentences, as the decoder counts them."""

from __future__ import annotations

import pytest

from ainoi.decode.sentences import in_line, lines_and_sentences
from ainoi.tokens import tokenize


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Ông nói. Bà hỏi", [0, 0, 0, 1, 1]),
        ("Ông nói\nBà hỏi", [0, 0, 1, 1]),
        ("TP.HCM họp", [0, 0, 0, 0]),
        ("Sao? Vì", [0, 0, 1]),
        ("", []),
    ],
)
def test_sentences_end_at_new_lines_and_at_marks_with_a_blank_behind(text: str, counts: list[int]) -> None:
    assert lines_and_sentences(text, tokenize(text))[1].tolist() == counts


def test_a_cue_in_another_line_than_the_content_is_not_its_own() -> None:
    text = "Ông nói\nBà hỏi gì\nthế"
    line, _ = lines_and_sentences(text, tokenize(text))
    assert line.tolist() == [0, 0, 1, 1, 1, 2]
    assert in_line(line, [(2, 3), (4, 6)], [(1, 2), (3, 4), (5, 6)]).tolist() == [
        [False, True, False],
        [False, True, True],
    ]
    assert in_line(line, [(0, 1)], []).shape == (1, 0)
