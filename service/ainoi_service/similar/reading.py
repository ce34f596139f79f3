"""What is compared of a text: its words and their weight, figures, names, and what it affirms and denies."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from ainoi_service.search.folding import tokens
from ainoi_service.similar.figures import figures
from ainoi_service.similar.frequency import shipped
from ainoi_service.similar.names import Names, names
from ainoi_service.similar.phrases import Phrase
from ainoi_service.similar.polarity import Polarity, polarity
from ainoi_service.similar.synonyms import concepts

LONGEST = 4000
"""Characters of a text that are read."""
_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it is compared. ``weights``: of each distinct word, synonyms as one, by how rare it is in quotes at
    large; ``pairs``: of neighbouring ones."""

    words: tuple[str, ...]
    weights: dict[Phrase, float]
    pairs: dict[tuple[Phrase, Phrase], float]
    figures: frozenset[str]
    names: Names
    polarity: Polarity


@lru_cache(maxsize=_REMEMBERED)
def read(text: str) -> Reading:
    """Read a text; what was read lately is remembered."""
    text = unicodedata.normalize("NFC", text[:LONGEST])
    words = tuple(token.exact for token in tokens(text))
    rarity = shipped()
    covered = concepts(words)
    read_as = [concept for concept, _ in covered]
    meanings = [" ".join(concept) for concept, size in covered for _ in range(size)]
    weights = {concept: sum(rarity[word] for word in concept) for concept in read_as}
    return Reading(
        words=words,
        weights=weights,
        pairs={pair: weights[pair[0]] + weights[pair[1]] for pair in pairwise(read_as)},
        figures=figures(text),
        names=names(text),
        polarity=polarity(words, meanings),
    )
