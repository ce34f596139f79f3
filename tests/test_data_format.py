"""The page on the data format and the models say the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from ainoi import schema

PAGE = (Path(__file__).parent.parent / "docs" / "data-format.md").read_text(encoding="utf-8")
MODELS = (schema.Article, schema.AnnotatedArticle, schema.Quote, schema.Speaker)


def section(name: str) -> str:
    [part] = [part for part in PAGE.split("\n## ") if part.startswith(name)]
    return part


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_is_described_and_nothing_else(model: type[BaseModel]) -> None:
    table = section(model.__name__).split("|---|---|---|\n")[1].split("\n\n")[0]
    rows = [line.split("|")[1] for line in table.splitlines()]
    described = {name.strip(" `") for row in rows for name in row.split(",")}
    assert described == set(model.model_fields) | set(model.model_computed_fields)


@pytest.mark.parametrize("values", [schema.QuoteType, schema.Act, schema.SpeakerKind, schema.Method])
def test_every_value_is_named(values: type[schema.Act]) -> None:
    assert all(f"`{value.value}`" in PAGE for value in values)


def test_a_speaker_without_a_name_is_unnamed_or_unknown() -> None:
    with pytest.raises(ValueError, match="has a name exactly when"):
        schema.Speaker(kind=schema.SpeakerKind.PERSON, confidence=0.5)
    with pytest.raises(ValueError, match="has a name exactly when"):
        schema.Speaker(kind=schema.SpeakerKind.UNNAMED, name="Ai", confidence=0.5)


def test_a_span_is_never_empty_or_reversed() -> None:
    for start, end in ((3, 3), (4, 3), (-1, 2)):
        with pytest.raises(ValueError, match=r"span|greater"):
            schema.Span(start=start, end=end)
