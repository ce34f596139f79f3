"""An article's quotes as a file."""

from __future__ import annotations

import json

import pytest
from starlette.testclient import TestClient

from page_reading import read
from pasted import TEXT


@pytest.mark.parametrize(
    ("format", "media_type"),
    [
        ("json", "application/json"),
        ("csv", "text/csv; charset=utf-8"),
        ("schema-org", "application/ld+json"),
        ("web-annotation", 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'),
        ("label-studio", "application/json"),
        ("doccano", "application/jsonl"),
    ],
)
def test_an_article_is_downloaded_in_every_format_stored_or_not(
    seeded: TestClient, article: str, format: str, media_type: str
) -> None:
    stored = seeded.get(f"{article}/download", params={"format": format})
    not_stored = seeded.post("/download", data={"text": TEXT, "format": format})
    for answer in (stored, not_stored):
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
        assert answer.headers["content-disposition"].startswith('attachment; filename="ainoi-')
    assert f"{article}/download?format={format}" in read(seeded.get(article).text).addresses
    assert "Chúng tôi sẵn sàng đối thoại" in not_stored.text
    if format == "json":
        assert len(json.loads(not_stored.text)["quotes"]) == 2


def test_a_format_that_is_none_is_refused(seeded: TestClient, article: str) -> None:
    assert seeded.get(f"{article}/download?format=exe").status_code == 422
    assert seeded.post("/download", data={"text": TEXT}).status_code == 422
    assert seeded.get("/articles/nope/download").status_code == 404
