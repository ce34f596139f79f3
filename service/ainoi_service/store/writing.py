"""Rows of quotes, and of what hangs on them, on their way into the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from ainoi import Quote, Speaker
from ainoi.schema import ModelVersion, TextSpan
from ainoi_service.search.folding import exact_and_folded
from ainoi_service.store import numbers, schema
from ainoi_service.store.days import days
from ainoi_service.store.naming import Speakers, of_article


def model_number(connection: Connection, model: ModelVersion) -> int:
    """Number of the model's row, which is made if there is none."""
    found = select(schema.model.c.number).where(schema.model.c.sha256 == model.sha256)
    number = connection.execute(found).scalar_one_or_none()
    if number is None:
        added = connection.execute(insert(schema.model).values(model.model_dump()))
        assert added.inserted_primary_key is not None
        number = int(added.inserted_primary_key[0])
    return number


class QuoteRows:
    """Collects rows of quotes and their vectors; ``flush`` writes them, all in one go."""

    def __init__(self, connection: Connection, speakers: Speakers) -> None:
        self._connection = connection
        self._speakers = speakers
        self._quotes: list[dict[str, Any]] = []
        self._vectors: list[tuple[int, bytes, int]] = []

    def add(
        self,
        article: int,
        article_id: str,
        quotes: Iterable[Quote],
        embeddings: Mapping[str, bytes],
        model: int | None,
        **checked: Any,
    ) -> None:
        """Quotes of the article with number ``article``; ``model`` is the number of the one that made them.

        ``checked``: values of the columns ``checked`` and ``checked_at``.
        """
        for position, quote in enumerate(quotes):
            if model is not None and quote.id in embeddings:
                self._vectors.append((len(self._quotes), embeddings[quote.id], model))
            row = {"checked": None, "checked_at": None} | checked
            row |= {"article": article, "position": position, "model": model}
            self._quotes.append(row | columns_of(self._speakers, quote, article_id))

    def flush(self) -> None:
        """Write what was added, speakers too."""
        self._speakers.flush()
        if not self._quotes:
            return
        given = numbers.take(self._connection, schema.quote, len(self._quotes))
        for row, number in zip(self._quotes, given, strict=True):
            row["number"] = number
        self._connection.execute(insert(schema.quote), self._quotes)
        if self._vectors:
            vectors = [{"quote": given[at], "vector": vector, "model": model} for at, vector, model in self._vectors]
            self._connection.execute(insert(schema.embedding), vectors)
        self._quotes, self._vectors = [], []

    def add_embeddings(self, article: int, embeddings: Mapping[str, bytes], model: int, *, only_missing: bool) -> None:
        """Vectors of quotes that are stored: of those without one, or in the place of the ones they have."""
        quote, embedding = schema.quote.c, schema.embedding.c
        joined = select(quote.number, quote.id, embedding.quote).outerjoin(
            schema.embedding, embedding.quote == quote.number
        )
        rows = [
            row
            for row in self._connection.execute(joined.where(quote.article == article)).all()
            if row.id in embeddings and not (only_missing and row.quote is not None)
        ]
        if not rows:
            return
        there = [{"there": row.number} for row in rows]
        self._connection.execute(delete(schema.embedding).where(embedding.quote == bindparam("there")), there)
        self._connection.execute(
            insert(schema.embedding),
            [{"quote": row.number, "vector": embeddings[row.id], "model": model} for row in rows],
        )


def columns_of(speakers: Speakers, quote: Quote, article_id: str) -> dict[str, Any]:
    """The columns that say what the quote is and whose; the rows of its speaker and alias are made."""
    return _words(quote) | attributed(speakers, quote, article_id)


def _words(quote: Quote) -> dict[str, Any]:
    """The columns that say what the quote is."""
    said_first, said_last = days(quote.said_on)
    exact, folded = exact_and_folded(quote.text)
    return {
        "id": quote.id,
        "text": quote.text,
        "exact": exact,
        "folded": folded,
        "spans": [[span.start, span.end] for span in quote.spans],
        "begins": quote.spans[0].start,
        "ends": quote.spans[-1].end,
        "type": quote.type.value,
        "act": quote.act.value if quote.act is not None else None,
        "cue": _place(quote.cue),
        "mention": _place(quote.mention),
        "via": quote.via,
        "said_on": quote.said_on,
        "said_first": said_first,
        "said_last": said_last,
        "denied": quote.denied,
        "nested_in": quote.nested_in,
        "repeat_of": quote.repeat_of,
        "confidence": quote.confidence,
    }


def attributed(speakers: Speakers, quote: Quote, article_id: str) -> dict[str, Any]:
    """The columns that say whose the quote is; the rows of its speaker and alias are made."""
    speaker = quote.speaker
    columns: dict[str, Any] = {"speaker": None, "speaker_name": None, "named_as": None}
    if speaker.name is not None:
        number, name = speakers.row(speaker, article_id)
        mention = quote.mention.text if quote.mention is not None else None
        columns = {
            "speaker": number,
            "speaker_name": speaker.name if speaker.name != name else None,
            "named_as": speakers.named(speaker, mention, article_id),
        }
    return columns | {"speaker_kind": speaker.kind.value, "attribution": _attribution(speaker, article_id)}


def _attribution(speaker: Speaker, article_id: str) -> dict[str, Any]:
    said: dict[str, Any] = {"method": speaker.method.value, "confidence": speaker.confidence}
    if speaker.role is not None:
        said["role"] = speaker.role
    if speaker.members:
        said["members"] = list(speaker.members)
    if speaker.alternatives:
        said["alternatives"] = [
            each.model_dump(mode="json") | {"id": of_article(each.id, article_id) if each.id else None}
            for each in speaker.alternatives
        ]
    return said


def _place(span: TextSpan | None) -> list[Any] | None:
    return [span.start, span.end, span.text] if span is not None else None
