"""Putting annotated articles into the store: the same article twice is stored once, a new model replaces an old one's
quotes in one transaction, and what a person has checked stays."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update

from ainoi import AnnotatedArticle, Article
from ainoi.schema import ModelVersion
from ainoi_service.store import changes, numbers, schema
from ainoi_service.store.days import days
from ainoi_service.store.engine import Store
from ainoi_service.store.errors import StoreError
from ainoi_service.store.naming import Speakers, Use, forget_unused
from ainoi_service.store.replacing import kept, remove_machine_made, renumber
from ainoi_service.store.writing import QuoteRows, model_number

AT_ONCE = 100
"""Articles looked up and written in one go."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""What PostgreSQL and UTF-8 cannot hold; it is refused for SQLite too, so that both hold the same."""

Embeddings = Mapping[str, bytes]
"""Vectors by quote id: float16, little-endian, of unit length."""


@dataclass(frozen=True, slots=True)
class Put:
    """Where an article went. ``created``: it was not in the store before."""

    id: str
    created: bool


@dataclass(frozen=True, slots=True)
class Annotation:
    """An article as the caller has it, with its annotation and its quotes' vectors."""

    article: Article
    annotated: AnnotatedArticle
    embeddings: Embeddings = field(default_factory=dict)


def source_of(article: Article) -> str:
    """Where the article came from: its URL without fragment and blanks around it, else the caller's id, else its text.

    A hash of it, for it is the key of an index and a URL may be long.
    """
    url = (article.url or "").partition("#")[0].strip()
    if url:
        return f"url:{_hash(url)}"
    return f"id:{_hash(article.id)}" if article.id else f"text:{article.text_sha256}"


def article_id(source: str, text_sha256: str) -> str:
    """The store's id of the text with this hash from this source: 16 hexadecimal digits."""
    return _hash(f"{source}\n{text_sha256}")[:16]


def prepared(article: Article) -> Article:
    """``article`` as the annotator is to have it: with the store's id, which quote ids are made from.

    Raises StoreError (bad_characters) for what no store can hold.
    """
    for value in (article.text, article.id, article.title, article.url, article.outlet):
        if value is not None and _UNSTORABLE.search(value):
            raise StoreError("bad_characters", "the article holds a null character or half of a surrogate pair")
    return article.model_copy(update={"id": article_id(source_of(article), article.text_sha256)})


def known(store: Store, article: Article, model: ModelVersion) -> str | None:
    """The id of ``article`` if the store has it just so: the same text from the same source, read by this model.

    None too if the caller now gives another title, date or outlet: they decide who is meant. ``article`` is the
    caller's, with the caller's own id.
    """
    id = prepared(article).id
    with store.read() as connection:
        row = _stored(connection, [id]).get(id)
    return id if row is not None and row.sha256 == model.sha256 and not _news(article, row) else None


def put(
    store: Store,
    article: Article,
    annotated: AnnotatedArticle,
    embeddings: Embeddings | None = None,
    *,
    replace: bool = False,
) -> Put:
    """Store the annotation of ``prepared(article)``, in one transaction.

    If the store has it from another model, or with another title, date or outlet, the quotes that model made are
    replaced, and those that a person has checked stay. If it has it just so, nothing is written, unless ``replace``.
    Raises StoreError (bad_characters, store_busy), ValueError if ``annotated`` is of another article.
    """
    [done] = put_many(store, [Annotation(article, annotated, embeddings or {})], replace=replace)
    return done


def put_many(store: Store, annotations: Iterable[Annotation], *, replace: bool = False) -> list[Put]:
    """``put`` for each, all in one transaction: if one cannot be stored, none is."""
    waiting = iter(annotations)
    done: list[Put] = []
    with store.write() as connection:
        ingest = _Ingest(connection, store, replace=replace)
        while some := list(islice(waiting, AT_ONCE)):
            done += ingest.put(some)
        ingest.finish()
    return done


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class _Stored(NamedTuple):
    """What decides whether an article is known."""

    number: int
    title: str | None
    date: str | None
    outlet: str | None
    model: int
    sha256: str


class _Version(NamedTuple):
    number: int
    version: int
    current: bool


_STORED = (
    select(*(schema.article.c[name] for name in ("id", "number", "title", "date", "outlet", "model")))
    .add_columns(schema.model.c.sha256)
    .join(schema.model, schema.model.c.number == schema.article.c.model)
    .where(schema.article.c.id.in_(bindparam("ids", expanding=True)))
)
_VERSIONS = select(*(schema.article.c[name] for name in ("source", "number", "version", "current"))).where(
    schema.article.c.source.in_(bindparam("sources", expanding=True))
)


def _stored(connection: Connection, ids: Sequence[str]) -> dict[str, _Stored]:
    return {row.id: _Stored._make(row[1:]) for row in connection.execute(_STORED, {"ids": ids})}


def _read_date(article: Article) -> str | None:
    """The date if it is one: what cannot be read is kept nowhere."""
    return article.date if days(article.date)[0] is not None else None


def _news(article: Article, stored: _Stored) -> dict[str, Any]:
    """What the caller says of a stored article that the store does not know. Silence is no news."""
    said = {"title": article.title, "date": _read_date(article), "outlet": article.outlet}
    return {name: value for name, value in said.items() if value is not None and value != getattr(stored, name)}


class _Ingest:
    """One transaction of putting; rows are collected and written together."""

    def __init__(self, connection: Connection, store: Store, *, replace: bool) -> None:
        self._connection = connection
        self._store = store
        self._replace = replace
        self._speakers = Speakers(connection, store.names, collecting=True)
        self._rows = QuoteRows(connection, self._speakers)
        self._numbers: list[int] = []
        self._articles: list[dict[str, Any]] = []
        self._waiting: set[int] = set()
        self._models: dict[str, int] = {}
        self._stored: dict[str, _Stored] = {}
        self._versions: dict[str, list[_Version]] = {}
        self._changed: dict[int, None] = {}
        self._unused: set[Use] = set()
        self._mixed: set[int] = set()

    def put(self, annotations: Sequence[Annotation]) -> list[Put]:
        """Put some articles; what this is to replace or to stand beside is looked up for all of them at once."""
        ids = [prepared(each.article).id for each in annotations]
        sources = [source_of(each.article) for each in annotations]
        self._stored = _stored(self._connection, ids)
        self._versions = {source: [] for source in sources}
        for source, *version in self._connection.execute(_VERSIONS, {"sources": sources}):
            self._versions[source].append(_Version._make(version))
        new = set(ids).difference(self._stored)
        self._numbers = numbers.take(self._connection, schema.article, len(new))
        self._speakers.expect(
            (quote.speaker, id) for each, id in zip(annotations, ids, strict=True) for quote in each.annotated.quotes
        )
        done = [self._put(*each) for each in zip(annotations, ids, sources, strict=True)]
        self._flush()
        return done

    def finish(self) -> None:
        """Put in order what all the articles together have left behind."""
        for number in sorted(self._mixed):
            renumber(self._connection, number)
        forget_unused(self._connection, self._unused, self._store.names)
        changes.note(self._connection, self._changed)

    def _put(self, annotation: Annotation, id: str, source: str) -> Put:
        article, annotated = annotation.article, annotation.annotated
        if annotated.id != id or annotated.text_sha256 != article.text_sha256:
            raise ValueError(f"the annotation is not of article {id}: annotate prepared(article)")
        model = self._model(annotated.model)
        stored = self._stored.get(id)
        if stored is None:
            number = self._add(annotation, id, source, model)
            self._rows.add(number, id, annotated.quotes, annotation.embeddings, model)
        elif self._replace or stored.model != model or _news(article, stored):
            number = stored.number
            self._replace_quotes(annotation, id, stored, model)
        else:
            if annotation.embeddings:
                self._flush()
                self._rows.add_embeddings(stored.number, annotation.embeddings, model, only_missing=True)
            return Put(id, created=False)
        self._changed[number] = None
        self._waiting.add(number)
        return Put(id, created=stored is None)

    def _flush(self) -> None:
        if self._articles:
            self._connection.execute(insert(schema.article), self._articles)
            self._articles = []
        self._rows.flush()
        self._waiting = set()

    def _model(self, model: ModelVersion) -> int:
        if model.sha256 not in self._models:
            self._models[model.sha256] = model_number(self._connection, model)
        return self._models[model.sha256]

    def _add(self, annotation: Annotation, id: str, source: str, model: int) -> int:
        """A new row of ``article``, the current one of its source. Returns its number."""
        article, annotated = annotation.article, annotation.annotated
        earlier = self._versions[source]
        for each in earlier:
            if each.current:
                self._flush()
                of_it = schema.article.c.number == each.number
                self._connection.execute(update(schema.article).where(of_it).values(current=False))
                self._changed[each.number] = None
        number = self._numbers.pop(0)
        date = _read_date(article)
        first, last = days(date)
        version = max((each.version for each in earlier), default=0) + 1
        self._articles.append(
            {
                "number": number,
                "id": id,
                "source": source,
                "version": version,
                "current": True,
                "text_sha256": annotated.text_sha256,
                "text": article.text,
                "given_id": article.id,
                "title": article.title,
                "date": date,
                "published_first": first,
                "published_last": last,
                "url": article.url,
                "outlet": article.outlet,
                "warnings": list(annotated.warnings),
                "model": model,
                "added_at": self._store.now(),
            }
        )
        self._versions[source] = [*(each._replace(current=False) for each in earlier), _Version(number, version, True)]
        self._stored[id] = _Stored(number, article.title, date, article.outlet, model, annotated.model.sha256)
        return number

    def _replace_quotes(self, annotation: Annotation, id: str, stored: _Stored, model: int) -> None:
        """Put the annotation's quotes in the place of those that a model made and nobody has checked."""
        number, annotated = stored.number, annotation.annotated
        if number in self._waiting:
            self._flush()
        values: dict[str, Any] = _news(annotation.article, stored)
        if "date" in values:
            values["published_first"], values["published_last"] = days(values["date"])
        values |= {"model": model, "warnings": list(annotated.warnings)}
        self._connection.execute(update(schema.article).where(schema.article.c.number == number).values(values))
        self._unused |= remove_machine_made(self._connection, number)
        checked, quotes = kept(self._connection, number, annotated.quotes)
        self._rows.add(number, id, quotes, annotation.embeddings, model)
        if checked:
            self._mixed.add(number)
            own = {each: vector for each, vector in annotation.embeddings.items() if each in checked}
            self._rows.add_embeddings(number, own, model, only_missing=False)
        self._stored[id] = stored._replace(
            **{name: value for name, value in values.items() if name in _Stored._fields}, sha256=annotated.model.sha256
        )
