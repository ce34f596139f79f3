"""Articles and quotes as the store gives them, without a store."""

from __future__ import annotations

import hashlib
from typing import Any

from ainoi import Span, Speaker
from ainoi.schema import Act, Context, Method, ModelVersion, QuoteType, SpeakerKind, TextSpan
from ainoi_service.store.records import ArticleHead, StoredArticle, StoredQuote

MODEL = ModelVersion(name="ainoi-vi", version="1", sha256="0" * 64)
PESKOV = Speaker(
    id="dmitry-peskov",
    name="Dmitry Peskov",
    kind=SpeakerKind.PERSON,
    role="người phát ngôn Điện Kremlin",
    wikidata="Q1",
    method=Method.NAME,
    confidence=0.9,
)
UNNAMED = Speaker(kind=SpeakerKind.UNNAMED, confidence=0.8)


def stored_article(text: str, **changes: Any) -> StoredArticle:
    """An article with this text."""
    fields: dict[str, Any] = {
        "number": 1,
        "id": "a1b2c3d4e5f60718",
        "title": "Điện Kremlin nói về đàm phán",
        "date": "2025-12-04",
        "published_first": 20251204,
        "published_last": 20251204,
        "url": "https://bao.example/dien-kremlin-1.html",
        "outlet": "Báo Ví Dụ",
        "version": 1,
        "current": True,
        "given_id": "",
        "text": text,
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "warnings": (),
        "model": MODEL,
        "added_at": "2025-12-05T00:00:00Z",
    }
    return StoredArticle(**(fields | changes))


def stored_quote(
    article: StoredArticle,
    *spans: tuple[int, int],
    cue: tuple[int, int] | None = None,
    mention: tuple[int, int] | None = None,
    **changes: Any,
) -> StoredQuote:
    """A quote of the article with these spans."""
    text = article.text
    head = {name: getattr(article, name) for name in ArticleHead.__dataclass_fields__}
    fields: dict[str, Any] = {
        "number": spans[0][0] + 1,
        "id": f"{article.id}-{spans[0][0]}",
        "article": ArticleHead(**head),
        "position": 0,
        "text": " … ".join(text[start:end] for start, end in spans),
        "spans": tuple(Span(start=start, end=end) for start, end in spans),
        "type": QuoteType.DIRECT,
        "act": Act.STATEMENT,
        "cue": _text_span(text, cue),
        "mention": _text_span(text, mention),
        "speaker": PESKOV,
        "speaker_number": 1,
        "via": None,
        "said_on": "2025-12-03",
        "denied": False,
        "nested_in": None,
        "repeat_of": None,
        "confidence": 0.9,
        "context": Context(before=text[max(0, spans[0][0] - 80) : spans[0][0]], after=text[spans[-1][1] :][:80]),
        "model": MODEL,
        "checked": None,
        "checked_at": None,
    }
    return StoredQuote(**(fields | changes))


def _text_span(text: str, span: tuple[int, int] | None) -> TextSpan | None:
    return TextSpan(start=span[0], end=span[1], text=text[span[0] : span[1]]) if span else None
