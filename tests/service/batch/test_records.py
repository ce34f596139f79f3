"""Whatever was read can be passed on to another process or machine, as JSON."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest

from ainoi_service.batch.items import Unread
from ainoi_service.batch.ray_actor import ITEMS
from ainoi_service.batch.reading import PageReader
from ainoi_service.batch.records import article_of

HALF = "\ud800"
FIELDS = ("id", "title", "date", "url", "outlet", "date_publish", "source_domain")


def test_half_a_surrogate_pair_in_a_page_is_a_question_mark() -> None:
    found = article_of({"html": f"<p>{HALF}a"}, default_id="x", path="f", line=1, max_bytes=100)
    assert found == Unread("<p>?a", "x", "f", 1, dict.fromkeys(("title", "date", "url", "outlet")))


@pytest.mark.parametrize("name", ["a.jsonl", os.fsdecode(b"\xff.jsonl")], ids=["a name", "no UTF-8 in the name"])
def test_every_item_can_be_passed_on_whatever_was_wrong_with_it(tmp_path: Path, name: str) -> None:
    records: list[object] = [
        *({"text": "lời", field: HALF} for field in FIELDS),
        *({"html": "<p>lời", field: HALF} for field in FIELDS),
        *({"text": HALF}, {"html": HALF}, {"maintext": HALF}, {HALF: HALF}, HALF, [HALF], {"text": "\0", "html": "\0"}),
    ]
    lines = [*(json.dumps(record).encode() for record in records), b"\xed\xa0\x80", b'{"a', b"\xff"]
    (tmp_path / name).write_bytes(b"\n".join(lines))
    items = list(PageReader([str(tmp_path / name), "\udcff"], stdin=io.BytesIO()))
    assert len(items) == len(lines) + 1
    assert ITEMS.validate_json(ITEMS.dump_json(items)) == items
