"""The best sequence of labels, held against a search through all of them."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ainoi.decode.viterbi import Scheme, _search, best_path, log_softmax, spans_of
from ainoi.model_config import labels_of

ONE, TWO, FOUR = (Scheme.of(labels_of(types)) for types in ("a", "ab", "abcd"))
ENDED, TWO_ENDED = (Scheme.of(labels_of(types, ends=True)) for types in ("a", "ab"))
SCHEMES = [ONE, TWO, FOUR, ENDED, TWO_ENDED]


def size(scheme: Scheme) -> int:
    return len(scheme.allowed)


def chain(path: tuple[int, ...], scheme: Scheme) -> bool:
    """Whether every step of ``path`` is allowed; before and behind it stands an ``O``."""
    return all(np.isfinite(scheme.allowed[before, label]) for before, label in pairwise((0, *path, 0)))


def best_of_all(scores: np.ndarray, scheme: Scheme) -> float:
    tokens, labels = scores.shape
    paths = (path for path in product(range(labels), repeat=tokens) if chain(path, scheme))
    return max(sum(scores[t, label] for t, label in enumerate(path)) for path in paths)


def random_scores(seed: int, tokens: int, labels: int, spread: float) -> np.ndarray:
    return log_softmax(np.random.default_rng(seed).normal(scale=spread, size=(tokens, labels)))


@pytest.mark.parametrize(
    ("scheme", "allowed"),
    [
        (ONE, {(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2)}),
        (
            TWO,
            {(before, label) for before in range(5) for label in (0, 1, 3)} | {(1, 2), (2, 2), (3, 4), (4, 4)},
        ),
        (
            ENDED,  # O B I E S
            {(before, label) for before in (0, 3, 4) for label in (0, 1, 4)} | {(1, 2), (1, 3), (2, 2), (2, 3)},
        ),
    ],
)
def test_inside_label_follows_only_its_own_type(scheme: Scheme, allowed: set[tuple[int, int]]) -> None:
    assert {(i, j) for i, j in np.argwhere(np.isfinite(scheme.allowed)).tolist()} == allowed


def test_probabilities_sum_to_one_even_for_large_scores() -> None:
    result = log_softmax(np.asarray([[1e4, 0.0, -1e4], [0.0, 0.0, 0.0]], dtype=np.float32))
    assert np.allclose(np.exp(result).sum(axis=1), 1)
    assert np.allclose(result[1], -np.log(3))


def test_inside_without_begin_becomes_what_is_likelier() -> None:
    scores = np.log([[0.9, 0.05, 0.05], [0.1, 0.3, 0.6], [0.05, 0.05, 0.9]])
    assert best_path(scores, ONE).tolist() == [0, 1, 2]


def test_stretch_is_searched_past_an_outside_that_is_not_sure() -> None:
    scores = np.log([[0.26, 0.24, 0.5], [0.6, 0.01, 0.39], [0.01, 0.01, 0.98]])
    assert best_path(scores, ONE).tolist() == [1, 2, 2]


def test_change_of_type_is_searched_back_past_a_begin() -> None:
    o_or_a = [0.50, 0.48, 0.01, 0.005, 0.005]
    b_or_inside_a = [0.005, 0.005, 0.48, 0.5, 0.01]
    inside_a = [0.005, 0.01, 0.98, 0.003, 0.002]
    assert best_path(np.log([o_or_a, b_or_inside_a, inside_a]), TWO).tolist() == [1, 2, 2]


def test_span_without_an_end_gets_one_where_that_is_likeliest() -> None:
    # O B I E S: the third token is the likeliest end, though nothing there says "end" loudest.
    scores = np.log(
        [
            [0.1, 0.8, 0.04, 0.03, 0.03],
            [0.1, 0.02, 0.83, 0.03, 0.02],
            [0.2, 0.02, 0.4, 0.36, 0.02],
            [0.6, 0.02, 0.32, 0.04, 0.02],
        ]
    )
    assert best_path(scores, ENDED).tolist() == [1, 2, 3, 0]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_tokens_give_no_labels(scheme: Scheme) -> None:
    assert best_path(np.zeros((0, size(scheme))), scheme).tolist() == []


@settings(max_examples=300)
@given(
    seed=st.integers(0, 10**6),
    tokens=st.integers(1, 5),
    spread=st.sampled_from([0.3, 1.0, 3.0]),
    scheme=st.sampled_from([ONE, TWO, ENDED]),
)
def test_best_path_is_the_best_of_all(seed: int, tokens: int, spread: float, scheme: Scheme) -> None:
    scores = random_scores(seed, tokens, size(scheme), spread)
    path = best_path(scores, scheme)
    assert chain(tuple(path.tolist()), scheme)
    assert scores[np.arange(tokens), path].sum() == pytest.approx(best_of_all(scores, scheme))


@settings(max_examples=300)
@given(seed=st.integers(0, 10**6), tokens=st.integers(1, 60), scheme=st.sampled_from([ONE, TWO, ENDED, TWO_ENDED]))
def test_search_from_one_sure_outside_to_the_next_misses_nothing(seed: int, tokens: int, scheme: Scheme) -> None:
    scores = random_scores(seed, tokens, size(scheme), 2.0)
    scores[:, 0] += 2.0
    whole = _search(scores, scheme.allowed)
    path = best_path(scores, scheme)
    of = np.arange(tokens)
    assert scores[of, path].sum() == pytest.approx(scores[of, whole].sum())


@given(seed=st.integers(0, 10**6), tokens=st.integers(0, 200), scheme=st.sampled_from(SCHEMES))
def test_long_path_takes_only_allowed_steps(seed: int, tokens: int, scheme: Scheme) -> None:
    path = best_path(random_scores(seed, tokens, size(scheme), 2.0), scheme)
    assert chain(tuple(path.tolist()), scheme)


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


@given(seed=st.integers(0, 10**6), tokens=st.integers(0, 30), scheme=st.sampled_from([TWO, TWO_ENDED]))
def test_spans_say_all_that_the_sequence_says(seed: int, tokens: int, scheme: Scheme) -> None:
    path = best_path(random_scores(seed, tokens, size(scheme), 2.0), scheme)
    rebuilt = np.zeros(tokens, dtype=np.int64)
    for start, end, kind in spans_of(path, scheme):
        rebuilt[start:end] = scheme.labels_for(end - start, kind)
    assert rebuilt.tolist() == path.tolist()
