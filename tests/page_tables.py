"""Tables of the documentation's pages, for tests that compare them with the code."""

from __future__ import annotations

from pathlib import Path


def rows(page: Path, heading: str) -> list[list[str]]:
    """Cells of the first table under a heading."""
    lines = page.read_text(encoding="utf-8").split(f"\n## {heading}\n", 1)[1].splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("|---"))
    table = []
    for line in lines[start + 1 :]:
        if not line.startswith("|"):
            break
        table.append([cell.strip() for cell in line.strip("|").split("|")])
    return table
