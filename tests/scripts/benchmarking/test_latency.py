"""Percentiles, and the order of calls."""

from __future__ import annotations

import pytest

from benchmarking.latency import percentile, timed_calls


@pytest.mark.parametrize(
    ("samples", "share", "value"),
    [
        ([3, 1, 2], 0.5, 2),
        ([3, 1, 2, 4], 0.5, 2),
        (range(1, 201), 0.99, 198),
        ([5], 0.99, 5),
        ([5, 6], 0.0, 5),
        ([5, 6], 1.0, 6),
    ],
)
def test_a_percentile_is_one_of_the_samples(samples: list[float], share: float, value: float) -> None:
    assert percentile(list(samples), share) == value


def test_no_percentile_without_samples() -> None:
    with pytest.raises(ValueError, match="needs samples"):
        percentile([], 0.5)


def test_every_input_is_called_once_before_it_is_timed() -> None:
    called: list[str] = []
    seconds = timed_calls(called.append, ["a", "b"], 3)
    assert called == ["a", "b", "a", "b", "a"]
    assert len(seconds) == 3 and all(value >= 0 for value in seconds)
