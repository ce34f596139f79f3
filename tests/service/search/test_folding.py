from __future__ import annotations

import itertools
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi_service.search.folding import Token, exact, fold, tokens

texts = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("aăâoeuyđĐ \u0300\u0301\u0323\u200b"))
)


@pytest.mark.parametrize(
    ("text", "exact_form", "folded"),
    [
        ("Thương lượng", "thương lượng", "thuong luong"),
        ("THƯƠNG LƯỢNG", "thương lượng", "thuong luong"),
        (unicodedata.normalize("NFD", "Thương lượng ở Đà Nẵng"), "thương lượng ở đà nẵng", "thuong luong o da nang"),
        ("Ðà Nẵng, Ɖà Nẵng", "đà nẵng đà nẵng", "da nang da nang"),
        ("hoà bình, hòa bình", "hòa bình hòa bình", "hoa binh hoa binh"),
        ("HOÀ", "hòa", "hoa"),
        ("khoẻ, khỏe, thuỷ, thủy", "khỏe khỏe thủy thủy", "khoe khoe thuy thuy"),
        ("hoàng, toàn", "hoàng toàn", "hoang toan"),
        ("ma mà má mả mã mạ", "ma mà má mả mã mạ", "ma ma ma ma ma ma"),
        ("Pes\u200bkov", "peskov", "peskov"),
        ("thỏa\u00ad thuận", "thỏa thuận", "thoa thuan"),
        ("“Chúng tôi… (đã)\n\tnói”!", "chúng tôi đã nói", "chung toi da noi"),
        ("Pê-xcốp 18/3, 1.000", "pê xcốp 18 3 1 000", "pe xcop 18 3 1 000"),
        ("❤\ufe0f và 😀", "và", "va"),
        ("\u0301 \u0301a", "a", "a"),
        ("", "", ""),
    ],
)
def test_text_is_brought_to_its_exact_and_its_folded_form(text: str, exact_form: str, folded: str) -> None:
    assert (exact(text), fold(text)) == (exact_form, folded)


def test_tokens_stand_where_they_were_written() -> None:
    text = unicodedata.normalize("NFD", "“Hoà\u200b bình”, Ðỗ")

    assert tokens(text) == [
        Token("hòa", "hoa", 1, 5),
        Token("bình", "binh", 7, 12),
        Token("đỗ", "do", 15, 19),
    ]


@given(texts)
def test_the_forms_of_a_form_are_itself(text: str) -> None:
    assert exact(exact(text)) == exact(text)
    assert fold(exact(text)) == fold(text)
    assert fold(fold(text)) == fold(text)


@given(texts)
def test_canonically_equal_texts_have_the_same_forms(text: str) -> None:
    for form in ("NFC", "NFD"):
        assert exact(unicodedata.normalize(form, text)) == exact(text)


@given(texts)
def test_tokens_exact_and_folded_words_are_the_same_words(text: str) -> None:
    found = tokens(text)

    assert " ".join(token.exact for token in found) == exact(text)
    assert " ".join(token.folded for token in found) == fold(text)
    assert len(fold(text).split(" ")) == len(exact(text).split(" "))
    assert [exact(text[token.start : token.end]) for token in found] == [token.exact for token in found]
    assert all(before.end <= after.start for before, after in itertools.pairwise(found))


def test_no_letter_mark_or_number_gives_an_empty_or_a_parted_word() -> None:
    letters = [one for one in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(one)[0] in "LMN"]

    for token in tokens(" ".join(f"{one}a{one}" for one in letters)):
        assert token.exact.split() == [token.exact] and token.folded.split() == [token.folded]


@pytest.mark.parametrize("text", ["a" + "\u0323\u0301" * 200_000, "a\u200b" * 200_000, "\u0301" * 400_000])
def test_odd_texts_are_read_in_linear_time(text: str) -> None:
    assert len(tokens(text)) <= 1
