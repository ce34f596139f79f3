"""Which cue and source a content may have, and which it gets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi.decode.links import Owners, allowed, before_source, choose, fitting_cues
from ainoi.decode.spans import Found
from ainoi.decode.viterbi import log_softmax
from ainoi.tokens import tokenize

SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)).map(lambda p: (p[0], p[0] + p[1])), max_size=6)


@pytest.mark.parametrize(
    ("contents", "around", "candidates", "expected"),
    [
        pytest.param([(5, 9)], [None], [(0, 2), (9, 11)], [[True, True]], id="beside its content"),
        pytest.param([(5, 9)], [None], [(6, 7), (5, 9)], [[False, False]], id="in its own content"),
        pytest.param([(5, 9)], [None], [(4, 6)], [[True]], id="over the edge of its content"),
        pytest.param([(0, 4), (6, 9)], [None, None], [(1, 2), (4, 5)], [[False, True], [False, True]], id="in another"),
        pytest.param([(0, 9), (4, 9)], [None, (0, 9)], [(1, 3)], [[False], [True]], id="in the host of a nested one"),
        pytest.param([(0, 9), (4, 9)], [None, (0, 9)], [(10, 11)], [[True], [False]], id="outside the host"),
        pytest.param([(4, 9)], [(0, 9)], [(5, 6)], [[False]], id="in a nested content"),
        pytest.param([(0, 2)], [None], [], [[]], id="no candidates"),
        pytest.param([], [], [(0, 1)], [], id="no contents"),
    ],
)
def test_allowed(
    contents: list[tuple[int, int]],
    around: list[tuple[int, int] | None],
    candidates: list[tuple[int, int]],
    expected: list[list[bool]],
) -> None:
    mask = allowed(contents, around, candidates)
    assert mask.shape == (len(contents), len(candidates))
    assert mask.tolist() == expected


def found(*spans: tuple[int, int], score: float = 1.0) -> list[Found]:
    return [Found(start, end, "cue", score) for start, end in spans]


def test_best_allowed_candidate_is_chosen_with_the_probability_of_none() -> None:
    scores = np.log([[0.6, 0.3, 0.1], [0.6, 0.1, 0.3], [0.2, 0.2, 0.6]])
    mask = np.asarray([[True, True], [False, True], [True, True]])
    chosen, none = choose(scores, mask, found((0, 1), (4, 6)))
    assert chosen == [(0, 1), None, None]
    assert none == pytest.approx([0.1, 0.75, 0.6])


def test_link_counts_with_the_score_of_its_candidate() -> None:
    candidates = [*found((0, 1), score=0.1), *found((4, 6), score=0.5)]
    chosen, none = choose(np.log([[0.6, 0.3, 0.1]]), np.asarray([[True, True]]), candidates)
    assert chosen == [(4, 6)]
    assert none == pytest.approx([0.1 / (0.06 + 0.15 + 0.1)])


def test_nothing_allowed_leaves_none_for_certain() -> None:
    chosen, none = choose(np.log([[0.9, 0.1]]), np.asarray([[False]]), found((0, 1)))
    assert (chosen, none.tolist()) == ([None], [1.0])


def test_no_contents_choose_nothing() -> None:
    chosen, none = choose(np.zeros((0, 3)), np.zeros((0, 2), dtype=bool), found((0, 1), (2, 3)))
    assert (chosen, none.tolist()) == ([], [])


@given(contents=SPANS, candidates=SPANS, seed=st.integers(0, 10**6))
def test_choice_is_always_allowed(
    contents: list[tuple[int, int]], candidates: list[tuple[int, int]], seed: int
) -> None:
    mask = allowed(contents, [None] * len(contents), candidates)
    scores = log_softmax(np.random.default_rng(seed).normal(scale=3, size=(len(contents), len(candidates) + 1)))
    chosen, none = choose(scores, mask, found(*candidates, score=0.9))
    for content, candidate, probability in zip(contents, chosen, none.tolist(), strict=True):
        assert 0 <= probability <= 1
        if candidate is not None:
            assert not any(c[0] <= candidate[0] and candidate[1] <= c[1] for c in contents), content


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bình luận của ông Jan", "ông"),
        ("bình luận gần đây của ông Jan", "ông"),
        ("bình luận hôm 13/7 của ông Jan", "ông"),
        ("bình luận hôm 13/7/2022 của ông Jan", "ông"),
        ("bình luận trước phiên họp của Hội đồng", None),
        ("bình luận, của ông Jan", None),
        ("bình luận của", None),
        ("bình luận", None),
    ],
)
def test_owner_of_what_was_said_stands_behind_its_word_with_no_more_than_a_time_between(
    text: str, expected: str | None
) -> None:
    owners = Owners(frozenset({"của"}), frozenset({"gần", "đây", "hôm", "/"}))
    tokens = tokenize(text)
    found = owners.behind([(0, 2)], text, tokens)
    assert [text[slice(*tokens[at])] for at in found.values()] == ([] if expected is None else [expected])


def test_cue_beside_a_mention_is_its_verb_and_has_no_owner() -> None:
    owners = Owners(frozenset({"của"}), frozenset({"yêu", "cầu"}))
    text = "Nga bác bỏ yêu cầu của ông Jan"
    tokens = tokenize(text)
    assert owners.behind([(1, 3)], text, tokens) == {(1, 3): 6}
    assert owners.behind([(1, 3)], text, tokens, {1}) == {}
    assert owners.behind([(1, 3)], text, tokens, {5}) == {(1, 3): 6}


def test_cue_with_an_owner_behind_it_has_no_other_source() -> None:
    candidates = [(0, 2), (6, 8), (9, 11)]
    assert fitting_cues([(4, 5)], [], {(4, 5): 6}, candidates).tolist() == [[False, True, False]]
    assert fitting_cues([(4, 5)], [], {(4, 5): 5}, candidates).tolist() == [[False, True, False]]
    assert fitting_cues([(4, 5)], [], {(4, 5): 8}, [(0, 2)]).tolist() == [[True]]
    assert fitting_cues([None, (3, 4)], [], {(4, 5): 6}, candidates).all()


@pytest.mark.parametrize(
    ("text", "source", "cue"),
    [("Theo Jan, giá tăng", 1, "Theo"), ("giá tăng, theo Jan", 4, "theo"), ("với Jan", 1, None), ("Theo", 0, None)],
)
def test_word_that_names_a_source_is_its_cue(text: str, source: int, cue: str | None) -> None:
    tokens = tokenize(text)
    found = before_source((8, 9), (source, source + 1), text, tokens, {"theo"})
    assert (None if found is None else text[tokens[found[0]][0] : tokens[found[1] - 1][1]]) == cue
    assert before_source((8, 9), None, text, tokens, {"theo"}) is None
    assert before_source((0, 8), (source, source + 1), text, tokens, {"theo"}) is None
