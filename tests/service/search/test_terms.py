from __future__ import annotations

import pytest

from ainoi_service.search.terms import Terms, parse, phrase
from ainoi_service.search.vocabulary import Word

DIALOGUE = (Word("doi", "đối"), Word("thoai", "thoại"))
NO = (Word("khong", "không"),)


@pytest.mark.parametrize(
    ("text", "each"),
    [
        ("Đối thoại", ((DIALOGUE[0],), (DIALOGUE[1],))),
        ('"đối thoại"', (DIALOGUE,)),
        ("“đối thoại” không", (DIALOGUE, NO)),
        ("không «đối thoại»", (NO, DIALOGUE)),
        ("không ‘đối thoại’", (NO, DIALOGUE)),
        ("'đối thoại'", (DIALOGUE,)),
        ('"đối thoại', ((DIALOGUE[0],), (DIALOGUE[1],))),
        ('"đối thoại" "không', (DIALOGUE, NO)),
        ('không"đối thoại"không', (NO, DIALOGUE, NO)),
        ('"" không “…”', (NO,)),
        ("N'Golo d'Or", ((Word("n", "n"),), (Word("golo", "golo"),), (Word("d", "d"),), (Word("or", "or"),))),
        ("?!", ()),
        ("", ()),
    ],
)
def test_what_stands_inside_quotation_marks_is_a_phrase(text: str, each: tuple[tuple[Word, ...], ...]) -> None:
    assert parse(text) == Terms(each)


def test_words_keep_the_order_in_which_they_were_typed() -> None:
    assert parse("không “đối thoại” không").words == (*NO, *DIALOGUE, *NO)


def test_a_phrase_is_all_words_of_a_text() -> None:
    assert phrase("đối “thoại”!") == Terms((DIALOGUE,))
    assert phrase("…") == Terms(())
