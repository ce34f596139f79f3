"""Percentiles of answers."""

from __future__ import annotations

import pytest

from benchmarking.stores.asking import Spread, answers
from benchmarking.stores.questions import Question
from benchmarking.table import as_json


def test_every_question_is_asked_in_every_round_and_counted_for_its_kind() -> None:
    questions = [Question("a", {"q": "1"}), Question("b", {"q": "2"}), Question("a", {"q": "3"})]
    asked: list[str] = []
    told = answers("here", lambda question: asked.append(question.values["q"]), questions, rounds=2, bar=0.05)
    assert asked == ["1", "2", "3"] * 3
    assert {kind: spread.calls for kind, spread in told.by_kind.items()} == {"a": 4, "b": 2}
    assert told.together.calls == 6
    assert [row.what for row in told.rows()] == ["", "a", "b", "all", "wanted"]
    assert as_json(told)["by_kind"]["b"]["calls"] == 2


def test_a_spread_is_told_in_milliseconds() -> None:
    walls = [number / 1000 for number in range(1, 101)]
    spread = Spread.of(walls, [0.001] * 100)
    assert spread == Spread(100, 0.05, 0.095, 0.099, 0.1, 0.001, 0.001)
    assert spread.row("all").figure.split() == ["50.0", "95.0", "99.0", "100.0", "ms"]


def test_nothing_can_be_said_of_no_questions() -> None:
    with pytest.raises(ValueError, match="needs samples"):
        answers("here", print, [])
