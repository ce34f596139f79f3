"""Reading quotes out of the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
    true,
)

from ainoi import Span, Speaker
from ainoi.schema import Act, Candidate, Context, Method, ModelVersion, QuoteType, SpeakerKind, TextSpan
from ainoi_service.store import schema
from ainoi_service.store.records import ArticleHead, StoredQuote

CONTEXT = 80
"""Code points of the article shown on each side of a quote."""
AT_ONCE = 500
"""Numbers named in one statement."""

ARTICLE_HEAD = (
    schema.article.c.number,
    schema.article.c.id,
    schema.article.c.title,
    schema.article.c.date,
    schema.article.c.published_first,
    schema.article.c.published_last,
    schema.article.c.url,
    schema.article.c.outlet,
    schema.article.c.version,
    schema.article.c.current,
)
_HEAD = tuple(column.name for column in ARTICLE_HEAD)


def _quotes() -> Select[Any]:
    quote, article, speaker, model = schema.quote, schema.article, schema.speaker, schema.model
    room = case((quote.c.begins < CONTEXT, quote.c.begins), else_=CONTEXT)
    before = func.substr(article.c.text, quote.c.begins - room + 1, room)
    after = func.substr(article.c.text, quote.c.ends + 1, CONTEXT)
    return (
        select(
            *(column for column in quote.c if column.name not in ("exact", "folded", "article", "model")),
            *(column.label(f"article_{column.name}") for column in ARTICLE_HEAD),
            speaker.c.id.label("speaker_id"),
            speaker.c.name.label("speaker_called"),
            speaker.c.wikidata.label("speaker_wikidata"),
            model.c.name.label("model_name"),
            model.c.version.label("model_version"),
            model.c.sha256.label("model_sha256"),
            before.label("before"),
            after.label("after"),
        )
        .select_from(quote)
        .join(article, article.c.number == quote.c.article)
        .outerjoin(speaker, speaker.c.number == quote.c.speaker)
        .outerjoin(model, model.c.number == quote.c.model)
    )


_QUOTES = _quotes()
_NAMES = tuple(_QUOTES.selected_columns.keys())
_BY_NUMBERS = _QUOTES.where(schema.quote.c.number.in_(bindparam("numbers", expanding=True)))


def counted() -> ColumnElement[bool]:
    """The condition on ``quote`` and ``article`` that holds for the quotes which look-ups show and count."""
    return and_(schema.article.c.current == true(), _shown())


def counted_alone() -> ColumnElement[bool]:
    """``counted`` for a statement without ``article``: old versions are few, and looked up once."""
    old = select(schema.article.c.number).where(schema.article.c.current == false())
    return and_(schema.quote.c.article.not_in(old), _shown())


def _shown() -> ColumnElement[bool]:
    quote = schema.quote.c
    return and_(quote.repeat_of.is_(None), or_(quote.checked.is_(None), quote.checked != "wrong"))


def by_id(connection: Connection, id: str) -> StoredQuote | None:
    """The quote with this id."""
    return next(_read(connection, _QUOTES.where(schema.quote.c.id == id)), None)


def by_numbers(connection: Connection, numbers: Sequence[int]) -> list[StoredQuote]:
    """The quotes with these numbers, in this order; those that are gone are left out."""
    found: dict[int, StoredQuote] = {}
    for first in range(0, len(numbers), AT_ONCE):
        some = {"numbers": numbers[first : first + AT_ONCE]}
        found |= {quote.number: quote for quote in _read(connection, _BY_NUMBERS, some)}
    return [found[number] for number in numbers if number in found]


def of_article(connection: Connection, article_id: str) -> list[StoredQuote]:
    """Every quote of the article, in order; repeats and those checked as wrong too."""
    wanted = _QUOTES.where(schema.article.c.id == article_id)
    return list(_read(connection, wanted.order_by(schema.quote.c.position, schema.quote.c.number)))


def select_quotes() -> Select[Any]:
    """The statement for ``read_quotes``, to be narrowed by conditions on ``schema.quote`` and ``.article``."""
    return _QUOTES


def read_quotes(connection: Connection, statement: Select[Any]) -> list[StoredQuote]:
    """The quotes of a narrowed ``select_quotes()``."""
    return list(_read(connection, statement))


def _read(
    connection: Connection, statement: Select[Any], parameters: Mapping[str, Any] | None = None
) -> Iterator[StoredQuote]:
    for row in connection.execute(statement, parameters).all():
        yield _quote(dict(zip(_NAMES, row, strict=True)))


def article_head(values: RowMapping | Mapping[str, Any], prefix: str = "") -> ArticleHead:
    """The article of a row that has the columns of ``ARTICLE_HEAD``, their names after ``prefix``."""
    return ArticleHead(**{name: values[prefix + name] for name in _HEAD})


def _quote(row: Mapping[str, Any]) -> StoredQuote:
    return StoredQuote(
        number=row["number"],
        id=row["id"],
        article=article_head(row, "article_"),
        position=row["position"],
        text=row["text"],
        spans=tuple(Span(start=start, end=end) for start, end in row["spans"]),
        type=QuoteType(row["type"]),
        act=Act(row["act"]) if row["act"] is not None else None,
        cue=_text_span(row["cue"]),
        mention=_text_span(row["mention"]),
        speaker=_speaker(row),
        speaker_number=row["speaker"],
        via=row["via"],
        said_on=row["said_on"],
        denied=row["denied"],
        nested_in=row["nested_in"],
        repeat_of=row["repeat_of"],
        confidence=row["confidence"],
        context=Context(before=row["before"], after=row["after"]),
        model=_model(row["model_name"], row["model_version"], row["model_sha256"]),
        checked=row["checked"],
        checked_at=row["checked_at"],
    )


@lru_cache(maxsize=100)
def _model(name: str | None, version: str | None, sha256: str | None) -> ModelVersion | None:
    if name is None or version is None or sha256 is None:
        return None
    return ModelVersion(name=name, version=version, sha256=sha256)


def _text_span(value: list[Any] | None) -> TextSpan | None:
    return TextSpan(start=value[0], end=value[1], text=value[2]) if value is not None else None


def _speaker(row: Mapping[str, Any]) -> Speaker:
    said: dict[str, Any] = row["attribution"]
    named = row["speaker_id"] is not None
    return Speaker(
        id=row["speaker_id"],
        name=(row["speaker_name"] or row["speaker_called"]) if named else None,
        kind=SpeakerKind(row["speaker_kind"]),
        role=said.get("role"),
        wikidata=row["speaker_wikidata"],
        method=Method(said["method"]),
        confidence=said["confidence"],
        alternatives=tuple(Candidate(**each) for each in said.get("alternatives", ())),
        members=tuple(said.get("members", ())),
    )
