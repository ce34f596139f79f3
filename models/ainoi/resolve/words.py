"""The words of a text as the resolver compares them, and tables of phrases looked up by their first word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from ainoi.tokens import tokenize

Value = TypeVar("Value")

APOSTROPHES = frozenset("'’ʼ")
_MARK_IN_NAME = re.compile(r"(?<=\S) ?([-‐‑'’ʼ]) ?(?=\S)")


@dataclass(frozen=True, slots=True)
class Spelling:
    """How variants of one syllable are brought together; ``endings`` map two-letter ends, ``syllables`` whole ones."""

    endings: Mapping[str, str]
    syllables: Mapping[str, str]

    def key(self, form: str) -> str:
        """``form`` (NFC) in lower case and in its one agreed spelling."""
        lower = form.lower()
        ending = self.endings.get(lower[-2:])
        if ending is not None:
            lower = lower[:-2] + ending
        return self.syllables.get(lower, lower)


@dataclass(frozen=True, slots=True)
class Words:
    """Tokens of ``text``: offsets in code points, forms in NFC, lower-case keys; all lists have one entry a token."""

    text: str
    starts: list[int]
    ends: list[int]
    forms: list[str]
    keys: list[str]
    capital: list[bool]

    @classmethod
    def of(cls, text: str, spelling: Spelling) -> Words:
        """Read ``text`` once; time grows linearly with its length."""
        spans = tokenize(text)
        forms = [text[start:end] for start, end in spans]
        if not unicodedata.is_normalized("NFC", text):
            forms = [unicodedata.normalize("NFC", form) for form in forms]
        return cls(
            text=text,
            starts=[start for start, _ in spans],
            ends=[end for _, end in spans],
            forms=forms,
            keys=[spelling.key(form) for form in forms],
            capital=[form[0].isupper() and form[0].isalnum() for form in forms],  # a circled letter is a mark
        )

    def __len__(self) -> int:
        return len(self.forms)

    def name(self, first: int, last: int) -> str:
        """A person's name in the tokens ``first`` to ``last``: white space single, none around marks inside a word."""
        if first >= last:
            return ""
        return _MARK_IN_NAME.sub(r"\1", " ".join(self.text[self.starts[first] : self.ends[last - 1]].split()))

    def glued(self, at: int) -> bool:
        """Whether nothing stands between token ``at`` and the one after it."""
        return at + 1 < len(self.forms) and self.ends[at] == self.starts[at + 1]

    def spaced(self, at: int) -> bool:
        """Whether token ``at`` stands between blanks, one on each side, in one line with its neighbours."""
        return at > 0 and not (self.glued(at - 1) or self.glued(at)) and self.same_line(at - 1) and self.same_line(at)

    def same_line(self, at: int) -> bool:
        """Whether token ``at`` and the next one stand in one line, at most one blank apart."""
        if at + 1 >= len(self.forms):
            return False
        gap = self.starts[at + 1] - self.ends[at]
        return gap == 0 or (gap == 1 and self.text[self.ends[at]] != "\n")


class PhraseTable(Generic[Value]):
    """Phrases of one or more words with a value each, found by longest match at a token."""

    def __init__(self, phrases: Iterable[tuple[str, Value]], spelling: Spelling) -> None:
        table: dict[str, dict[tuple[str, ...], Value]] = {}
        for phrase, value in phrases:
            keys = tuple(Words.of(unicodedata.normalize("NFC", phrase), spelling).keys)
            if keys:
                table.setdefault(keys[0], {}).setdefault(keys, value)
        self._table = {
            first: [(len(keys), list(keys), value) for keys, value in sorted(entries.items(), key=lambda e: -len(e[0]))]
            for first, entries in table.items()
        }

    def match(self, keys: list[str], at: int) -> tuple[int, Value] | None:
        """End of the longest phrase that starts at token ``at`` and its value, or None."""
        entries = self._table.get(keys[at]) if at < len(keys) else None
        if entries is None:
            return None
        for length, phrase, value in entries:
            if length == 1 or keys[at : at + length] == phrase:
                return at + length, value
        return None

    def phrases(self) -> Iterator[str]:
        """Every phrase, as its keys with a blank between them."""
        return (" ".join(keys) for entries in self._table.values() for _, keys, _ in entries)

    def end(self, keys: list[str], at: int) -> int:
        """End of the longest phrase at token ``at``, or ``at`` itself when none starts there."""
        found = self.match(keys, at)
        return at if found is None else found[0]
