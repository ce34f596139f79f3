"""JSON documents too long to hold: written piece by piece."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator


def compact(value: object) -> str:
    """``value`` on one line, Vietnamese left readable. Raises ``ValueError`` for NaN and infinities."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def for_web_page(value: object) -> str:
    """As :func:`compact`, and safe inside a page's ``<script>``: no ``<`` can end it."""
    return compact(value).replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def enclosed(before: str, items: Iterable[str], after: str) -> Iterator[str]:
    """``before``, the items with commas between them, one a line, and ``after``."""
    yield before
    separator = "\n"
    for item in items:
        yield separator + item
        separator = ",\n"
    yield "\n" + after
