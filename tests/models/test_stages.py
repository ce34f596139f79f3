"""Stages add up, whether or not they end well, and cost nothing where nobody asks."""

from __future__ import annotations

import pytest

from ainoi.stages import timed


def test_the_seconds_of_a_stage_add_up() -> None:
    seconds = {"clean": 100.0}
    for stage in ("clean", "tag", "tag"):
        with timed(seconds, stage):  # type: ignore[arg-type]
            pass
    assert list(seconds) == ["clean", "tag"]
    assert 100 < seconds["clean"] < 200 and 0 < seconds["tag"] < 100


def test_a_stage_that_fails_counts() -> None:
    seconds: dict[str, float] = {}
    with pytest.raises(ZeroDivisionError), timed(seconds, "decode"):
        _ = 1 / 0
    assert list(seconds) == ["decode"]


def test_without_seconds_nothing_happens() -> None:
    with timed(None, "clean"):
        pass
