"""Storing articles without a service."""

from __future__ import annotations

import hashlib
import json
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from ainoi import AnnotatedArticle, Article
from ainoi_service.store import schema
from ainoi_service.store.engine import Store, open_store
from ainoi_service.store.ingest import known, prepared, put
from fake_annotator import VERSION, FakeAnnotator


def store_one(store: Store, fields: dict[str, Any]) -> str:
    """What whoever takes an archive in does: ask what is known, annotate the rest and put it. The article's id."""
    article = Article(**fields)
    there = known(store, article, VERSION)
    if there is not None:
        return there
    [annotated] = FakeAnnotator().annotate_batch([prepared(article)])
    assert isinstance(annotated, AnnotatedArticle)
    return put(store, article, annotated).id


def store_folder(url: str, folder: Path, order: Sequence[int], faults: Path) -> None:
    """Store the articles ``N.json`` of a folder in this order; what goes wrong is written to ``faults``."""
    try:
        store = open_store(url)
        for number in order:
            store_one(store, json.loads((folder / f"{number}.json").read_text(encoding="utf-8")))
        store.close()
    except BaseException:
        faults.write_text(traceback.format_exc())


def digest(store: Store) -> tuple[int, str]:
    """How many quotes the store has, and a hash of all that was stored, whatever the order."""
    article, quote = schema.article.c, schema.quote.c
    columns = (article.id, article.url, article.text_sha256, article.version, article.current, quote.id, quote.text)
    with store.read() as connection:
        rows = connection.execute(
            select(*columns, schema.speaker.c.id)
            .select_from(schema.article)
            .outerjoin(schema.quote, quote.article == article.number)
            .outerjoin(schema.speaker, schema.speaker.c.number == quote.speaker)
        ).all()
    return len(rows), hashlib.sha256("\n".join(sorted(repr(tuple(row)) for row in rows)).encode()).hexdigest()
