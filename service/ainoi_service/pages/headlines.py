"""What an article is called on the pages: its title, or else how its text begins."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ainoi_service.store import articles
from ainoi_service.store.engine import Store
from ainoi_service.store.records import ArticleHead

LONGEST = 90
"""Code points of a beginning that stands for a title."""
_DATE_LINE = re.compile(r"\s*date\s+[\d-]{4,10}\s+")


def opening(text: str, longest: int = LONGEST) -> str:
    """The first words of a text, with ``…`` where they break off; its date line is left out."""
    start = _DATE_LINE.match(text)
    words = " ".join(text[start.end() if start else 0 :][: longest * 4].split())
    if len(words) <= longest:
        return words
    whole, blank, _ = words[:longest].rpartition(" ")
    return (whole.rstrip(" ,;:–-") if blank else words[:longest]) + "…"


def headlines(store: Store, heads: Iterable[ArticleHead]) -> dict[str, str]:
    """By article id; the text is read of those without a title only. What has neither is left out."""
    called: dict[str, str] = {}
    for head in heads:
        if head.id not in called:
            stored = None if head.title else articles.get(store, head.id)
            called[head.id] = head.title or (opening(stored.text) if stored else "")
    return {id: words for id, words in called.items() if words}
