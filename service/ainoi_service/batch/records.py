"""From one JSON record to an article."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ainoi import Article
from ainoi_service.batch.items import InputError, Read, Unread


def is_annotated(record: object) -> bool:
    """Whether the record is a result or a gold article already: it lists quotes."""
    return isinstance(record, dict) and isinstance(record.get("quotes"), list)


def check_text(text: str, *, max_bytes: int) -> str:
    """``text`` itself. Raises ``InputError`` when it is blank, over the limit, or not what UTF-8 can carry."""
    if not text.strip():
        raise InputError("empty", "the article has no text")
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise InputError("not_utf8", f"half of a surrogate pair at code point {error.start}") from error
    if size > max_bytes:
        raise InputError("too_long", f"the text has {size:,} bytes; the limit is {max_bytes:,}")
    return text


def article_of(record: object, *, default_id: str, path: str, line: int | None, max_bytes: int) -> Read | Unread:
    """The record's article, or its page if it has no text but HTML.

    Fields are ``id, text, title, date, url, outlet``; news-please's ``maintext, date_publish, source_domain`` stand in
    for those that are missing, and ``html`` for the text. Raises ``InputError``.
    """
    if not isinstance(record, dict):
        raise InputError("bad_json", f"a record must be a JSON object, not {type(record).__name__}")
    id = field_of(record, "id") or default_id
    published = field_of(record, "date_publish")
    said: dict[str, str | None] = {
        "title": field_of(record, "title"),
        # news-please writes 2024-11-12 10:00:00
        "date": field_of(record, "date") or (published and published.replace(" ", "T", 1)),
        "url": field_of(record, "url"),
        "outlet": field_of(record, "outlet") or field_of(record, "source_domain"),
    }
    text, html = _text_of(record), record.get("html")
    if text is not None and (text.strip() or not isinstance(html, str)):
        return Read(Article(id=id, text=check_text(text, max_bytes=max_bytes), **said), path, line)
    if isinstance(html, str):
        return Unread(_whole(html), id, path, line, said)
    raise InputError("no_text", "the record has none of text, maintext and html")


def _text_of(record: Mapping[str, Any]) -> str | None:
    """``text`` or ``maintext``, the first that is not blank; a blank one if there is no other."""
    texts = [value for name in ("text", "maintext") if isinstance(value := record.get(name), str)]
    return next((text for text in texts if text.strip()), texts[0] if texts else None)


def field_of(record: Mapping[str, Any], name: str) -> str | None:
    """A metadata field as text: strings and whole numbers; anything else, and a blank string, counts as absent."""
    value = record.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = _whole(str(value))
    return text if text.strip() else None


def _whole(text: str) -> str:
    """``text`` with a question mark for each half of a surrogate pair, which JSON can hold and nothing can pass on."""
    return text.encode("utf-8", "replace").decode("utf-8")
