"""What becomes of an article's quotes when a model reads it again: people's checks stay, and nothing stands twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, select, update

from ainoi import Quote
from ainoi_service.store import schema
from ainoi_service.store.naming import Use

Pairs = Sequence[tuple[int, int]]


class CheckedRow(NamedTuple):
    """A quote that a person has checked."""

    id: str
    spans: Pairs
    nested: bool
    wrong: bool


def remove_machine_made(connection: Connection, article: int) -> set[Use]:
    """Delete the quotes of the article (by number) that a model made and nobody has checked. Returns what they used."""
    quote = schema.quote.c
    made = (quote.article == article, quote.checked.is_(None), quote.model.is_not(None))
    uses = {
        Use(row.speaker, row.named_as)
        for row in connection.execute(select(quote.speaker, quote.named_as).where(*made))
        if row.speaker is not None
    }
    connection.execute(delete(schema.quote).where(*made))
    return uses


def kept(connection: Connection, article: int, quotes: Sequence[Quote]) -> tuple[set[str], list[Quote]]:
    """Ids of the article's remaining quotes, all checked, and those of ``quotes`` that may stand beside them.

    Links from one quote to another that is not to be there lead to the checked one in its place, or nowhere.
    """
    quote = schema.quote.c
    rows = connection.execute(
        select(quote.id, quote.spans, quote.nested_in, quote.repeat_of, quote.checked).where(quote.article == article)
    ).all()
    checked = [CheckedRow(row.id, row.spans, row.nested_in is not None, row.checked == "wrong") for row in rows]
    ids = {row.id for row in rows}
    stand_in = {each.id: place for each in quotes if (place := _place_taken(each, checked, ids)) is not None}
    there = ids | {each.id for each in quotes if each.id not in stand_in}

    def link(id: str | None, own: str) -> str | None:
        id = stand_in.get(id, id) if id is not None else None
        return id if id in there and id != own else None

    for row in rows:
        links = {"nested_in": link(row.nested_in, row.id), "repeat_of": link(row.repeat_of, row.id)}
        if links != {"nested_in": row.nested_in, "repeat_of": row.repeat_of}:
            connection.execute(update(schema.quote).where(quote.id == row.id).values(links))
    beside = [each for each in quotes if each.id not in stand_in]
    return ids, [
        each.model_copy(update={"nested_in": link(each.nested_in, each.id), "repeat_of": link(each.repeat_of, each.id)})
        for each in beside
    ]


def _place_taken(quote: Quote, checked: Iterable[CheckedRow], ids: set[str]) -> str | None:
    """Id of the checked quote in whose place ``quote`` stands, None if in none."""
    if quote.id in ids:
        return quote.id
    spans = [(span.start, span.end) for span in quote.spans]
    return next((each.id for each in checked if _same_place(spans, quote.nested, each)), None)


def _same_place(spans: Pairs, nested: bool, checked: CheckedRow) -> bool:
    """Whether a person has decided on these words: more than half of the shorter of the two quotes is in both.

    What is wrong takes the place only of about the same words: more than half of the longer. A quote inside another's
    content has its own place.
    """
    if nested != checked.nested:
        return False
    lengths = sorted((length(spans), length(checked.spans)))
    return 2 * shared(spans, checked.spans) > lengths[1 if checked.wrong else 0]


def shared(one: Pairs, other: Pairs) -> int:
    """Characters in both; the spans of each do not overlap."""
    return sum(max(0, min(end, last) - max(start, first)) for start, end in one for first, last in other)


def length(spans: Pairs) -> int:
    """Characters of all spans."""
    return sum(end - start for start, end in spans)


def renumber(connection: Connection, article: int) -> None:
    """Put the quotes of the article (by number) into the order of where they begin, outer ones first."""
    quote = schema.quote.c
    rows = connection.execute(
        select(quote.number, quote.position)
        .where(quote.article == article)
        .order_by(quote.begins, quote.ends.desc(), quote.number)
    ).all()
    for position, row in enumerate(rows):
        if row.position != position:
            connection.execute(update(schema.quote).where(quote.number == row.number).values(position=position))
