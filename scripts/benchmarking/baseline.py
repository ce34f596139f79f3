"""What Ainói is compared with: quotation marks by a regular expression, persons by underthesea, the nearest speaks.

underthesea's tagger of names is a CRF (2017) that comes inside its package: nothing is downloaded, one core is used.
It reads sentence by sentence: its features cost the square of what it is given at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Span = tuple[int, int]

TaggedWord = tuple[str, str, str, str]
"""A word as underthesea's ``ner`` gives it: its text, part of speech, chunk tag and entity tag."""

QUOTED = re.compile(r"“([^“”\n]+)”|\"([^\"\n]+)\"|«([^«»\n]+)»")
"""Words inside one pair of marks, in one paragraph."""

FEWEST_WORDS = 4
"""Fewer words inside marks are taken for a name or a term."""


class Baseline:
    """Finds direct speech and gives each quote to the person named nearest to it."""

    def __init__(
        self, sentences: Callable[[str], Sequence[str]], entities: Callable[[str], Sequence[TaggedWord]]
    ) -> None:
        """``sentences`` parts a paragraph, ``entities`` tags the words of a sentence."""
        self._sentences = sentences
        self._entities = entities

    def annotate(self, text: str) -> list[dict[str, Any]]:
        """Quotes of ``text`` as :func:`ainoi.evaluation.score.match_article` reads predictions; offsets in code points.

        A name is what the article calls the person there.
        """
        persons = list(self.persons(text))
        quotes = []
        for start, end in quoted(text):
            outside = [person for person in persons if person[1] <= start or person[0] >= end]
            nearest = min(outside, key=lambda person: max(start - person[1], person[0] - end), default=None)
            quotes.append(
                {
                    "spans": [(start, end)],
                    "mention": nearest,
                    "speaker": text[slice(*nearest)] if nearest else None,
                    "kind": "person" if nearest else "unnamed",
                }
            )
        return quotes

    def persons(self, text: str) -> Iterator[Span]:
        """Where persons are named, in order."""
        start = 0
        for line in text.split("\n"):
            place = start
            for sentence in self._sentences(line) if line.strip() else ():
                for words in entity_words(self._entities(sentence), "PER"):
                    # underthesea respells some syllables; a name that does not stand here so is not found.
                    pattern = re.compile(r"\s*".join(re.escape(part) for word in words for part in word.split()))
                    found = pattern.search(text, place, start + len(line))
                    if found:
                        yield found.span()
                        place = found.end()
            start += len(line) + 1


def load_baseline() -> Baseline:
    """The baseline around underthesea. Raises ModuleNotFoundError where it is not installed."""
    from underthesea import ner, sent_tokenize  # type: ignore[import-untyped]

    return Baseline(sent_tokenize, ner)


def quoted(text: str) -> Iterator[Span]:
    """Stretches inside quotation marks that may be speech, without the marks."""
    for match in QUOTED.finditer(text):
        if match[match.lastindex or 0].count(" ") >= FEWEST_WORDS - 1:
            yield match.span(match.lastindex or 0)


def entity_words(tagged: Sequence[TaggedWord], kind: str) -> Iterator[list[str]]:
    """The words of each entity of one kind, from BIO tags."""
    words: list[str] = []
    for word, _, _, tag in tagged:
        if tag == f"I-{kind}" and words:
            words.append(word)
            continue
        if words:
            yield words
        words = [word] if tag.endswith(f"-{kind}") else []
    if words:
        yield words
