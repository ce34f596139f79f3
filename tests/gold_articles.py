"""Gold articles for tests, written and shown in the notation of ``sentence_markup``, and what must hold for each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ainoi.resolve.registry import fold
from sentence_markup import parse

Record = dict[str, Any]


def article(*sentences: str, speaker: str | None = None, aliases: Iterable[str] = (), by: str = " ") -> Record:
    """An article of marked sentences with ``by`` between them."""
    text, quotes = "", []
    for sentence in sentences:
        found = parse(sentence)
        at = len(text) + len(by) if text else 0
        text = f"{text}{by}{found.text}" if text else found.text
        places = [span and [span[0] + at, span[1] + at] for span in (found.cue, found.mention)]
        if found.contents:
            quotes.append(
                {
                    "spans": [[start + at, end + at] for start, end in found.contents],
                    "cue": places[0],
                    "mention": places[1],
                    "speaker": speaker,
                    "aliases": list(aliases),
                    "kind": "person" if speaker else "unnamed",
                    "via": None,
                    "nested": False,
                    "denied": False,
                }
            )
    return {"id": "a", "title": None, "text": text, "quotes": quotes}


def shown(record: Record) -> str:
    """The article with its records marked as in the notation, ``¶`` for new lines."""
    marks: list[tuple[int, int, str]] = []
    for quote in record["quotes"]:
        spans = [(*span, "[", "]") for span in quote["spans"]]
        spans += [(*quote[name], opening, "}") for name, opening in (("cue", "{c:"), ("mention", "{m:")) if quote[name]]
        for start, end, opening, closing in set(spans):
            marks += [(start, 1, opening), (end, 0, closing)]
    text = record["text"]
    for at, _, mark in sorted(set(marks), reverse=True):
        text = text[:at] + mark + text[at:]
    return str(text.replace("\n", "¶"))


def letters(text: str) -> str:
    """What of a text no change but another name touches."""
    return fold(text).replace(" ", "")


def readings(record: Record) -> list[tuple[Any, ...]]:
    """The words of each record: content, cue and mention."""
    text = record["text"]
    return [
        (
            tuple(letters(text[start:end]) for start, end in quote["spans"]),
            quote["cue"] and letters(text[slice(*quote["cue"])]),
            quote["mention"] and letters(text[slice(*quote["mention"])]),
        )
        for quote in record["quotes"]
    ]


def assert_sound(record: Record) -> None:
    """All spans lie in the text, hold words to their ends, and nested records stay inside of others."""
    text, quotes = record["text"], record["quotes"]
    for quote in quotes:
        for start, end in filter(None, (*quote["spans"], quote["cue"], quote["mention"])):
            assert 0 <= start < end <= len(text)
            assert text[start:end] == text[start:end].strip()
        assert quote["spans"] == sorted(quote["spans"])
        if quote["nested"]:
            first, last = quote["spans"][0][0], quote["spans"][-1][1]
            assert any(
                start <= first and last <= end for host in quotes if host is not quote for start, end in host["spans"]
            )
