"""Commands that run in processes of their own."""

from __future__ import annotations

import sys

import pytest

from benchmarking.processes import run_command

TAKES_MEMORY = "b = b'x' * 64_000_000; print('first', flush=True); print('second')"


def test_a_command_is_measured_by_itself() -> None:
    lean, fat = (run_command([sys.executable, "-S", "-c", code]) for code in ("print(1)", TAKES_MEMORY))
    for run in (lean, fat):
        assert 0 < run.first_line <= run.end
        assert run.cpu >= 0
    # What this process took already is not counted for the child.
    assert 1_000_000 < lean.peak < 60_000_000 < fat.peak


@pytest.mark.parametrize("code", ["raise SystemExit(3)", "print(1); raise SystemExit(3)", "pass"])
def test_a_command_that_fails_or_is_silent_is_an_error(code: str) -> None:
    with pytest.raises(RuntimeError, match="ended with status"):
        run_command([sys.executable, "-S", "-c", code])
