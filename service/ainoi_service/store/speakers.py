"""Who is quoted: finding speakers as people write their names, and what the store has of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select

from ainoi_service.search.folding import exact, fold
from ainoi_service.store import quotes, schema
from ainoi_service.store.days import month
from ainoi_service.store.engine import Store
from ainoi_service.store.names import Names
from ainoi_service.store.records import StoredQuote, StoredSpeaker

_SPEAKER = select(
    schema.speaker.c.number,
    schema.speaker.c.id,
    schema.speaker.c.name,
    schema.speaker.c.kind,
    schema.speaker.c.wikidata,
)


@dataclass(frozen=True, slots=True)
class Quoted:
    """A speaker and how many of his quotes look-ups show."""

    speaker: StoredSpeaker
    quotes: int


@dataclass(frozen=True, slots=True)
class Profile:
    """What the store has of a speaker; counts are of the quotes that look-ups show."""

    speaker: StoredSpeaker
    quotes: int
    months: tuple[tuple[str, int], ...]
    """Quotes by month of publication, ``YYYY-MM``, in order; articles with no month are not in it."""
    outlets: tuple[tuple[str, int], ...]
    """Quotes by outlet, most first; articles without one are not in it."""


def get(store: Store, id: str) -> StoredSpeaker | None:
    """The speaker with this id."""
    with store.read() as connection:
        return next(iter(_read(connection, _SPEAKER.where(schema.speaker.c.id == id))), None)


def find(store: Store, text: str) -> list[StoredSpeaker]:
    """Everybody whom ``text`` may mean: an id, a name, an alias, with or without diacritics, title and first names.

    The first of these that gives anybody decides: the id; a name or alias letter by letter; one without diacritics; the
    last part of a name. In the order of their ids.
    """
    with store.read() as connection:
        return find_in(connection, text, store.names)


def find_in(connection: Connection, text: str, names: Names) -> list[StoredSpeaker]:
    """``find`` in the caller's transaction."""
    speaker = schema.speaker.c
    found = _read(connection, _SPEAKER.where(speaker.id == text.strip()))
    if found:
        return found
    forms = _forms(text, names)
    called = called_in(connection, forms)
    if called:
        return called
    folded = [form for each in forms if (form := fold(each))]
    if not folded:
        return []
    alias = select(schema.alias.c.speaker).where(schema.alias.c.folded.in_(folded))
    found = _read(connection, _SPEAKER.where(or_(speaker.number.in_(alias), speaker.folded.in_(folded))))
    return found or _read(connection, _SPEAKER.where(or_(*(speaker.folded.like(f"% {form}") for form in folded))))


def called_in(connection: Connection, forms: Sequence[str]) -> list[StoredSpeaker]:
    """Everybody who has one of ``forms`` as a name or alias, letter by letter but for case and signs."""
    folded = [form for each in forms if (form := fold(each))]
    wanted = {exact(each) for each in forms}
    alias = schema.alias.c
    rows = connection.execute(select(alias.speaker, alias.text).where(alias.folded.in_(folded)))
    numbers = {row.speaker for row in rows if exact(row.text) in wanted}
    return _read(connection, _SPEAKER.where(schema.speaker.c.number.in_(numbers))) if numbers else []


def listed(store: Store, *, limit: int, after: tuple[int, int] | None = None, text: str | None = None) -> list[Quoted]:
    """Speakers, the most quoted first, then by number; those whom look-ups never show are left out.

    ``after``: quotes and number of the last one that was seen. ``text``: only those whom ``find`` finds by it.
    """
    number, count = schema.quote.c.speaker, func.count()
    statement = (
        select(number.label("number"), count.label("quotes"))
        .where(number.is_not(None), quotes.counted_alone())
        .group_by(number)
        .order_by(count.desc(), number)
        .limit(limit)
    )
    if after is not None:
        statement = statement.having(or_(count < after[0], and_(count == after[0], number > after[1])))
    with store.read() as connection:
        if text is not None:
            found = [each.number for each in find_in(connection, text, store.names)]
            statement = statement.where(number.in_(found))
        rows = connection.execute(statement).all()
        chosen = _SPEAKER.where(schema.speaker.c.number.in_([row.number for row in rows]))
        speakers = {speaker.number: speaker for speaker in _read(connection, chosen)}
    return [Quoted(speakers[row.number], row.quotes) for row in rows]


def profile(store: Store, id: str) -> Profile | None:
    """What the store has of the speaker with this id."""
    article = schema.article.c
    columns = (article.published_first, article.published_last, article.outlet)
    with store.read() as connection:
        speaker = next(iter(_read(connection, _SPEAKER.where(schema.speaker.c.id == id))), None)
        if speaker is None:
            return None
        rows = connection.execute(
            select(*columns, func.count().label("quotes"))
            .join(schema.quote, schema.quote.c.article == article.number)
            .where(schema.quote.c.speaker == speaker.number, quotes.counted())
            .group_by(*columns)
        ).all()
    months: dict[str, int] = {}
    outlets: dict[str, int] = {}
    for row in rows:
        if (name := month(row.published_first, row.published_last)) is not None:
            months[name] = months.get(name, 0) + row.quotes
        if row.outlet is not None:
            outlets[row.outlet] = outlets.get(row.outlet, 0) + row.quotes
    return Profile(
        speaker,
        sum(row.quotes for row in rows),
        tuple(sorted(months.items())),
        tuple(sorted(outlets.items(), key=lambda each: (-each[1], each[0]))),
    )


def latest(store: Store, id: str, *, limit: int) -> list[StoredQuote]:
    """The last quotes of the speaker with this id that look-ups show, in their order of ``newest``: by the first day of
    publication, undated ones last, then by id."""
    article, quote = schema.article.c, schema.quote.c
    newest = (article.published_first.is_(None), article.published_first.desc(), quote.id)
    chosen = (
        select(quote.number)
        .join(schema.article, article.number == quote.article)
        .join(schema.speaker, schema.speaker.c.number == quote.speaker)
        .where(schema.speaker.c.id == id, quotes.counted())
        .order_by(*newest)
        .limit(limit)
    )
    with store.read() as connection:
        return quotes.by_numbers(connection, list(connection.execute(chosen).scalars()))


def _forms(text: str, names: Names) -> list[str]:
    plain = " ".join(text.split())
    return list(dict.fromkeys(form for form in (plain, " ".join(names.bare(plain).split())) if form))


def _read(connection: Connection, statement: Select[Any]) -> list[StoredSpeaker]:
    rows = sorted(connection.execute(statement).all(), key=lambda row: row.id)  # databases sort text each in its way
    if not rows:
        return []
    alias = schema.alias.c
    named = select(alias.speaker, alias.text).where(alias.speaker.in_([row.number for row in rows]))
    aliases: dict[int, set[str]] = {row.number: set() for row in rows}
    for speaker, text in connection.execute(named):
        aliases[speaker].add(text)
    return [
        StoredSpeaker(
            number=row.number,
            id=row.id,
            name=row.name,
            kind=row.kind,
            wikidata=row.wikidata,
            aliases=tuple(sorted(aliases[row.number] - {row.name})),
        )
        for row in rows
    ]
