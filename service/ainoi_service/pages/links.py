"""Addresses: of our own pages, and those of others that may be linked to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit

_ODD = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\\<>\"'`\ud800-\udfff]")


def external(url: str | None) -> str | None:
    """``url`` if it can be linked to: a whole ``http`` or ``https`` address without anything odd in it; else None.

    (What else an article may call its address runs as a script when clicked: ``javascript:``, ``data:``.)
    """
    url = (url or "").strip()
    if _ODD.search(url):
        return None
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:  # what urllib says of a broken IPv6 host
        return None
    return url if usable else None


def address(*path: str, **query: object) -> str:
    """Address of a page of ours: the first part as it is, the following ones as segments; None is left out."""
    head, *segments = path
    whole = quote(head, safe="/") + "".join("/" + quote(segment, safe="", errors="replace") for segment in segments)
    return whole + search({key: value for key, value in query.items() if value is not None})


def search(query: Mapping[str, object]) -> str:
    """``?a=b`` of the parameters that are not empty; nothing when all are."""
    given = {key: value for key, value in query.items() if value not in (None, "")}
    return "?" + urlencode(given, errors="replace") if given else ""
