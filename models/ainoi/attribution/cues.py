"""What the speaker does with the words of a quote, as its cue says: states, denies, asks, or requests.

``cues.tsv`` of the language folder holds the cues. Nothing is guessed: where neither the cue nor the content tells,
the act is None.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal, Self

from ainoi.schema import Act

Offsets = tuple[int, int]

REACH = 4
"""Words before the marked cue in which a longer cue may begin (*đặt câu* ``hỏi``, *không* ``phủ nhận``)."""

_WORD = re.compile(r"\w+|[^\w\s]")
_SENTENCE_BREAK = re.compile(r"[.!…;:]\s|\n")
_END = re.compile(r"(?<![?!\s])[?!\s]+\Z")
_QUESTION_TAIL = re.compile(r"[!\s]{0,3}\?[?!\s]{0,4}[\"”»’'“„]")


@dataclass(frozen=True)
class Cue:
    """One line of ``cues.tsv``. ``plain`` verbs (*nói*, *viết*) leave the act to the content."""

    words: tuple[str, ...]
    act: Act
    polarity: Literal["positive", "negative"]
    plain: bool


@dataclass(frozen=True)
class CueLexicon:
    """The cues of a language by their lower-case words."""

    cues: Mapping[tuple[str, ...], Cue]
    longest: int
    """Words in the longest cue."""

    @classmethod
    def load(cls, folder: Traversable | Path) -> Self:
        """Read ``cues.tsv`` of a language folder.

        Raises ``OSError`` if it cannot be read, ``KeyError`` if a column is missing, ``ValueError`` if a value is not
        one of those that the file's head lists.
        """
        lines = (folder / "cues.tsv").read_text(encoding="utf-8").splitlines()
        rows = csv.DictReader(
            (line for line in lines if line and not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE
        )
        cues = {}
        for row in rows:
            cue = _cue(row)
            cues[cue.words] = cue
        return cls(cues=cues, longest=max((len(words) for words in cues), default=0))

    def find(self, text: str, cue: Offsets) -> Cue | None:
        """The longest known cue in ``text[cue[0]:cue[1]]``, by words and then by letters; of equals, the last.

        A cue that says what the marked words are part of may begin up to `REACH` words before them if it holds them
        all; not so a denial there, which is somebody's answer to them (*bác bỏ* ``cáo buộc``).
        """
        start, end = cue
        before = [match.group() for match in _WORD.finditer(text, max(0, start - 12 * REACH), start)][-REACH:]
        words = [word.lower() for word in [*before, *_WORD.findall(text, start, end)]]
        best: Cue | None = None
        for first in range(len(words)):
            outside = first < len(before)
            shortest = len(words) - first if outside else 1
            for size in range(min(self.longest, len(words) - first), shortest - 1, -1):
                known = self.cues.get(tuple(words[first : first + size]))
                if known is not None and not (outside and known.polarity == "negative"):
                    if best is None or _size(known) >= _size(best):
                        best = known
                    break
        return best


def act_of(text: str, cue: Offsets | None, content: Offsets, lexicon: CueLexicon) -> Act | None:
    """The act of the quote whose (first) content is ``text[content[0]:content[1]]``.

    - A known cue decides. A plain verb of saying whose content is nothing but a question makes a question:
      *“Anh có đến không?”, ông nói*.
    - With no cue, or one that ``lexicon`` does not hold, a content that is nothing but a question is a question;
      otherwise None: words alone do not show whether they state or demand.
    """
    known = lexicon.find(text, cue) if cue is not None else None
    if (known is None or known.plain) and _is_question(text, content):
        return Act.QUESTION
    return known.act if known is not None else None


def _cue(row: Mapping[str, str | None]) -> Cue:
    polarity, force = row["polarity"], row["force"] or ""
    if polarity not in ("positive", "negative"):
        raise ValueError(f"polarity must be positive or negative, not {polarity!r} (cue {row['cue']!r})")
    if force not in ("", "plain"):
        raise ValueError(f"force must be empty or plain, not {force!r} (cue {row['cue']!r})")
    words = tuple((row["cue"] or "").split())
    if not words:
        raise ValueError("a cue must not be empty")
    return Cue(
        words=words,
        act=Act(row["act"] or ""),
        polarity="negative" if polarity == "negative" else "positive",
        plain=force == "plain",
    )


def _size(cue: Cue) -> tuple[int, int]:
    return len(cue.words), sum(len(word) for word in cue.words)


def _is_question(text: str, content: Offsets) -> bool:
    """Whether the content is one question: it, or what stands before its closing mark, ends with a question mark."""
    start, end = content
    inner = text[start:end]
    if _SENTENCE_BREAK.search(inner):
        return False
    if (last := _END.search(inner)) and "?" in last.group():
        return True
    return _QUESTION_TAIL.match(text, end) is not None
