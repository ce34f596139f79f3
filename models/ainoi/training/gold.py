"""Gold files: JSON Lines with one annotated article a line, and the folds they are split into."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDS = 5


def read_gold(path: Path) -> list[dict[str, Any]]:
    """The articles of a gold file. Raises ValueError naming the line that is no JSON object with text and quotes."""
    return list(_articles(path))


def _articles(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                article = json.loads(line)
            except ValueError as error:
                raise ValueError(f"{path}, line {number}: {error}") from error
            if not isinstance(article, dict) or not {"id", "text", "quotes"} <= article.keys():
                raise ValueError(f"{path}, line {number}: an article needs id, text and quotes")
            yield article


def fold_of(article_id: str) -> int:
    """Which of the :data:`FOLDS` folds an article belongs to: always the same, whatever else the file holds."""
    return zlib.crc32(article_id.encode()) % FOLDS
