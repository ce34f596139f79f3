"""Corrected files of annotation tools, and what they say of the article of ``tests/service/exchange``."""

from __future__ import annotations

import json
from typing import Any

from ainoi import Span, Speaker
from ainoi.schema import Act, QuoteType, SpeakerKind
from ainoi_service.exchange.checked import CheckedArticle, CheckedQuote

Json = Any

PESKOV = Speaker(id="dmitry-peskov", name="Dmitry Peskov", kind=SpeakerKind.PERSON, confidence=1.0)

OFFICIAL = Speaker(kind=SpeakerKind.UNNAMED, confidence=1.0)

FIRST = CheckedQuote(
    spans=(Span(start=3, end=21), Span(start=41, end=50)),
    cue=Span(start=35, end=38),
    mention=Span(start=24, end=34),
    speaker=PESKOV,
    type=QuoteType.DIRECT,
    act=Act.STATEMENT,
    denied=False,
)

SECOND = CheckedQuote(
    spans=(Span(start=74, end=90),),
    cue=Span(start=54, end=58),
    mention=Span(start=59, end=72),
    speaker=OFFICIAL,
    type=QuoteType.INDIRECT,
    act=None,
    denied=False,
)


def results(annotated: Json) -> list[Json]:
    found: list[Json] = annotated["annotations"][0]["result"]
    return found


def region(annotated: Json, id: str, type: str = "labels") -> Json:
    return next(each for each in results(annotated) if each.get("id") == id and each["type"] == type)


def control(annotated: Json, id: str, name: str) -> Json:
    return next(each for each in results(annotated) if each.get("id") == id and each["from_name"] == name)


def encoded(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def of(*quotes: CheckedQuote) -> tuple[CheckedArticle, ...]:
    return (CheckedArticle(article_id="a1b2c3d4e5f60718", quotes=quotes),)


def changed(quote: CheckedQuote, **changes: Any) -> CheckedQuote:
    return CheckedQuote(**({name: getattr(quote, name) for name in CheckedQuote.__dataclass_fields__} | changes))
