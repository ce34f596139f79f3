"""The best sequence of labels, held against a search through all of them."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ainoi.decode.viterbi import best_path, log_softmax, spans_of, transitions

ONE, TWO = ["a"], ["a", "b"]


def chain(path: tuple[int, ...], allowed: np.ndarray) -> bool:
    """Whether every step of ``path`` is allowed; before it stands an ``O``."""
    return all(np.isfinite(allowed[before, label]) for before, label in pairwise((0, *path)))


def best_of_all(scores: np.ndarray, allowed: np.ndarray) -> float:
    tokens, labels = scores.shape
    paths = (path for path in product(range(labels), repeat=tokens) if chain(path, allowed))
    return max(sum(scores[t, label] for t, label in enumerate(path)) for path in paths)


def random_scores(seed: int, tokens: int, labels: int, spread: float) -> np.ndarray:
    return log_softmax(np.random.default_rng(seed).normal(scale=spread, size=(tokens, labels)))


@pytest.mark.parametrize(
    ("types", "allowed"),
    [
        (ONE, {(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2)}),
        (
            TWO,
            {(before, label) for before in range(5) for label in (0, 1, 3)} | {(1, 2), (2, 2), (3, 4), (4, 4)},
        ),
    ],
)
def test_inside_label_follows_only_its_own_type(types: list[str], allowed: set[tuple[int, int]]) -> None:
    assert {(i, j) for i, j in np.argwhere(np.isfinite(transitions(types))).tolist()} == allowed


def test_probabilities_sum_to_one_even_for_large_scores() -> None:
    result = log_softmax(np.asarray([[1e4, 0.0, -1e4], [0.0, 0.0, 0.0]], dtype=np.float32))
    assert np.allclose(np.exp(result).sum(axis=1), 1)
    assert np.allclose(result[1], -np.log(3))


def test_inside_without_begin_becomes_what_is_likelier() -> None:
    scores = np.log([[0.9, 0.05, 0.05], [0.1, 0.3, 0.6], [0.05, 0.05, 0.9]])
    assert best_path(scores, transitions(ONE)).tolist() == [0, 1, 2]


def test_stretch_is_searched_past_an_outside_that_is_not_sure() -> None:
    scores = np.log([[0.26, 0.24, 0.5], [0.6, 0.01, 0.39], [0.01, 0.01, 0.98]])
    assert best_path(scores, transitions(ONE)).tolist() == [1, 2, 2]


def test_change_of_type_is_searched_back_past_a_begin() -> None:
    o_or_a = [0.50, 0.48, 0.01, 0.005, 0.005]
    b_or_inside_a = [0.005, 0.005, 0.48, 0.5, 0.01]
    inside_a = [0.005, 0.01, 0.98, 0.003, 0.002]
    assert best_path(np.log([o_or_a, b_or_inside_a, inside_a]), transitions(TWO)).tolist() == [1, 2, 2]


@pytest.mark.parametrize("types", [ONE, TWO])
def test_no_tokens_give_no_labels(types: list[str]) -> None:
    assert best_path(np.zeros((0, 2 * len(types) + 1)), transitions(types)).tolist() == []


@settings(max_examples=300)
@given(seed=st.integers(0, 10**6), tokens=st.integers(1, 7), spread=st.sampled_from([0.3, 1.0, 3.0]))
def test_best_path_of_one_type_is_the_best_of_all(seed: int, tokens: int, spread: float) -> None:
    scores, allowed = random_scores(seed, tokens, 3, spread), transitions(ONE)
    path = best_path(scores, allowed)
    assert chain(tuple(path.tolist()), allowed)
    assert scores[np.arange(tokens), path].sum() == pytest.approx(best_of_all(scores, allowed))


@given(seed=st.integers(0, 10**6), tokens=st.integers(1, 4), spread=st.sampled_from([0.3, 1.0, 3.0]))
def test_best_path_of_two_types_is_the_best_of_all(seed: int, tokens: int, spread: float) -> None:
    scores, allowed = random_scores(seed, tokens, 5, spread), transitions(TWO)
    path = best_path(scores, allowed)
    assert chain(tuple(path.tolist()), allowed)
    assert scores[np.arange(tokens), path].sum() == pytest.approx(best_of_all(scores, allowed))


@given(seed=st.integers(0, 10**6), tokens=st.integers(0, 200), types=st.sampled_from([ONE, TWO, ["a", "b", "c", "d"]]))
def test_long_path_takes_only_allowed_steps(seed: int, tokens: int, types: list[str]) -> None:
    path = best_path(random_scores(seed, tokens, 2 * len(types) + 1, 2.0), transitions(types))
    assert chain(tuple(path.tolist()), transitions(types))


@pytest.mark.parametrize(
    ("path", "spans"),
    [
        ([], []),
        ([0, 0], []),
        ([1], [(0, 1, "a")]),
        ([0, 1, 2, 2, 0], [(1, 4, "a")]),
        ([1, 1, 2], [(0, 1, "a"), (1, 3, "a")]),
        ([1, 2, 3, 4], [(0, 2, "a"), (2, 4, "b")]),
        ([3, 0, 1, 2], [(0, 1, "b"), (2, 4, "a")]),
    ],
)
def test_spans_of_a_sequence(path: list[int], spans: list[tuple[int, int, str]]) -> None:
    assert spans_of(np.asarray(path, dtype=np.int64), TWO) == spans


@given(seed=st.integers(0, 10**6), tokens=st.integers(0, 30))
def test_spans_say_all_that_the_sequence_says(seed: int, tokens: int) -> None:
    path = best_path(random_scores(seed, tokens, 5, 2.0), transitions(TWO))
    rebuilt = np.zeros(tokens, dtype=np.int64)
    for start, end, kind in spans_of(path, TWO):
        rebuilt[start:end] = 2 * TWO.index(kind) + 2
        rebuilt[start] = 2 * TWO.index(kind) + 1
    assert rebuilt.tolist() == path.tolist()
