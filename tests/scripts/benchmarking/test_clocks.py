"""The stopwatch on a clock that a test turns, and what is put in place and taken back."""

from __future__ import annotations

import os

import pytest
import torch

from benchmarking.clocks import Lap, Stopwatch, in_turn, lap, replaced, threads


def test_a_stage_is_counted_without_the_stages_inside_it() -> None:
    time = [0.0]

    def work(seconds: float) -> float:
        time[0] += seconds
        return seconds

    watch = Stopwatch(now=lambda: time[0])
    inner = watch.timed(work, "inner")
    with watch.stage("outer"):
        work(1)
        assert inner(10) == 10
        with watch.stage("outer"):
            work(2)
        inner(seconds=20)
        work(4)
    work(100)
    assert watch.seconds == {"outer": 7, "inner": 30}


def test_a_stage_that_raises_ends() -> None:
    time = [0.0]
    watch = Stopwatch(now=lambda: time[0])
    with pytest.raises(ValueError), watch.stage("a"):
        time[0] = 1
        raise ValueError
    time[0] = 5
    with watch.stage("b"):
        time[0] = 7
    assert watch.seconds == {"a": 1, "b": 2}


class Owner:
    def greet(self) -> str:
        return "chào"


def test_what_was_replaced_comes_back() -> None:
    owner = Owner()
    with replaced(owner, "greet", lambda: "hello"):
        assert owner.greet() == "hello"
    assert owner.greet() == "chào" and not vars(owner)
    with replaced(Owner, "greet", lambda self: "hello"):
        assert owner.greet() == "hello"
    assert owner.greet() == "chào"
    with pytest.raises(AttributeError), replaced(owner, "wave", None):
        pass


def test_rounds_take_turns() -> None:
    order: list[str] = []

    def run(name: str) -> Lap:
        return lap(lambda: order.append(name), lambda: None)

    laps = in_turn({"a": lambda: run("a"), "b": lambda: run("b")}, 2)
    assert order == ["a", "b", "a", "b"]
    assert {name: len(taken) for name, taken in laps.items()} == {"a": 2, "b": 2}


def test_the_threads_are_as_before_afterwards() -> None:
    before = torch.get_num_threads(), os.environ.get("TOKENIZERS_PARALLELISM")
    with threads(1):
        assert (torch.get_num_threads(), os.environ["TOKENIZERS_PARALLELISM"]) == (1, "false")
    assert (torch.get_num_threads(), os.environ.get("TOKENIZERS_PARALLELISM")) == before
