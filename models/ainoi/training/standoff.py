"""Annotations that stand apart from the texts: article ids and offsets, for texts that cannot be passed on.

A line is ``{"id", "sha256", "quotes": [...]}``; ``sha256`` is of the text in UTF-8, so that offsets never meet another
text. A quote is one of the gold files', with places in the text instead of words: ``speaker`` and ``via`` are ``[start,
end]`` of where the name stands, ``aliases`` a list of such places. A name that stands nowhere in the text is left out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

PLACES = ("spans", "cue", "mention")
FLAGS = ("kind", "nested", "denied")


def digest(text: str) -> str:
    """SHA-256 of a text in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def stand_off(article: Mapping[str, Any]) -> dict[str, Any]:
    """The standoff line for an article with gold quotes."""
    text = article["text"]
    return {
        "id": article["id"],
        "sha256": digest(text),
        "quotes": [_placed(text, quote) for quote in article["quotes"]],
    }


def _placed(text: str, quote: Mapping[str, Any]) -> dict[str, Any]:
    names = [quote["speaker"], *quote["aliases"]]
    places = [place for name in dict.fromkeys(names) if name and (place := _place(text, name))]
    return {
        **{key: quote[key] for key in (*PLACES, *FLAGS)},
        "speaker": places[0] if quote["speaker"] and places else None,
        "aliases": places[1:] if quote["speaker"] else places,
        "via": _place(text, quote["via"]) if quote["via"] else None,
    }


def _place(text: str, name: str) -> list[int] | None:
    start = text.find(name)
    return [start, start + len(name)] if start >= 0 else None


def read_lines(file: Path) -> list[dict[str, Any]]:
    """The lines of a file of such annotations."""
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def joined(lines: Iterable[Mapping[str, Any]], articles: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The annotated articles in full, as a gold file has them, in the order of ``articles``.

    Raises ValueError for an article whose text is not the annotated one, or when an annotated article is missing.
    """
    waiting = {line["id"]: line for line in lines}
    for article in articles:
        line = waiting.pop(article["id"], None)
        if line is None:
            continue
        text = article["text"]
        if digest(text) != line["sha256"]:
            raise ValueError(f"article {article['id']} has another text than the one annotated")
        quotes = [_written(text, quote) for quote in line["quotes"]]
        kept = {key: article.get(key) for key in ("id", "outlet", "date", "url", "title")}
        yield {**kept, "text": text, "quotes": quotes}
        if not waiting:
            return
    if waiting:
        raise ValueError(f"{len(waiting)} annotated articles are missing, {min(waiting)} among them")


def _written(text: str, quote: Mapping[str, Any]) -> dict[str, Any]:
    def words(place: list[int] | None) -> str | None:
        return text[slice(*place)] if place else None

    return {
        **quote,
        "speaker": words(quote["speaker"]),
        "aliases": [words(place) for place in quote["aliases"]],
        "via": words(quote["via"]),
    }
