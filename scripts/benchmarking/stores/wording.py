"""Words in the order and as often as the news has them, saying nothing: a chain along ``phrases.tsv``.

A word is followed by one of its listed neighbours as often as it is in real quotes, and else by any word, so that words
and common phrases have their real frequencies. Rare words, a third of them numbers and most of the others foreign
names, are made up with Zipf's long tail.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Self

from ainoi_service.search.folding import tokens
from ainoi_service.similar import synonyms
from benchmarking.stores.counting import START
from benchmarking.stores.lexicon import lists

PHRASES = Path(__file__).with_name("phrases.tsv")
RARE_WORDS = 30_000
_OFFSET = 300
CLAUSE, SENTENCE = (6, 14), (15, 32)
"""Fewest and most words from one comma, and from one full stop, to the next."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Values to draw from, each as often as it counts. ``sums`` are the running sums of the counts."""

    values: Sequence[str]
    sums: Sequence[float]

    @classmethod
    def of(cls, counts: dict[str, float]) -> Self:
        """Values and counts, none of them negative."""
        return cls(tuple(counts), tuple(accumulate(counts.values())))

    def draw(self, rng: Random, at: float | None = None) -> str:
        """A value; ``at``: the one at this place of the sums."""
        return self.values[bisect(self.sums, rng.random() * self.sums[-1] if at is None else at)]


class Wording:
    """Makes sentences, and other wordings of them."""

    def __init__(self, words: dict[str, float], pairs: dict[tuple[str, str], float], total: float) -> None:
        """Occurrences of the listed words and pairs, and of all words together."""
        self._times = words
        followers: dict[str, dict[str, float]] = {}
        unexplained = dict(words)
        for (first, second), times in pairs.items():
            followers.setdefault(first, {})[second] = times
            unexplained[second] = max(0.0, unexplained[second] - times)
        self._followers = {word: Choice.of(counts) for word, counts in followers.items()}
        self._any = Choice.of({word: times for word, times in unexplained.items() if times > 0})
        self._rare_share = max(0.0, total - sum(words.values())) / max(1.0, total - sum(pairs.values()))
        self._starts = total / 27  # about as many quotes as there are in the file
        self._rare = rare_words(RARE_WORDS)
        self._same = _same_phrases()

    @classmethod
    def read(cls, text: str) -> Self:
        """From the lines of ``phrases.tsv``."""
        words: dict[str, float] = {}
        pairs: dict[tuple[str, str], float] = {}
        total = 0.0
        for line in text.splitlines():
            if line.startswith("# words\t"):
                total = float(line.split("\t")[1])
            elif not line.startswith("#"):
                what, times = line.split("\t")
                first, _, second = what.partition(" ")
                if second:
                    pairs[first, second] = float(times)
                else:
                    words[first] = float(times)
        return cls(words, pairs, total)

    @classmethod
    def shipped(cls) -> Self:
        """That of the news."""
        return cls.read(PHRASES.read_text(encoding="utf-8"))

    def words(self, rng: Random, count: int) -> list[str]:
        """So many words, as they would begin a quote."""
        found: list[str] = []
        last = START
        for _ in range(count):
            followers = self._followers.get(last)
            at = rng.random() * self._times.get(last, self._starts)
            if followers is not None and at < followers.sums[-1]:
                last = followers.draw(rng, at)
            elif rng.random() < self._rare_share:
                last = self._rare[_rank(rng, RARE_WORDS)]
            else:
                last = self._any.draw(rng)
            found.append(last)
        return found

    def text(self, rng: Random, count: int) -> str:
        """So many words with commas and full stops between, and a capital letter at the start of each sentence."""
        pieces: list[str] = []
        left, clause, sentence = count, 0, 0
        while left > 0:
            clause = min(left, rng.randint(*CLAUSE))
            sentence = sentence or rng.randint(*SENTENCE)
            words = self.words(rng, clause)
            if not pieces or pieces[-1].endswith("."):
                words[0] = words[0][:1].upper() + words[0][1:]
            left, sentence = left - clause, max(0, sentence - clause)
            pieces.append(" ".join(words) + ("" if left == 0 else "," if sentence else "."))
        return " ".join(pieces)

    def otherwise(self, rng: Random, text: str) -> str:
        """The same in other words: every other phrase that has synonyms gives way to one, some words fall away, and
        the clauses may change places. A text of a few words may stay as it is."""
        words = tokens(text)
        pieces: list[str] = []
        end = at = 0
        while at < len(words):
            size, others = self._same_here([word.exact for word in words[at : at + synonyms.LONGEST_PHRASE]])
            between = text[end : words[at].start]
            start, end = words[at].start, words[at + size - 1].end
            if others and rng.random() < 0.5:
                pieces.append(between + rng.choice(others))
            elif len(words) < 8 or rng.random() < 0.93:
                pieces.append(between + text[start:end])
            at += size
        told = "".join(pieces).strip() or text
        head, comma, rest = told.partition(", ")
        return f"{rest}, {head}" if comma and rng.random() < 0.3 else told

    def _same_here(self, words: Sequence[str]) -> tuple[int, Sequence[str]]:
        """Length of the longest phrase that ``words`` begin with and that has synonyms, and those; else 1 and none."""
        for size in range(len(words), 0, -1):
            others = self._same.get(tuple(words[:size]))
            if others:
                return size, others
        return 1, ()


def _rank(rng: Random, count: int) -> int:
    """A place below ``count``, by Zipf's law with Mandelbrot's offset."""
    return int(_OFFSET * (1 + count / _OFFSET) ** rng.random() - _OFFSET)


def rare_words(count: int) -> list[str]:
    """Made-up words, always the same ones."""
    rng = Random("rare words")
    return [_rare_word(rng) for _ in range(count)]


def _rare_word(rng: Random) -> str:
    parts, kind = lists("rare"), rng.random()
    if kind < 0.35:
        forms = (f"{rng.randint(11, 999)}", f"{rng.randint(1, 99)}.{rng.randint(0, 999):03}", f"{rng.randint(1, 99)},5")
        return rng.choice(forms)
    if kind < 0.75:
        return "".join(rng.choice(parts["foreign"]) for _ in range(rng.randint(2, 4))).capitalize()
    return rng.choice(parts["onsets"]) + rng.choice(parts["rimes"])


def _same_phrases() -> dict[tuple[str, ...], list[str]]:
    """For each phrase of the service's synonyms the others of its line."""
    groups: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for phrase, read_as in synonyms.shipped().items():
        groups.setdefault(read_as, []).append(phrase)
    return {
        phrase: [" ".join(other) for other in group if other != phrase] for group in groups.values() for phrase in group
    }
