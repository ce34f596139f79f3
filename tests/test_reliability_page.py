"""Every test that ``docs/reliability.md`` names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROWS = [
    line
    for line in (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| promise")
]


def functions(file: Path) -> set[str]:
    """Names of all functions in a file of tests, those in classes too."""
    return {
        node.name for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)
    }


@pytest.mark.parametrize("row", ROWS, ids=[row[2:60] for row in ROWS])
def test_the_test_of_each_promise_is_there(row: str) -> None:
    _, promise, test, count, _ = (cell.strip() for cell in row.split("|"))
    assert promise and count
    found = re.fullmatch(r"`(tests/[^`:]+\.py)(?:::(test_\w+))?`", test)
    assert found is not None, test
    file = ROOT / found[1]
    assert file.is_file(), f"there is no {found[1]}"
    names = functions(file)
    assert found[2] in names if found[2] else any(name.startswith("test_") for name in names), test


def test_there_are_promises() -> None:
    assert len(ROWS) > 60
