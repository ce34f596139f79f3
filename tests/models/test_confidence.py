"""Evidence to probability."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi.confidence import calibration_error, fit, probability

WEIGHTS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("weights", "evidence", "expected"),
    [
        ([0.0], [], 0.5),
        ([0.0, 1.0], [0.0], 0.5),
        ([0.0, 1.0], [math.log(3)], 0.75),
        ([math.log(3), 1.0, -1.0], [2.0, 2.0], 0.75),
        ([0.0, 2.0], [-math.log(3)], 0.1),
    ],
)
def test_probability_is_logistic(weights: list[float], evidence: list[float], expected: float) -> None:
    assert probability(weights, evidence) == pytest.approx(expected)


@given(WEIGHTS, st.data())
def test_probability_is_one_whatever_the_evidence(weights: list[float], data: st.DataObject) -> None:
    size = len(weights) - 1
    evidence = data.draw(st.lists(st.floats(-1e6, 1e6), min_size=size, max_size=size))
    assert 0 < probability(weights, evidence) < 1


@given(st.floats(-20, 20), st.floats(-20, 20))
def test_more_evidence_is_more_probable(a: float, b: float) -> None:
    low, high = sorted([a, b])
    assert probability([0.5, 2.0], [low]) <= probability([0.5, 2.0], [high])


@pytest.mark.parametrize("evidence", [[], [1.0, 2.0]])
def test_weights_that_do_not_fit_are_refused(evidence: list[float]) -> None:
    with pytest.raises(ValueError, match=f"2 weights do not fit {len(evidence)} values"):
        probability([0.0, 1.0], evidence)


def test_fit_finds_the_weights_that_made_the_cases() -> None:
    chance = np.random.default_rng(0)
    evidence = chance.normal(size=(20_000, 2))
    truth = 1 / (1 + np.exp(-(0.5 + evidence @ [2.0, -1.0])))
    right = (chance.random(20_000) < truth).astype(float)
    assert fit(evidence, right) == pytest.approx([0.5, 2.0, -1.0], abs=0.1)


def test_fit_of_evidence_that_says_nothing_is_the_share_of_right_cases() -> None:
    weights = fit(np.zeros((8, 3)), np.asarray([1.0] * 6 + [0.0] * 2))
    assert probability(weights, [0.0, 0.0, 0.0]) == pytest.approx(0.75)
    assert weights[1:] == pytest.approx([0.0, 0.0, 0.0])


def test_fit_of_cases_that_one_value_separates_stays_finite() -> None:
    weights = fit(np.asarray([[-1.0], [-2.0], [1.0], [2.0]]), np.asarray([0.0, 0.0, 1.0, 1.0]))
    assert all(math.isfinite(weight) for weight in weights)
    assert probability(weights, [-1.0]) < 0.1 < 0.9 < probability(weights, [1.0])


def test_fit_of_cases_that_are_all_right_stays_finite() -> None:
    weights = fit(np.asarray([[-1.0], [1.0], [2.0]]), np.ones(3))
    assert all(math.isfinite(weight) for weight in weights)
    assert probability(weights, [0.0]) > 0.9


@pytest.mark.parametrize(
    ("confidence", "right", "expected"),
    [
        ([1.0, 1.0, 0.0], [1.0, 1.0, 0.0], 0.0),
        ([1.0, 1.0], [0.0, 0.0], 1.0),
        ([0.75, 0.75, 0.75, 0.75], [1.0, 1.0, 1.0, 0.0], 0.0),
        ([0.95, 0.95, 0.15, 0.15], [1.0, 0.0, 0.0, 0.0], (0.45 + 0.15) / 2),
    ],
)
def test_calibration_error(confidence: list[float], right: list[float], expected: float) -> None:
    assert calibration_error(np.asarray(confidence), np.asarray(right)) == pytest.approx(expected)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30))
def test_calibration_error_is_a_share(cases: list[tuple[float, bool]]) -> None:
    confidence, right = (np.asarray(column, dtype=float) for column in zip(*cases, strict=True))
    assert 0 <= calibration_error(confidence, right) <= 1
