"""Examples for the OpenAPI document: an article of our own, and what the service says of it. A test holds them to the
schemas."""

from __future__ import annotations

from typing import Any

TEXT = (
    "Ông Dmitry Peskov, người phát ngôn Điện Kremlin, nói: “Chúng tôi sẵn sàng đối thoại”. "
    "Ông nói thêm rằng cuộc gặp chưa được ấn định."
)
URL = "https://bao.example/dien-kremlin-1.html"
MODEL = {"name": "ainoi-vi", "version": "1.0", "sha256": "0" * 64}

ARTICLE_REQUEST: dict[str, Any] = {
    "text": TEXT,
    "title": "Điện Kremlin nói về đối thoại",
    "date": "2025-12-04",
    "url": URL,
    "outlet": "Báo Ví Dụ",
}
ARTICLE_REF: dict[str, Any] = {
    "id": "5d3e0c9a41b7f268",
    "title": "Điện Kremlin nói về đối thoại",
    "date": "2025-12-04",
    "url": URL,
    "outlet": "Báo Ví Dụ",
    "version": 1,
    "current": True,
}
QUOTE: dict[str, Any] = {
    "id": "8a1f6b2c3d4e5f60",
    "text": "Chúng tôi sẵn sàng đối thoại",
    "spans": [{"start": 55, "end": 83}],
    "type": "direct",
    "act": "statement",
    "cue": {"start": 49, "end": 52, "text": "nói"},
    "mention": {"start": 0, "end": 47, "text": "Ông Dmitry Peskov, người phát ngôn Điện Kremlin"},
    "speaker": {
        "id": "dmitry-peskov",
        "name": "Dmitry Peskov",
        "kind": "person",
        "role": "người phát ngôn Điện Kremlin",
        "wikidata": None,
        "method": "name",
        "confidence": 0.98,
        "alternatives": [],
        "members": [],
    },
    "via": None,
    "said_on": None,
    "denied": False,
    "nested_in": None,
    "repeat_of": None,
    "confidence": 0.97,
    "context": {"before": "người phát ngôn Điện Kremlin, nói: “", "after": "”. Ông nói thêm rằng"},
    "nested": False,
    "article": ARTICLE_REF,
    "checked": None,
    "model": MODEL,
}
HIT = QUOTE | {"match": "exact_phrase", "highlights": [{"start": 10, "end": 18}]}
QUOTE_PAGE = {
    "quotes": [HIT],
    "total": 1,
    "facets": {
        "speaker": [{"value": "dmitry-peskov", "label": "Dmitry Peskov", "count": 1}],
        "outlet": [{"value": "Báo Ví Dụ", "label": "Báo Ví Dụ", "count": 1}],
        "month": [{"value": "2025-12", "label": "2025-12", "count": 1}],
    },
    "next_page_token": None,
}
VARIANT = QUOTE | {"id": "c0ffee0123456789", "text": "Chúng tôi luôn sẵn sàng đối thoại"}
QUOTE_WITH_VARIANTS = QUOTE | {"variants": [{"probability": 0.97, "quote": VARIANT}]}
ARTICLE = ARTICLE_REF | {
    "schema_version": "1.0",
    "given_id": None,
    "text": None,
    "text_sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "warnings": [],
    "model": MODEL,
    "added_at": "2025-12-04T10:00:00+00:00",
    "quotes": [QUOTE],
    "versions": [ARTICLE_REF],
}
ARTICLE_PAGE = {"articles": [ARTICLE_REF], "next_page_token": None}
TAKE_DOWN = {"articles": 1, "quotes": 2, "scrubbed": True}
BATCH_REQUEST = [ARTICLE_REQUEST, {"text": " "}]
BATCH_RESULT = [
    {"line": 1, "status": 201, "id": "5d3e0c9a41b7f268"},
    {
        "line": 2,
        "status": 422,
        "problem": {
            "type": "about:blank",
            "title": "Unprocessable Entity",
            "status": 422,
            "code": "empty",
            "detail": "the article has no text",
        },
    },
]
SPEAKER_REF = {
    "id": "dmitry-peskov",
    "name": "Dmitry Peskov",
    "kind": "person",
    "wikidata": None,
    "aliases": ["Peskov", "Pê-xcốp"],
}
SPEAKER_PAGE = {"speakers": [SPEAKER_REF | {"quote_count": 1}], "next_page_token": None}
SPEAKER = SPEAKER_REF | {
    "quote_count": 1,
    "offices": [{"title": "người phát ngôn Điện Kremlin", "start": "2012-05-22", "end": None}],
    "months": [{"value": "2025-12", "count": 1}],
    "outlets": [{"value": "Báo Ví Dụ", "count": 1}],
    "latest_quotes": [QUOTE],
}
CHECK_REQUEST = {"claim": "Peskov nói rằng Nga sẵn sàng đối thoại", "speaker": "ông Peskov", "from": "2025-12"}
CHECK = {
    "answer": "verbatim",
    "content": "sẵn sàng đối thoại",
    "speakers": [SPEAKER_REF],
    "evidence": [{"answer": "verbatim", "similarity": 1.0, "quote": QUOTE}],
}
IMPORT_LINE = {
    "article_id": "5d3e0c9a41b7f268",
    "entities": [{"id": 0, "label": "content", "start_offset": 55, "end_offset": 83}],
    "relations": [],
}
IMPORT = {"articles": [{"id": "5d3e0c9a41b7f268", "right": 1, "corrected": 0, "wrong": 1}]}

ANSWERS: dict[str, object] = {
    "putArticle": ARTICLE,
    "listArticles": ARTICLE_PAGE,
    "getArticle": ARTICLE,
    "deleteArticle": TAKE_DOWN,
    "findQuotes": QUOTE_PAGE,
    "getQuote": QUOTE_WITH_VARIANTS,
    "setVerdict": QUOTE | {"checked": "right"},
    "clearVerdict": QUOTE,
    "setSpeaker": QUOTE | {"checked": "corrected"},
    "listSpeakers": SPEAKER_PAGE,
    "getSpeaker": SPEAKER,
    "checkClaim": CHECK,
    "live": {"status": "alive"},
    "ready": {"status": "ready"},
    "importCorrections": IMPORT,
}
"""What each operation that answers in JSON gives when it succeeds."""


def add_to(document: dict[str, Any]) -> None:
    """Put ``ANSWERS`` into an OpenAPI document."""
    for methods in document["paths"].values():
        for operation in methods.values():
            if operation["operationId"] in ANSWERS:
                for status, response in operation["responses"].items():
                    if int(status) < 400:
                        response["content"]["application/json"]["example"] = ANSWERS[operation["operationId"]]
