"""The notation of the tables of sentences: ``{m:Ông Putin} chưa bao giờ {c:nói} rằng [mục tiêu đã thay đổi].``

``{m:…}`` is the mention, ``{c:…}`` the cue, ``[…]`` the content (several for an interrupted clause). Marks may nest,
as in ``[… {m:ông} {c:nói} …]``. ``¶`` stands for a new line.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

Offsets = tuple[int, int]


@dataclass(frozen=True)
class Marked:
    """A sentence without its marks, and where the marked parts stand in it."""

    text: str
    cue: Offsets | None
    mention: Offsets | None
    contents: list[Offsets]


def parse(sentence: str) -> Marked:
    """Read one sentence of the notation. Raises ``ValueError`` if a mark is opened and not closed, or closed twice."""
    text: list[str] = []
    opened: list[tuple[str, int]] = []
    found: dict[str, list[Offsets]] = {"{m:": [], "{c:": [], "[": []}
    at = 0
    while at < len(sentence):
        mark = next((mark for mark in found if sentence.startswith(mark, at)), None)
        if mark is not None:
            opened.append((mark, len(text)))
            at += len(mark)
            continue
        character = sentence[at]
        at += 1
        if character in "]}":
            if not opened or (opened[-1][0] == "[") != (character == "]"):
                raise ValueError(f"{character} closes nothing: {sentence!r}")
            mark, start = opened.pop()
            found[mark].append((start, len(text)))
        else:
            text.append("\n" if character == "¶" else character)
    if opened or len(found["{m:"]) > 1 or len(found["{c:"]) > 1:
        raise ValueError(f"a mark is open, or two cues or mentions: {sentence!r}")
    return Marked(
        text="".join(text),
        cue=next(iter(found["{c:"]), None),
        mention=next(iter(found["{m:"]), None),
        contents=sorted(found["["]),
    )


def rows(path: Path) -> list[tuple[str, str, str]]:
    """Sentence, expected value and note of every line of a table; ``#`` begins a comment line."""
    return [(sentence, expected, note) for sentence, expected, note in cells(path, 3)]


def cells(path: Path, columns: int) -> list[list[str]]:
    """The cells of every line of a table, as many as it has ``columns``; missing ones are empty."""
    lines = (line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    return [[*line.split("\t"), *[""] * columns][:columns] for line in lines]
