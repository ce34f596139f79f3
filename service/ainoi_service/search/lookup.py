"""Looking quotes up: the one way in which the interface, the pages and the checks search the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from ainoi_service.search.cursors import page_token, place_of
from ainoi_service.search.documents import NONE
from ainoi_service.search.folding import fold
from ainoi_service.search.following import Follower
from ainoi_service.search.highlight import highlights
from ainoi_service.search.index import Filters, Index, Selection, Snapshot
from ainoi_service.search.matching import Tier
from ainoi_service.search.query import QuoteQuery
from ainoi_service.search.terms import Terms, parse
from ainoi_service.store import schema, speakers
from ainoi_service.store.engine import Store
from ainoi_service.store.names import Names
from ainoi_service.store.quotes import by_numbers
from ainoi_service.store.records import StoredQuote
from ainoi_service.telemetry.request import stage

FACETS = ("speaker", "outlet", "month")
"""What every answer is counted by."""
MOST_VALUES = 20
"""Values of a facet that are told, the commonest."""
AT_ONCE = 500
"""Quotes that ``Lookup.every`` reads at once."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A quote that was found. ``highlights`` are half-open places in ``quote.text``, in code points."""

    quote: StoredQuote
    tier: Tier
    highlights: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """How many of all quotes found have this value. ``label`` is what people call it, ``value`` what a query takes."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Page:
    """A part of an answer. ``total`` and ``facets`` count the whole of it."""

    hits: list[Hit]
    total: int
    facets: Mapping[str, list[FacetValue]]
    next_page_token: str | None


class Lookup:
    """Searches a store through an index held in memory. All threads may share one; a process needs one."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._follower = Follower(Index())

    def sync(self) -> Snapshot:
        """The index as the store is now. The first call reads the whole store."""
        with self._store.read() as connection:
            return self._follower.sync(connection)

    @stage("search")
    def search(self, query: QuoteQuery) -> Page:
        """One page of the quotes that answer ``query``. Raises InvalidCursor."""
        after = None if query.page_token is None else place_of(query.page_token, query.digest)
        terms = _terms(query)
        with self._store.read() as connection:
            selection = self._select(connection, query, terms)
            found = selection.first(query.page_size + 1, query.sort, after)
            shown = found[: query.page_size]
            quotes = {quote.number: quote for quote in by_numbers(connection, [one.number for one in shown])}
            facets = {factor: _facet(connection, selection, factor, MOST_VALUES) for factor in FACETS}
        return Page(
            # A quote that was removed after the index was read is left out.
            hits=[
                Hit(quote, one.tier, highlights(quote.text, terms) if terms is not None else [])
                for one in shown
                if (quote := quotes.get(one.number)) is not None
            ],
            total=selection.total,
            facets=facets,
            next_page_token=page_token(query.digest, shown[-1].place) if len(found) > len(shown) else None,
        )

    @stage("search")
    def every(self, query: QuoteQuery) -> Iterator[StoredQuote]:
        """All quotes that answer ``query`` now, in its order, from its page token on. Raises InvalidCursor.

        They are read some at a time while they are taken; those removed meanwhile are left out.
        """
        after = None if query.page_token is None else place_of(query.page_token, query.digest)
        with self._store.read() as connection:
            numbers = self._select(connection, query, _terms(query)).every(query.sort, after).tolist()
        return self._read(numbers)

    def _read(self, numbers: Sequence[int]) -> Iterator[StoredQuote]:
        for first in range(0, len(numbers), AT_ONCE):
            with self._store.read() as connection:
                quotes = by_numbers(connection, numbers[first : first + AT_ONCE])
            yield from quotes

    @stage("search")
    def counts(self, query: QuoteQuery, factor: str, most: int) -> list[FacetValue]:
        """The commonest values of a factor (see ``documents.FACTORS``) among all quotes that answer ``query``."""
        with self._store.read() as connection:
            return _facet(connection, self._select(connection, query, _terms(query)), factor, most)

    def _select(self, connection: Connection, query: QuoteQuery, terms: Terms | None) -> Selection:
        snapshot = self._follower.sync(connection)
        return snapshot.select(terms, _filters(connection, snapshot, query, self._store.names))


def _terms(query: QuoteQuery) -> Terms | None:
    return None if query.q is None or not query.q.strip() else parse(query.q)


def _filters(connection: Connection, snapshot: Snapshot, query: QuoteQuery, names: Names) -> Filters:
    among: dict[str, frozenset[str]] = {}
    if query.speaker is not None:
        among["speaker"] = frozenset(speaker.id for speaker in speakers.find_in(connection, query.speaker, names))
    if query.outlet is not None:
        outlets = snapshot.united("outlet").values
        among["outlet"] = frozenset(outlet for outlet in outlets if _same_name(outlet, query.outlet))
    if query.type is not None:
        among["type"] = frozenset({query.type.value})
    if query.act is not None:
        among["act"] = frozenset({query.act.value})
    return Filters(
        among=among,
        days=query.date_field,
        first=query.first,
        last=query.last,
        least_confidence=query.min_confidence,
    )


def _same_name(name: str, wanted: str) -> bool:
    return name != NONE and (name == wanted or fold(name) == fold(wanted) != "")


def _facet(connection: Connection, selection: Selection, factor: str, most: int) -> list[FacetValue]:
    counts = selection.facet(factor, most)
    names = _speaker_names(connection, [one.value for one in counts]) if factor == "speaker" else {}
    return [FacetValue(one.value, names.get(one.value, one.value), one.quotes) for one in counts]


def _speaker_names(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    speaker = schema.speaker.c
    rows = connection.execute(select(speaker.id, speaker.name).where(speaker.id.in_(ids)))
    return {id: name for id, name in rows}
