"""Files that were never exported by anything: they are refused, whatever they hold and however much of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi_service.exchange import reading
from ainoi_service.exchange.articles import ArticleQuotes
from ainoi_service.exchange.checked import ImportFileError
from ainoi_service.exchange.doccano import record
from ainoi_service.exchange.doccano_import import read_doccano
from ainoi_service.exchange.label_studio import task
from ainoi_service.exchange.label_studio_import import read_label_studio
from corrected_files import Json, encoded

READERS = pytest.mark.parametrize("read", [read_label_studio, read_doccano])


@READERS
@pytest.mark.parametrize(
    "data",
    [
        b"[" * 10_000_000,
        b'{"data":' * 1_000_000,
        b'[{"a":' * 1_000_000,
        b'{"data": {"article_id": ' + b"[" * 400 + b"]" * 400 + b'}, "annotations": [{"result": []}]}',
        b"1" * 10_000,
        b"\x00" * 1000,
        b'"text"',
        b"[null, 1, true]",
        b"\xef\xbb\xbf{",
        '[{"data":{},"annotations":[{"result":{}}]}]'.encode("utf-16"),
    ],
    ids=["lists", "objects", "both", "deep", "digits", "nulls", "text", "scalars", "mark", "utf-16"],
)
def test_hostile_file_is_refused(read: Callable[[bytes, Any], object], data: bytes) -> None:
    with pytest.raises(ImportFileError):
        read(data, {"a": "text"}.get)


@READERS
def test_file_over_the_limit_is_refused_unread(
    read: Callable[[bytes, Any], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 5)
    with pytest.raises(ImportFileError, match=r"^the file: has over 5 bytes$"):
        read(b"[     ]", {}.get)


@pytest.mark.parametrize("field", ["entities", "relations", "quotes"])
def test_more_than_an_article_has_is_refused(field: str, example: Json, text_of: Any) -> None:
    example[field] = [{}] * 10_001
    with pytest.raises(ImportFileError, match=rf"^line 1, {field}: has over 10,000 items$"):
        read_doccano(encoded(example), text_of)


def test_more_results_than_an_annotation_has_are_refused(annotated: Json, text_of: Any) -> None:
    annotated["annotations"][0]["result"] = [{}] * 50_001
    with pytest.raises(ImportFileError, match=r"^task 1, annotations\[0\].result: has over 50,000 items$"):
        read_label_studio(encoded([annotated]), text_of)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 100) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def put(value: Json, path: list[int], new: Json) -> Json:
    """``value`` with one part replaced, somewhere down the path."""
    if not path or not isinstance(value, dict | list) or not value:
        return new
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    key = keys[path[0] % len(keys)]
    value[key] = put(value[key], path[1:], new)
    return value


@given(path=st.lists(st.integers(0, 100), max_size=8), new=JSON)
def test_a_record_with_anything_anywhere_is_read_or_refused(path: list[int], new: Json, article: ArticleQuotes) -> None:
    text_of = {article.article.id: article.article.text}.get
    accepted: Json = json.loads(json.dumps(task(article)))
    accepted["annotations"] = [{"result": accepted.pop("predictions")[0]["result"]}]
    minimal: Json = json.loads(json.dumps(accepted["data"])) | {
        "annotation_id": 1,
        "label": [each["value"] for each in accepted["annotations"][0]["result"] if each["type"] == "labels"],
    }
    example: Json = json.loads(json.dumps(record(article)))
    for read, whole in ((read_label_studio, accepted), (read_label_studio, minimal), (read_doccano, example)):
        try:
            found = read(json.dumps(put(whole, path, new)).encode(), text_of)
        except ImportFileError as error:
            assert error.problems
        else:
            assert all(
                0 <= span.start < span.end <= len(article.article.text)
                for each in found
                for quote in each.quotes
                for span in quote.spans
            )
