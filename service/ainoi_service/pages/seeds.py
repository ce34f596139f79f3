"""The five articles the project began with, for a first look around."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from ainoi_service.requests import AnnotateRequest

IN_A_CHECKOUT = Path(__file__).parents[3] / "seeds" / "gold.jsonl"
IN_A_PACKAGE = Path(__file__).parents[1] / "seeds.jsonl"
"""Where the wheel has them."""


def seeds() -> Iterator[AnnotateRequest]:
    """The articles as anybody would send them, without the gold quotes."""
    path = IN_A_PACKAGE if IN_A_PACKAGE.exists() else IN_A_CHECKOUT
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            about = {name: record[name] for name in ("id", "title", "date", "url", "outlet") if record.get(name)}
            yield AnnotateRequest(text=record["text"], **about)
