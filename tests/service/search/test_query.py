from __future__ import annotations

from typing import Any

import pytest

from ainoi.schema import Act
from ainoi_service.search.query import InvalidQuery, QuoteQuery


@pytest.mark.parametrize(
    ("field", "asked"),
    [
        ("q", {"q": "a" * 2_001}),
        ("speaker", {"speaker": "a" * 2_001}),
        ("outlet", {"outlet": "a" * 2_001}),
        ("from", {"from_": "hôm qua"}),
        ("to", {"to": "2025-13"}),
        ("to", {"to": "2025-02-29"}),
        ("to", {"to": "20250228"}),
        ("from", {"from_": "0000"}),
        ("from", {"from_": ""}),
        ("to", {"from_": "2025-12-05", "to": "2025-12-04"}),
        ("page_size", {"page_size": 0}),
        ("page_size", {"page_size": 101}),
        ("min_confidence", {"min_confidence": -0.1}),
        ("min_confidence", {"min_confidence": float("nan")}),
    ],
)
def test_what_cannot_be_is_refused_and_named(field: str, asked: dict[str, Any]) -> None:
    with pytest.raises(InvalidQuery) as error:
        QuoteQuery(**asked)
    assert (error.value.code, error.value.field) == ("bad_query", field)


def test_a_period_reaches_from_its_first_to_its_last_day() -> None:
    query = QuoteQuery(from_="2024", to="2024-02")

    assert (query.first, query.last) == (20240101, 20240229)


def test_only_the_question_itself_makes_the_digest() -> None:
    query = QuoteQuery(q="đối thoại", act=Act.DENIAL)

    assert QuoteQuery(q="đối thoại", act=Act.DENIAL, page_size=3, page_token="x").digest == query.digest
    assert QuoteQuery(q="đối thoại").digest != query.digest
    assert QuoteQuery(q="đối thoại", act=Act.DENIAL, sort="newest").digest != query.digest
