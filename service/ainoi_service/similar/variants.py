"""The same utterance as other articles print it: other translations, other word order, shortened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from ainoi_service.search.documents import NONE, Factor
from ainoi_service.search.folding import fold
from ainoi_service.search.matching import Mask
from ainoi_service.search.segment import Segment
from ainoi_service.similar.features import FEATURES, features
from ainoi_service.similar.neighbours import Neighbours
from ainoi_service.similar.reading import read
from ainoi_service.store.records import StoredQuote

DAYS_APART = 14
"""Articles may be so far apart in time, unless the words are nearly the same."""
VERY_CLOSE = 0.8
"""Least overlap of words (by weight) that is nearly the same."""
LEAST_SHARED = 25.0
"""Least weight of the words both have, where speaker or days do not vouch for them: some five rare words."""

_LOCAL = "article:"
_BY_WORDS, _BY_VECTOR = 24, 16
_OVERLAP, _SHARED = FEATURES.index("overlap"), FEATURES.index("shared")


@dataclass(frozen=True, slots=True)
class Variant:
    """A quote of another article that is likely the same utterance."""

    quote: StoredQuote
    probability: float


def variants_of(neighbours: Neighbours, quote: StoredQuote, *, most: int = 20) -> list[Variant]:
    """The variants of ``quote`` in other articles, the likeliest first.

    A quote of another named speaker is none. Where a speaker is unknown, or known by a single name in one article, or
    the articles are more than ``DAYS_APART`` days apart, only nearly the same words count; where both, many of them.
    """
    state = neighbours.sync()
    with neighbours.store.read() as connection:
        near = neighbours.near(
            connection,
            state,
            quote.text,
            lambda segment: _admitted(segment, quote),
            by_words=_BY_WORDS,
            by_vector=_BY_VECTOR,
        )
    near = [other for other in near if other.article.id != quote.article.id]
    cosines = neighbours.cosines(quote.text, [other.text for other in near])
    own = read(quote.text)
    found = []
    for other, cosine in zip(near, cosines, strict=True):
        values = features(own, read(other.text), cosine)
        probability = neighbours.likeness.probability(values)
        if probability >= neighbours.likeness.sure and _may_be(quote, other, values):
            found.append(Variant(other, round(probability, 4)))
    found.sort(
        key=lambda variant: (-variant.probability, -(variant.quote.article.published_first or 0), variant.quote.id)
    )
    return found[:most]


def _may_be(quote: StoredQuote, other: StoredQuote, values: np.ndarray) -> bool:
    """Whether speakers, days and the words that both have allow two quotes to be one utterance."""
    doubts = int(not _same_speaker(quote, other)) + int(not _in_time(quote, other))
    least = LEAST_SHARED * (1, 1, 2)[doubts]
    return doubts == 0 or bool(values[_OVERLAP] >= VERY_CLOSE and np.expm1(values[_SHARED]) >= least)


def _admitted(segment: Segment, quote: StoredQuote) -> Mask:
    """Living documents of other articles whose speaker may be that of ``quote``."""
    speaker = segment.columns.factors["speaker"]
    mask: Mask = segment.live & (segment.columns.article != quote.article.number)
    if _named(quote):
        return mask & _speakers(speaker, quote.speaker.id)
    return mask


def _speakers(speaker: Factor, id: str | None) -> Mask:
    """Documents of this speaker, and of those who may be anybody."""
    return speaker.one_of(
        frozenset(value for value in speaker.values if value in (id, NONE) or value.startswith(_LOCAL))
    )


def _named(quote: StoredQuote) -> bool:
    """Whether the speaker is somebody who is the same in every article."""
    return quote.speaker.id is not None and not quote.speaker.id.startswith(_LOCAL)


def _same_speaker(a: StoredQuote, b: StoredQuote) -> bool:
    """Whether both are of one speaker. A single name counts as the same name in another article."""
    if _named(a) and _named(b):
        return a.speaker.id == b.speaker.id
    if a.speaker.name is None or b.speaker.name is None:
        return False
    return not _named(a) and not _named(b) and fold(a.speaker.name) == fold(b.speaker.name)


def _in_time(a: StoredQuote, b: StoredQuote) -> bool:
    """Whether the articles may have come out within ``DAYS_APART`` days; an undated one may have."""
    first, second = a.article, b.article
    if first.published_first is None or second.published_first is None:
        return True
    earlier, later = sorted(
        ((first.published_first, first.published_last), (second.published_first, second.published_last))
    )
    return _day(later[0]) - _day(earlier[1] or earlier[0]) <= timedelta(days=DAYS_APART)


def _day(number: int) -> date:
    return date(number // 10_000, number // 100 % 100, number % 100)
