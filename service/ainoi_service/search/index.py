"""The index: segments that never change, and the one state of them that every reader sees whole.

Added quotes make a small segment; small segments are merged into larger ones behind readers' backs, so that a quote is
copied only a few times while the index grows. Quotes that are gone are masked, and their memory is freed by merges.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from heapq import nsmallest
from itertools import takewhile
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from ainoi_service.search.documents import Document, United
from ainoi_service.search.matching import Mask, Tier, match
from ainoi_service.search.segment import Segment
from ainoi_service.search.terms import Terms

Order = Literal["relevance", "newest"]

SMALL = 256
"""Segments up to this many quotes are merged whenever there are two; larger ones when the next is half as large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a quote must be besides holding the words. ``among``: values of factors (see ``FACTORS``), any of each."""

    among: Mapping[str, frozenset[str]] = field(default_factory=dict)
    days: Literal["published", "said"] = "published"
    first: int | None = None
    """With ``last``, a period of days: the quote's own must overlap it. One without a day then fails."""
    last: int | None = None
    least_confidence: float = 0.0

    def admit(self, segment: Segment) -> Mask:
        """The living documents that pass."""
        columns, mask = segment.columns, segment.live.copy()
        for name, values in self.among.items():
            mask &= columns.factors[name].one_of(values)
        if self.first is not None or self.last is not None:
            begun, ended = columns.days[f"{self.days}_first"], columns.days[f"{self.days}_last"]
            mask &= begun > 0
            if self.first is not None:
                mask &= ended >= self.first
            if self.last is not None:
                mask &= begun <= self.last
        if self.least_confidence > 0:
            mask &= columns.confidence >= self.least_confidence
        return mask


class Place(NamedTuple):
    """Where a quote stands in an order of results: by tier (0 if tiers do not count), newest first, then by id."""

    tier: int
    day: int
    id: str

    @property
    def rank(self) -> tuple[int, int, str]:
        """Smaller for what comes first."""
        return self.tier, -self.day, self.id


class Found(NamedTuple):
    """A quote that was found: its number in the store, and how well it matches."""

    number: int
    tier: Tier
    place: Place


class ValueCount(NamedTuple):
    """How many of the quotes found have this value."""

    value: str
    quotes: int


class _Keys(NamedTuple):
    """Of each quote its place in an order of results (see ``Place``), and its number."""

    tier: npt.NDArray[np.int8]
    day: npt.NDArray[np.int32]
    id: npt.NDArray[np.bytes_]
    number: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Part:
    """What was found in one segment: documents ``[n]``, ascending, and their tiers ``[n]`` (None: all of the best)."""

    segment: Segment
    documents: npt.NDArray[np.int64]
    tiers: npt.NDArray[np.int8] | None

    def first(self, wanted: int, order: Order, after: Place | None) -> Iterable[Found]:
        """The first ``wanted`` behind ``after``, or more than the first few, not in order."""
        start = 0 if after is None else self.segment.behind(after.day, after.id)
        if order == "newest" or self.tiers is None:
            begun = int(np.searchsorted(self.documents, start))
            return self._found(np.arange(begun, min(begun + wanted, len(self.documents))), order)
        found: list[Found] = []
        for tier in Tier:
            if after is None or tier >= after.tier:
                of_tier = np.flatnonzero(self.tiers == tier)
                if after is not None and tier == after.tier:
                    of_tier = of_tier[np.searchsorted(self.documents[of_tier], start) :]
                found.extend(self._found(of_tier[: wanted - len(found)], order))
            if len(found) == wanted:
                break
        return found

    def behind(self, order: Order, after: Place | None) -> npt.NDArray[np.int64]:
        """The places in ``documents`` of all that come behind ``after``."""
        if after is None:
            return np.arange(len(self.documents))
        later = self.documents >= self.segment.behind(after.day, after.id)
        if order == "newest" or self.tiers is None:
            return np.flatnonzero(later)
        return np.flatnonzero((self.tiers > after.tier) | ((self.tiers == after.tier) & later))

    def keys(self, chosen: npt.NDArray[np.int64], order: Order) -> _Keys:
        """What these are sorted by, and their numbers."""
        columns, documents = self.segment.columns, self.documents[chosen]
        tiers = np.zeros(len(chosen), np.int8) if order == "newest" or self.tiers is None else self.tiers[chosen]
        return _Keys(
            tiers, columns.days["published_first"][documents], columns.id[documents], columns.number[documents]
        )

    def _found(self, chosen: npt.NDArray[np.int64], order: Order) -> list[Found]:
        columns = self.segment.columns
        found = []
        for document, tier in zip(self.documents[chosen], self._tiers(chosen), strict=True):
            day, id = int(columns.days["published_first"][document]), columns.id[document].decode()
            place = Place(tier if order == "relevance" else 0, day, id)
            found.append(Found(int(columns.number[document]), Tier(tier), place))
        return found

    def _tiers(self, chosen: npt.NDArray[np.int64]) -> list[int]:
        return [0] * len(chosen) if self.tiers is None else self.tiers[chosen].tolist()


class Selection:
    """All quotes that answer a question; made by ``Snapshot.select``."""

    def __init__(self, snapshot: Snapshot, parts: Sequence[_Part]) -> None:
        self._snapshot = snapshot
        self._parts = parts
        self.total = sum(len(part.documents) for part in parts)

    def first(self, wanted: int, order: Order, after: Place | None = None) -> list[Found]:
        """The first ``wanted`` quotes in this order, of those behind ``after``."""
        found = [one for part in self._parts for one in part.first(wanted, order, after)]
        return nsmallest(wanted, found, key=lambda one: one.place.rank)

    def every(self, order: Order, after: Place | None = None) -> npt.NDArray[np.int64]:
        """The numbers of all of them in this order, of those behind ``after``."""
        parts = [part.keys(part.behind(order, after), order) for part in self._parts]
        if not parts:
            return _NO_NUMBERS
        tier, day, id, number = (np.concatenate(column) for column in zip(*parts, strict=True))
        sorted_numbers: npt.NDArray[np.int64] = number[np.lexsort((id, -day, tier))]
        return sorted_numbers

    def numbers(self) -> npt.NDArray[np.int64]:
        """The numbers of all of them, in no order."""
        return np.concatenate([part.segment.columns.number[part.documents] for part in self._parts] or [_NO_NUMBERS])

    def facet(self, factor: str, most: int) -> list[ValueCount]:
        """The commonest values of a factor (see ``FACTORS``), with their counts; those of one count by value."""
        united = self._snapshot.united(factor)
        counts = np.zeros(len(united), dtype=np.int64)
        for part, place in zip(self._parts, united.places, strict=True):
            codes = part.segment.columns.factors[factor].codes
            taken = codes if len(part.documents) == len(codes) else codes[part.documents]
            counts[place] += np.bincount(taken, minlength=len(place))
        counts[0] = 0
        there = np.flatnonzero(counts)
        if len(there) > most:
            there = there[counts[there] >= np.partition(counts[there], -most)[-most]]
        found = map(ValueCount, united.at(there.tolist()), counts[there].tolist())
        return nsmallest(most, found, key=lambda one: (-one.quotes, one.value))


_NO_NUMBERS = np.empty(0, dtype=np.int64)


class Snapshot:
    """One state of the index; it stays what it is while the index goes on. ``before``: the one that it follows, whose
    work on the first segments it takes over as far as these are still the same."""

    def __init__(self, segments: Sequence[Segment] = (), before: Snapshot | None = None) -> None:
        self.segments = tuple(segments)
        self._united: dict[str, United] = {}
        if before is not None:
            same = _same_at_the_beginning(self.segments, before.segments)
            united = before._united.copy()  # another thread may add to it
            self._united = {factor: one.first(min(same, len(one.places))) for factor, one in united.items()}

    @cached_property
    def total(self) -> int:
        """How many quotes it holds."""
        return sum(int(segment.live.sum()) for segment in self.segments)

    def select(self, terms: Terms | None, filters: Filters) -> Selection:
        """The quotes that hold all terms (None: any quote; no terms: no quote) and pass the filters."""
        return Selection(self, [_select(segment, terms, filters) for segment in self.segments])

    def frequency(self, folded: str) -> int:
        """How often the folded word stands in the index; quotes that are gone may be among those counted."""
        return sum(segment.frequency(segment.vocabulary.spellings(folded)) for segment in self.segments)

    def united(self, factor: str) -> United:
        """All values of a factor, and for each segment the places of its codes among them."""
        united = self._united.get(factor, United())
        if len(united.places) < len(self.segments):
            new = self.segments[len(united.places) :]
            united = self._united[factor] = united.extended([segment.columns.factors[factor] for segment in new])
        return united


def _same_at_the_beginning(segments: Sequence[Segment], others: Sequence[Segment]) -> int:
    """How many of the first segments have the same documents, whether or not these are gone."""
    pairs = zip(segments, others, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0].columns is pair[1].columns, pairs))


def _select(segment: Segment, terms: Terms | None, filters: Filters) -> _Part:
    mask = filters.admit(segment)
    if terms is None:
        return _Part(segment, np.flatnonzero(mask), None)
    if not terms.each:
        return _Part(segment, np.empty(0, dtype=np.int64), None)
    found, tiers = match(segment, terms)
    documents = np.flatnonzero(mask & found)
    return _Part(segment, documents, tiers[documents])


class Index:
    """What all threads of a process search. Readers take ``snapshot`` and wait for nobody."""

    def __init__(self, *, small: int = SMALL) -> None:
        self.snapshot = Snapshot()
        self._small = small
        self._changing = threading.Lock()
        self._merging = threading.Lock()

    def replace(self, articles: Sequence[int], batches: Iterable[Sequence[Document]], *, forget: bool = False) -> None:
        """Put these documents in the place of all that the index has of ``articles`` (numbers; none: of any article).

        Readers have it when this returns; a ``tidy`` should follow. ``forget``: it must then free what is replaced.
        """
        added = Segment.of(batches)
        with self._changing:
            kept = self._without(articles, forget) if articles else []
            self.snapshot = Snapshot([*kept, *([added] if added is not None else [])], self.snapshot)

    def tidy(self, *, wait: bool) -> None:
        """Merge what is to be merged, beside readers and ``replace``. If another thread is at it, leave it to that one,
        or ``wait`` until all is done: what was to be forgotten is gone from memory then."""
        if not self._merging.acquire(blocking=wait):
            return
        try:
            while parts := _to_be_merged(self.snapshot.segments, self._small):
                merged = Segment.merged(parts)
                with self._changing:
                    self.snapshot = Snapshot(_exchanged(self.snapshot.segments, parts, merged), self.snapshot)
        finally:
            self._merging.release()

    def _without(self, articles: Sequence[int], forget: bool) -> list[Segment]:
        gone = np.asarray(articles, dtype=np.int64)
        return [segment.without(gone, forget=forget) for segment in self.snapshot.segments]


def _to_be_merged(segments: Sequence[Segment], small: int) -> Sequence[Segment]:
    """Neighbouring segments that should become one; a single one that should be written anew; or none."""
    for segment in segments:
        if segment.unclean or 2 * int(segment.live.sum()) <= len(segment):
            return [segment]
    for older, newer in zip(segments[-2::-1], segments[:0:-1], strict=True):
        if len(older) <= max(small, 2 * len(newer)):
            return [older, newer]
    return []


def _exchanged(segments: Sequence[Segment], parts: Sequence[Segment], merged: Segment | None) -> list[Segment]:
    """``segments`` with ``merged`` in the place of ``parts``; unchanged if one of these has lost quotes meanwhile."""
    if not all(any(part is segment for segment in segments) for part in parts):
        return list(segments)
    at = next(place for place, segment in enumerate(segments) if segment is parts[0])
    return [*segments[:at], *([merged] if merged is not None else []), *segments[at + len(parts) :]]
