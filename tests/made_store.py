"""A store that ``benchmarking.stores`` made for tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarking.stores.filling import Filled


@dataclass(frozen=True)
class MadeStore:
    """Where it is, its quotes, and what making it told."""

    folder: Path
    quotes: int
    filled: Filled
