"""Memory of this process."""

from __future__ import annotations

import sys

import pytest

from benchmarking.stores.starting import measure, memory


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells it")
def test_what_is_held_never_exceeds_what_was_held_at_most() -> None:
    assert 10_000_000 < memory("VmRSS") <= memory("VmHWM")


def test_both_are_read_once_and_told() -> None:
    done: list[str] = []
    start = measure(lambda: done.append("index"), lambda: done.append("vectors"))
    assert done == ["index", "vectors"]
    assert [row.what for row in start.rows()] == [
        "index read",
        "index in memory",
        "vectors read",
        "vectors in memory",
        "process",
    ]
    assert start.held <= start.peak
