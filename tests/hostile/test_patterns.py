"""T14: no regular expression of the package is slow on any text: by its form, and on strings made to make it so."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from hostile import patterns

Record = Callable[[str, object], None]
PATTERNS = patterns.compiled()

BOUNDED = {
    "ainoi_service.similar.names._START": "is only ever given the start of one quote",
    "ainoi_service.exchange.placing._BLANKS": "takes one run of blanks at a time",
}
STEPS = (16, 24, 32, 60, 200, 2000)
TOO_LONG = 0.5
"""Seconds of computing for 2,000 characters: a linear pattern needs a thousandth of it, a cubic one minutes."""


def test_no_pattern_can_be_read_in_many_ways(record_property: Record) -> None:
    read = {name: patterns.parsed(pattern) for name, pattern in PATTERNS.items()}
    assert {name for name, tree in read.items() if tree is None} <= {"ainoi.clean.unicode._ODD"}  # one character
    found = {name: patterns.ambiguous(tree) for name, tree in read.items() if tree is not None}
    record_property("count", len(found))
    assert len(found) >= 60
    assert {name: why for name, why in found.items() if why} == {}


@pytest.mark.parametrize(
    "bad", ["(a+)*b", "(a*b?)*c", r"(?:\w+\s?)+x", "(?:a|a.)*b", r"“([^”]|\s)+”", r"(?:[a-z]+-?){1,20}!"]
)
def test_the_rule_finds_patterns_that_are_slow(bad: str) -> None:
    assert patterns.ambiguous(patterns.parsed(re.compile(bad)))


@pytest.mark.parametrize(
    "good", ["a+b", r"\w+(?:-\w+)*", r"(?:[a-z]++-?)+!", "(?:ab|ba)*c", r"(?>(?:a+)+)b", r"\d{1,3}(?:\.\d{3})+"]
)
def test_the_rule_lets_sound_patterns_pass(good: str) -> None:
    assert patterns.ambiguous(patterns.parsed(re.compile(good))) == []


def _slowest(pattern: Any) -> tuple[float, str]:
    """The longest that a search for ``pattern`` takes over its own attacks, up to the first too long."""
    worst = (0.0, "")
    tree = patterns.parsed(pattern)
    for size in STEPS:
        for text in dict.fromkeys(patterns.attacks(tree, size)) if tree is not None else ("a" * size, " " * size):
            began = time.thread_time()
            pattern.search(text)
            worst = max(worst, (time.thread_time() - began, text[:80]))
            if worst[0] > TOO_LONG:
                return worst
    return worst


@pytest.mark.long
def test_no_pattern_is_slow_on_strings_made_from_it(record_property: Record) -> None:
    slow = {}
    for name, pattern in PATTERNS.items():
        seconds, text = _slowest(pattern)
        if seconds > TOO_LONG and name not in BOUNDED:
            slow[name] = (seconds, text)
    record_property("count", len(PATTERNS))
    assert slow == {}


def test_the_strings_show_a_pattern_that_is_slow() -> None:
    assert _slowest(re.compile("(a+)+b"))[0] > TOO_LONG
