from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi_service.search.folding import exact, fold, tokens
from ainoi_service.search.highlight import highlights
from ainoi_service.search.terms import parse
from indexed_quotes import texts, tier_of


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("Chúng tôi sẵn sàng đối thoại", "đối thoại", ["đối thoại"]),
        ("Chúng tôi sẵn sàng đối thoại", "thoại chúng", ["Chúng", "thoại"]),
        ("Chúng tôi sẵn sàng đối thoại", "chung toi", ["Chúng tôi"]),
        ("Tối nay tôi đi", "tôi", ["tôi"]),
        ("Tối nay tôi đi", "toi", ["Tối", "tôi"]),
        ("thay đổi, rồi lại thay", '"thay đổi"', ["thay đổi"]),
        ("thay đổi, rồi lại thay", "thay đổi", ["thay đổi", "thay"]),
        ("thay, đổi", '"thay đổi"', ["thay", "đổi"]),
        ("đi đi đi", '"đi đi"', ["đi đi đi"]),
        ("Hoà\u200b bình", "hòa", ["Hoà"]),
        (unicodedata.normalize("NFD", "Vì hoà bình"), "HÒA BÌNH", [unicodedata.normalize("NFD", "hoà bình")]),
        ("Không", "có", []),
        ("Không", "?", []),
    ],
)
def test_the_words_asked_for_are_marked(text: str, query: str, marked: list[str]) -> None:
    assert [text[start:end] for start, end in highlights(text, parse(query))] == marked


@given(texts(), texts(), st.sampled_from(["NFC", "NFD"]), st.booleans())
def test_a_quote_that_matches_shows_every_term_and_nothing_else(text: str, query: str, form: str, one: bool) -> None:
    terms = parse(f'"{query}"' if one else query)
    text = unicodedata.normalize(form, text)

    marked = [text[start:end] for start, end in highlights(text, terms)]

    assert {fold(token.exact) for part in marked for token in tokens(part)} <= {word.folded for word in terms.words}
    if tier_of(exact(text), terms) is not None:
        for term in terms.each:
            assert any(f" {' '.join(word.folded for word in term)} " in f" {fold(part)} " for part in marked)


@given(st.text(), st.text())
def test_places_lie_in_the_text_apart_from_each_other(text: str, query: str) -> None:
    places = highlights(text, parse(query))

    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(before[1] < after[0] for before, after in itertools.pairwise(places))
