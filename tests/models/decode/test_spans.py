"""Spans from scores, and contents fitted to quotation marks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi.decode.spans import Found, Quotation, fit_quotations, quotations, read_track
from ainoi.marks import pairs
from ainoi.model_config import labels_of
from ainoi.tokens import tokenize
from sentence_markup import rows

TABLE = rows(Path(__file__).with_name("fit_table.tsv"))


def read(sentence: str) -> tuple[str, list[Found]]:
    """A text whose tokens stand between spaces, and the contents that ``[`` and ``]`` mark in it."""
    words: list[str] = []
    found: list[Found] = []
    start = 0
    for word in sentence.split(" "):
        if word == "[":
            start = len(words)
        elif word == "]":
            found.append(Found(start, len(words), "content", 0.5))
        else:
            words.append(word)
    return " ".join(words), found


def written(text: str, found: list[Found]) -> str:
    """The opposite of :func:`read`."""
    words = text.split(" ")
    for content in sorted(found, key=lambda f: f.start, reverse=True):
        words[content.start : content.end] = ["[", *words[content.start : content.end], "]"]
    return " ".join(words)


@pytest.mark.parametrize(("found", "fitted", "note"), TABLE)
def test_contents_fitted_as_the_table_says(found: str, fitted: str, note: str) -> None:
    text, contents = read(found)
    assert written(text, fit_quotations(contents, quotations(text, pairs(text), tokenize(text)))) == fitted, note


@pytest.mark.parametrize("start", [1, 2])
@pytest.mark.parametrize(("end", "behind"), [(9, [(4, 9)]), (6, [])])
def test_nothing_goes_on_behind_a_quotation_that_ends_its_line(
    start: int, end: int, behind: list[tuple[int, int]]
) -> None:
    text = "“ a b ” .\nc d e f"
    found = fit_quotations([Found(start, end, "content", 0.5)], quotations(text, pairs(text), tokenize(text)))
    assert [f.span for f in found] == [(1, 3), *behind]


def test_quotation_filled_by_pieces_has_their_mean_score() -> None:
    pieces = [Found(1, 3, "content", 0.4), Found(4, 6, "content", 0.8)]
    [whole] = fit_quotations(pieces, [Quotation(1, 6)])
    assert (whole.start, whole.end, whole.type, whole.score) == (1, 6, "content", pytest.approx(0.6))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“ a b ” c", [Quotation(1, 3)]),
        ("“ a ” b “ c ”", [Quotation(1, 2), Quotation(5, 6)]),
        ("“ a « b » c ”", [Quotation(1, 6)]),
        ("“ a ‘ b ’ c ”", [Quotation(1, 6)]),
        ("“ a ” .\nb", [Quotation(1, 2, last=True)]),
        ("“ a ” \n", [Quotation(1, 2, last=True)]),
        ("“ a ” , b\nc", [Quotation(1, 2)]),
        ("‘ a ’", []),
        ("“ ”", []),
        ("“ a", []),
        ("a ”", []),
    ],
)
def test_quotations_are_the_outermost_closed_double_marks(text: str, expected: list[Quotation]) -> None:
    assert quotations(text, pairs(text), tokenize(text)) == expected


def test_track_is_read_with_the_mean_probability_of_its_labels() -> None:
    probabilities = [[0.8, 0.1, 0.1], [0.2, 0.6, 0.2], [0.05, 0.05, 0.9], [0.9, 0.05, 0.05], [0.1, 0.8, 0.1]]
    found = read_track(np.log(probabilities), labels_of(["content"]))
    assert [(f.span, f.type) for f in found] == [((1, 3), "content"), ((4, 5), "content")]
    assert [f.score for f in found] == pytest.approx([(0.6 * 0.9) ** 0.5, 0.8])


def test_track_of_several_types_keeps_them_apart() -> None:
    scores = np.full((3, 5), np.log(0.05))
    scores[0, 1] = scores[1, 2] = scores[2, 3] = np.log(0.8)
    assert [(f.span, f.type) for f in read_track(scores, labels_of(["person", "role"]))] == [
        ((0, 2), "person"),
        ((2, 3), "role"),
    ]


def test_bonus_finds_what_is_less_likely_and_leaves_the_score() -> None:
    scores = np.log([[0.6, 0.3, 0.1], [0.9, 0.05, 0.05]])
    assert read_track(scores, labels_of(["source"])) == []
    [found] = read_track(scores, labels_of(["source"]), bonus=1.0)
    assert (found.span, found.score) == ((0, 1), pytest.approx(0.3))


def test_track_without_tokens_is_empty() -> None:
    assert read_track(np.zeros((0, 3)), labels_of(["content"])) == []


@given(
    words=st.lists(st.sampled_from(["a", "b", ",", "“", "”", '"', "«", "»"]), min_size=1, max_size=30),
    edges=st.lists(st.integers(0, 30), max_size=12, unique=True),
)
def test_fitted_contents_are_in_order_apart_and_not_empty(words: list[str], edges: list[int]) -> None:
    text = " ".join(words)
    edges = sorted(edge for edge in edges if edge <= len(words))
    contents = [Found(start, end, "content", 0.5) for start, end in zip(edges[::2], edges[1::2], strict=False)]
    position = 0
    for found in fit_quotations(contents, quotations(text, pairs(text), tokenize(text))):
        assert position <= found.start < found.end <= len(words)
        position = found.end
