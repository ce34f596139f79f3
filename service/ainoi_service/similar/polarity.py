"""Negation and antonyms: whether two texts that share their words say the opposite of each other."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Self

from ainoi_service.similar.phrases import Phrase, Phrases

LONGEST_PHRASE = 5
"""Words in one phrase of the lexicon."""

REACH = 12
"""Words behind a negation among which what it negates is looked for."""

_REACH_OF_WORD = 3
"""Words before an antonym that are searched for its negation, small words left out."""


@dataclass(frozen=True)
class PolarityLexicon:
    """What ``polarity.toml`` holds. ``negations``: whether a phrase negates what follows, or only holds the
    letters of a negation. ``sides``: the opposites that a phrase is on a side (+1, -1) of."""

    negations: Phrases[bool]
    fillers: frozenset[str]
    sides: Phrases[tuple[tuple[int, int], ...]]

    @classmethod
    def read(cls, text: str) -> Self:
        """Parse the file. Raises ValueError for a phrase that is too long or stands on both sides of one line."""
        data = tomllib.loads(text)
        sides: dict[Phrase, list[tuple[int, int]]] = {}
        for number, (left, right) in enumerate(data["opposites"]):
            if both := set(left) & set(right):
                raise ValueError(f"on both sides of one line of opposites: {sorted(both)}")
            for phrases, sign in ((left, 1), (right, -1)):
                for phrase in phrases:
                    sides.setdefault(_phrase(phrase), []).append((number, sign))
        return cls(
            negations=Phrases(
                {_phrase(given): True for given in data["negators"]}
                | {_phrase(given): False for given in data["not_negators"]}
            ),
            fillers=frozenset(data["fillers"]),
            sides=Phrases({phrase: tuple(found) for phrase, found in sides.items()}),
        )


@dataclass(frozen=True)
class Polarity:
    """What a text affirms and denies.

    ``negations``: how many; ``loose``: of them, those that turn no word of ``sides``. ``negated``: the meaning
    of the first word of weight behind each, unless negated twice. ``affirmed``: those that stand somewhere without a
    negation. ``sides``: on each line of opposites +1, -1, or 0 for both.
    """

    negations: int
    loose: int
    negated: frozenset[str]
    affirmed: frozenset[str]
    sides: dict[int, int]


@cache
def lexicon() -> PolarityLexicon:
    """The lexicon that comes with the service."""
    return PolarityLexicon.read(files(__package__).joinpath("polarity.toml").read_text(encoding="utf-8"))


def polarity(
    words: Sequence[str], meanings: Sequence[str] | None = None, known: PolarityLexicon | None = None
) -> Polarity:
    """Read the words of one text, in their exact form; ``meanings``: for each word what stands for it and its synonyms,
    the word itself if None."""
    known = lexicon() if known is None else known
    meanings = words if meanings is None else meanings
    negations, negated_at = _negations(words, known)
    spans = known.sides.spans(words)
    # Words of opposites have their sides; those of negations mean nothing by themselves.
    left_out = {i for start, end in (*spans, *negations) for i in range(start, end)}
    negated = {meanings[i] for i in negated_at - left_out}
    affirmed = {
        meanings[i]
        for i, word in enumerate(words)
        if i not in negated_at and i not in left_out and word not in known.fillers
    }
    sides: dict[int, int] = {}
    loose = set(negations) - set(spans)
    for start, end in spans:
        turning = _turning(start, words, negations, known.fillers)
        loose -= set(turning)
        flip = -1 if len(turning) % 2 else 1
        for number, sign in known.sides.of[tuple(words[start:end])]:
            sign *= flip
            sides[number] = sign if sides.get(number, sign) == sign else 0
    return Polarity(len(negations), len(loose), frozenset(negated), frozenset(affirmed), sides)


def opposed(a: Polarity, b: Polarity) -> bool:
    """Whether what one affirms is what the other denies: by an antonym, or by a negation only one of them has."""
    if any(sign * b.sides.get(number, 0) < 0 for number, sign in a.sides.items()):
        return True
    if a.negations == b.negations:
        return False
    more, fewer = (a, b) if a.negations > b.negations else (b, a)
    return any(word in fewer.affirmed and word not in fewer.negated for word in more.negated)


def negated_before(words: Sequence[str], at: int, reach: int, known: PolarityLexicon | None = None) -> bool:
    """Whether a negation stands before the word at ``at`` with at most ``reach`` words, all of them small, between."""
    known = lexicon() if known is None else known
    for start, end in _negations(words, known)[0]:
        if start < at and end <= at <= end + reach and all(word in known.fillers for word in words[end:at]):
            return True
    return False


def _negations(words: Sequence[str], known: PolarityLexicon) -> tuple[list[tuple[int, int]], set[int]]:
    """Where negations stand, and the indexes of what each of them negates."""
    found = [span for span in known.negations.spans(words) if known.negations.of[tuple(words[span[0] : span[1]])]]
    begins = {start: end for start, end in found}
    negated: set[int] = set()
    for _, end in found:
        at = _negated_at(end, words, known)
        while at in begins:  # a negated negation affirms
            at = _negated_at(begins[at], words, known)
        if at is not None:
            negated ^= {at}
    return found, negated


def _negated_at(end: int, words: Sequence[str], known: PolarityLexicon) -> int | None:
    """The index of what a negation negates that ends at ``end``."""
    return next((i for i in range(end, min(end + REACH, len(words))) if words[i] not in known.fillers), None)


def _turning(
    start: int, words: Sequence[str], negations: Sequence[tuple[int, int]], fillers: frozenset[str]
) -> list[tuple[int, int]]:
    """The negations shortly before ``start``; those between do not count as words."""
    small = {i for first, end in negations for i in range(first, end)}
    return [
        (first, end)
        for first, end in negations
        if end <= start
        and sum(words[i] not in fillers and i not in small for i in range(end, start)) < _REACH_OF_WORD - 1
    ]


def _phrase(text: str) -> Phrase:
    words = tuple(text.split())
    if not 1 <= len(words) <= LONGEST_PHRASE:
        raise ValueError(f"a phrase has 1 to {LONGEST_PHRASE} words: {text!r}")
    return words
