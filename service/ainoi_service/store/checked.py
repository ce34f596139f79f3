"""Taking in a whole article as a person left it, from a file of an annotation tool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

from sqlalchemy import Connection, delete, select, update

from ainoi import Quote, Span, Speaker
from ainoi.marks import inside, quote_type
from ainoi.schema import Act, Context, QuoteType, SpeakerKind, TextSpan
from ainoi_service.store import changes, quotes, schema
from ainoi_service.store.corrections import chosen_in, quote_id, use_of
from ainoi_service.store.engine import Store
from ainoi_service.store.names import Names
from ainoi_service.store.naming import Speakers, forget_unused
from ainoi_service.store.records import StoredQuote
from ainoi_service.store.replacing import length, renumber, shared
from ainoi_service.store.writing import QuoteRows, columns_of


class WrittenQuote(Protocol):
    """A quote as a person left it. None means that the person does not say; but no cue or mention means none."""

    @property
    def spans(self) -> tuple[Span, ...]: ...
    @property
    def cue(self) -> Span | None: ...
    @property
    def mention(self) -> Span | None: ...
    @property
    def speaker(self) -> Speaker | None: ...
    @property
    def type(self) -> QuoteType | None: ...
    @property
    def act(self) -> Act | None: ...
    @property
    def denied(self) -> bool | None: ...


@dataclass(frozen=True, slots=True)
class CheckedCounts:
    """What became of the quotes: found right, changed or added by the person, and struck out."""

    right: int
    corrected: int
    wrong: int


def put_checked(store: Store, article_id: str, written: Sequence[WrittenQuote]) -> CheckedCounts | None:
    """Write down that a person has checked the whole article and finds exactly ``written`` in it.

    A quote with the spans of a stored one confirms or corrects it. Another is new, and takes the place of the quote of
    the machine that it shares most with, if that is more than half of the shorter of the two. Other stored quotes that
    are not in ``written`` are marked wrong, but for repeats. All in one transaction. Returns None if there is no such
    article; raises ValueError for spans outside its text.
    """
    with store.write(durable=True) as connection:
        columns = schema.article.c
        row = connection.execute(select(columns.number, columns.text).where(columns.id == article_id)).one_or_none()
        if row is None:
            return None
        reading = _Reading(connection, store, row.number, article_id, row.text)
        counts = reading.take(written)
        changes.note(connection, [row.number])
    return counts


class _Reading:
    """One article on its way from what is stored to what a person wrote."""

    def __init__(self, connection: Connection, store: Store, number: int, id: str, text: str) -> None:
        self._connection = connection
        self._names: Names = store.names
        self._now = store.now()
        self._number, self._id, self._text = number, id, text
        self._flags = inside(text)
        self._speakers = Speakers(connection, store.names)

    def take(self, written: Sequence[WrittenQuote]) -> CheckedCounts:
        stored = quotes.of_article(self._connection, self._id)
        uses = {use for quote in stored for use in use_of(self._connection, quote)}
        twins = {quote.spans: quote for quote in stored}
        wanted = {each.spans: each for each in written}
        struck = [quote for quote in stored if quote.spans not in wanted]
        new: list[Quote] = []
        moved: dict[str, str] = {}
        right = corrected = wrong = 0
        for spans, each in wanted.items():
            self._check(each)
            twin = twins.get(spans)
            base = twin or _nearest(spans, struck)
            quote = self._quote(each, base)
            if twin is None:
                new.append(quote)
                if base is not None and base.checked is None:
                    moved.setdefault(base.id, quote.id)
                corrected += 1
            elif twin.checked != "corrected" and _says(quote) == _says(twin.quote()):
                self._set(twin, checked="right", checked_at=self._now)
                right += 1
            else:
                changed = columns_of(self._speakers, quote, self._id)
                self._set(twin, **changed, checked="corrected", checked_at=self._now)
                corrected += 1
        for old in struck:
            if old.id in moved:
                self._connection.execute(delete(schema.quote).where(schema.quote.c.number == old.number))
            elif old.repeat_of is None and old.checked != "wrong":
                self._set(old, checked="wrong", checked_at=self._now)
                wrong += 1
        rows = QuoteRows(self._connection, self._speakers)
        rows.add(self._number, self._id, new, {}, None, checked="corrected", checked_at=self._now)
        rows.flush()
        self._relink(moved)
        renumber(self._connection, self._number)
        forget_unused(self._connection, uses, self._names)
        return CheckedCounts(right, corrected, wrong)

    def _check(self, written: WrittenQuote) -> None:
        spans = written.spans
        places = [*spans, *(span for span in (written.cue, written.mention) if span is not None)]
        if not spans or any(span.end > len(self._text) for span in places):
            raise ValueError(f"a quote needs spans inside the article's {len(self._text)} characters")
        if any(later.start < earlier.end for earlier, later in pairwise(spans)):
            raise ValueError("the spans of a quote must be in order and must not overlap")

    def _quote(self, written: WrittenQuote, base: StoredQuote | None) -> Quote:
        """What the person wrote; what he does not say is as in ``base``, the quote that he had before him."""
        spans, text = written.spans, self._text
        same = base is not None and base.spans == spans
        kind = base.type if base is not None and same else quote_type(text, _pairs(spans), self._flags)
        return Quote(
            id=base.id if base is not None and same else quote_id(self._id, spans),
            text=" … ".join(text[span.start : span.end] for span in spans),
            spans=spans,
            type=written.type or kind,
            act=written.act or (base.act if base else None),
            cue=self._words(written.cue),
            mention=self._words(written.mention),
            speaker=self._speaker(written.speaker, base),
            via=base.via if base else None,
            said_on=base.said_on if base else None,
            denied=written.denied if written.denied is not None else base is not None and base.denied,
            nested_in=base.nested_in if base else None,
            repeat_of=base.repeat_of if base else None,
            confidence=base.confidence if base is not None and same else 1.0,
            context=Context(before="", after=""),
        )

    def _words(self, span: Span | None) -> TextSpan | None:
        return TextSpan(start=span.start, end=span.end, text=self._text[span.start : span.end]) if span else None

    def _speaker(self, written: Speaker | None, base: StoredQuote | None) -> Speaker:
        """The stored speaker if the person means the same or says nothing."""
        if written is None:
            return base.speaker if base is not None else Speaker(kind=SpeakerKind.UNKNOWN, confidence=1.0)
        if base is not None and (written.name, written.kind) == (base.speaker.name, base.speaker.kind):
            return base.speaker
        if written.name is None or written.id is not None or written.members:
            return written
        return chosen_in(self._connection, written.name, written.kind, self._names)

    def _set(self, quote: StoredQuote, **values: Any) -> None:
        self._connection.execute(update(schema.quote).where(schema.quote.c.number == quote.number).values(values))

    def _relink(self, moved: dict[str, str]) -> None:
        """Let links to quotes that were replaced lead to what replaced them, and to nothing where nothing did."""
        columns = schema.quote.c
        rows = self._connection.execute(
            select(columns.id, columns.nested_in, columns.repeat_of).where(columns.article == self._number)
        ).all()
        there = {row.id for row in rows}
        for row in rows:
            links = {}
            for name in ("nested_in", "repeat_of"):
                old = row._mapping[name]
                link = moved.get(old, old)
                if link not in there or link == row.id:
                    link = None
                if link != old:
                    links[name] = link
            if links:
                self._connection.execute(update(schema.quote).where(columns.id == row.id).values(links))


def _nearest(spans: Sequence[Span], among: Sequence[StoredQuote]) -> StoredQuote | None:
    """The quote that shares most with ``spans``, if that is more than half of the shorter of the two."""
    own = _pairs(spans)
    best, most = None, 0
    for each in among:
        other = _pairs(each.spans)
        common = shared(own, other)
        if 2 * common > min(length(own), length(other)) and common > most:
            best, most = each, common
    return best


def _pairs(spans: Sequence[Span]) -> list[tuple[int, int]]:
    return [(span.start, span.end) for span in spans]


def _says(quote: Quote) -> dict[str, Any]:
    """What of a quote a person can have changed."""
    return quote.model_dump(exclude={"context", "confidence"})
