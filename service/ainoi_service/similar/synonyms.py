"""Words that stand for each other between two wordings: each is read as the first of its line."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from ainoi_service.search.folding import exact
from ainoi_service.similar import names
from ainoi_service.similar.phrases import Phrase, Phrases

LONGEST_PHRASE = 6
"""Words in one phrase that is read as another."""


@cache
def shipped() -> Mapping[Phrase, Phrase]:
    """For each phrase of ``synonyms.toml`` and each name of ``names.toml`` (as words), what it is read as."""
    known = read_synonyms(files(__package__).joinpath("synonyms.toml").read_text(encoding="utf-8"))
    places = names.lexicon()
    first_of: dict[int, Phrase] = {}
    for name, group in places.group_of.items():
        phrase = tuple(exact(name).split())
        first = first_of.setdefault(group, phrase)
        if name not in places.ambiguous:
            known.setdefault(phrase, first)
    return known


def read_synonyms(text: str) -> dict[Phrase, Phrase]:
    """Parse the file. Raises ValueError for a phrase in two lines or of more than ``LONGEST_PHRASE`` words."""
    known: dict[Phrase, Phrase] = {}
    for line in tomllib.loads(text)["same"]:
        phrases = [tuple(exact(given).split()) for given in line]
        for phrase in phrases:
            if not 1 <= len(phrase) <= LONGEST_PHRASE:
                raise ValueError(f"a phrase has 1 to {LONGEST_PHRASE} words: {' '.join(phrase)!r}")
            if known.setdefault(phrase, phrases[0]) != phrases[0]:
                raise ValueError(f"{' '.join(phrase)!r} stands in two lines")
    return known


def concepts(words: Sequence[str], known: Mapping[Phrase, Phrase] | None = None) -> list[tuple[Phrase, int]]:
    """``words`` (exact forms) in order, every known phrase as the one it is read as, the longest at each place; each
    with how many of the words it covers."""
    found = _phrases() if known is None else Phrases(known)
    spans = found.spans(words)
    read_as: list[tuple[Phrase, int]] = []
    i = 0
    for start, end in spans:
        read_as += [((word,), 1) for word in words[i:start]]
        read_as.append((found.of[tuple(words[start:end])], end - start))
        i = end
    return read_as + [((word,), 1) for word in words[i:]]


@cache
def _phrases() -> Phrases[Phrase]:
    return Phrases(shipped())
