"""What people say of quotes: right, wrong, somebody else's. A model never touches a quote that has such a mark."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import Connection, select, update

from ainoi import Span, Speaker
from ainoi.schema import SpeakerKind
from ainoi_service.search.folding import fold
from ainoi_service.store import changes, quotes, schema
from ainoi_service.store.engine import Store
from ainoi_service.store.names import Names
from ainoi_service.store.naming import OF_THE_ARTICLE, Speakers, Use, forget_unused
from ainoi_service.store.records import Checked, StoredQuote
from ainoi_service.store.speakers import called_in
from ainoi_service.store.writing import attributed

Verdict = Literal["right", "wrong"]


def mark(store: Store, quote_id: str, verdict: Verdict | None) -> StoredQuote | None:
    """Write down that a person finds the quote right or wrong; with None, that nobody has said so after all.

    A quote that a person corrected or wrote stays ``corrected`` unless it is wrong. Returns the quote as it is now,
    None if there is none with this id.
    """
    with store.write(durable=True) as connection:
        quote = quotes.by_id(connection, quote_id)
        if quote is None:
            return None
        checked: Checked | None = verdict
        if verdict != "wrong" and (quote.checked == "corrected" or quote.model is None):
            checked = "corrected"
        _set(connection, quote, checked=checked, checked_at=store.now() if checked is not None else None)
        changes.note(connection, [quote.article.number])
        return quotes.by_id(connection, quote_id)


def correct_speaker(store: Store, quote_id: str, speaker: Speaker) -> StoredQuote | None:
    """Write down that the quote is ``speaker``'s, as a person says; ``chosen_speaker`` makes one of a name.

    Returns the quote as it is now, None if there is none with this id.
    """
    with store.write(durable=True) as connection:
        quote = quotes.by_id(connection, quote_id)
        if quote is None:
            return None
        corrected = quote.quote().model_copy(update={"speaker": speaker})
        columns = attributed(Speakers(connection, store.names), corrected, quote.article.id)
        before = use_of(connection, quote)
        _set(connection, quote, **columns, checked="corrected", checked_at=store.now())
        forget_unused(connection, before, store.names)
        changes.note(connection, [quote.article.number])
        return quotes.by_id(connection, quote_id)


def chosen_speaker(store: Store, name: str, kind: SpeakerKind = SpeakerKind.PERSON) -> Speaker:
    """The speaker whom a person means by ``name``: the one in the store of this id, name or alias, else a new one.

    If the store has several of this name, it is a new one too. A single word names somebody of one article only.
    """
    with store.read() as connection:
        return chosen_in(connection, name, kind, store.names)


def chosen_in(connection: Connection, name: str, kind: SpeakerKind, names: Names) -> Speaker:
    """``chosen_speaker`` in the caller's transaction."""
    name = " ".join(name.split())
    row = connection.execute(select(schema.speaker).where(schema.speaker.c.id == name)).one_or_none()
    if row is not None:
        return _certain(row.id, row.name, SpeakerKind(row.kind), row.wikidata)
    found = called_in(connection, [name])
    if len(found) == 1 and not found[0].id.startswith(OF_THE_ARTICLE):
        return _certain(found[0].id, found[0].name, SpeakerKind(found[0].kind), found[0].wikidata)
    folded = fold(name)
    scope = "name:" if " " in folded or kind is SpeakerKind.ORGANIZATION else OF_THE_ARTICLE
    return _certain(f"{scope}{folded}", name, kind, None)


def quote_id(article_id: str, spans: Sequence[Span]) -> str:
    """Id of the quote with these spans, as the annotator makes it."""
    places = ",".join(f"{span.start}-{span.end}" for span in spans)
    return hashlib.sha256(f"{article_id}\n{places}".encode()).hexdigest()[:16]


def use_of(connection: Connection, quote: StoredQuote) -> set[Use]:
    """What the quote keeps in the tables of speakers."""
    if quote.speaker_number is None:
        return set()
    alias = select(schema.quote.c.named_as).where(schema.quote.c.number == quote.number)
    return {Use(quote.speaker_number, connection.execute(alias).scalar_one())}


def _certain(id: str, name: str, kind: SpeakerKind, wikidata: str | None) -> Speaker:
    return Speaker(id=id, name=name, kind=kind, wikidata=wikidata, confidence=1.0)


def _set(connection: Connection, quote: StoredQuote, **values: Any) -> None:
    connection.execute(update(schema.quote).where(schema.quote.c.number == quote.number).values(values))
