"""Linear tokenizer: runs of letters and digits, and every other visible character by itself.

One regular expression without nested quantifiers, so time grows with the text's length whatever the text holds
(spaCy's own tokenizer is quadratic in a run of quotation marks).
"""

from __future__ import annotations

import re

LONGEST_TOKEN = 48
"""Letters and digits in one token; a longer run is cut, so that no single token can grow with the input."""

TERMINALS = frozenset(".!?…")
"""Marks that end a sentence."""

HYPHENS = frozenset("-‐‑")
"""Marks that join the parts of one word when no blank stands beside them."""

_TOKEN = re.compile(rf"\w(?:[\w\u0300-\u036f]){{0,{LONGEST_TOKEN - 1}}}|[^\s\w]")


def tokenize(text: str) -> list[tuple[int, int]]:
    """Half-open ``(start, end)`` of every token of ``text`` in code points, in order."""
    return [match.span() for match in _TOKEN.finditer(text)]
