"""Marks on a text: nothing of the text is lost or added, and what is opened is closed."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from ainoi_service.pages.highlighting import HIGHEST, Closing, Mark, Opening, Piece, Words, paragraphs

TEXTS = st.text(alphabet=st.sampled_from("aă\n\r €😀́"), max_size=40)
KINDS = st.sampled_from(("content", "cue", "mention", "hit"))


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, list[Mark]]:
    text = draw(TEXTS)
    bounds = st.tuples(st.integers(-2, len(text) + 2), st.integers(-2, len(text) + 2))
    marks = [
        Mark(start, end, draw(KINDS), quote) for quote, (start, end) in enumerate(draw(st.lists(bounds, max_size=8)), 1)
    ]
    return text, marks


def html(pieces: list[Piece]) -> str:
    """``[1 `` opens mark 1, ``1]`` closes it; ``~`` stands where it was cut."""
    written = []
    for piece in pieces:
        match piece:
            case Words(text):
                written.append(text)
            case Opening(mark, first):
                written.append(f"{'' if first else '~'}[{mark.quote} ")
            case Closing(mark, last):
                written.append(f" {mark.quote}]{'' if last else '~'}")
    return "".join(written)


def shown(text: str, *marks: Mark) -> list[str]:
    return [html(pieces) for pieces in paragraphs(text, marks)]


def test_a_text_without_marks_is_its_paragraphs() -> None:
    assert shown("một\n\nhai\nba") == ["một\n\n", "hai\n", "ba"]
    assert shown("") == []


def test_marks_that_nest_stay_whole() -> None:
    assert shown("abcdef", Mark(1, 5, "content", 1), Mark(2, 3, "cue", 2)) == ["a[1 b[2 c 2]de 1]f"]


def test_of_two_that_overlap_the_later_one_is_cut() -> None:
    assert shown("abcdef", Mark(0, 4, "content", 1), Mark(2, 6, "content", 2)) == ["[1 ab[2 cd 2]~ 1]~[2 ef 2]"]


def test_a_mark_goes_on_in_the_next_paragraph() -> None:
    assert shown("ab\ncd", Mark(1, 4, "content", 1)) == ["a[1 b\n 1]~", "~[1 c 1]d"]


def test_a_content_holds_the_cue_and_the_mention_on_the_same_words() -> None:
    marks = (Mark(0, 2, "cue", 1), Mark(0, 2, "mention", 2), Mark(0, 2, "content", 3))
    assert shown("ab", *marks) == ["[3 [2 [1 ab 1] 2] 3]"]


def test_marks_outside_the_text_and_empty_ones_are_left_out() -> None:
    assert shown("ab", Mark(-1, 1, "cue", 1), Mark(1, 3, "cue", 2), Mark(1, 1, "cue", 3), Mark(2, 1, "cue", 4)) == [
        "ab"
    ]


def test_the_height_of_a_mark_is_the_levels_of_contents_in_it() -> None:
    marks = [Mark(0, 8, "content", 1), Mark(1, 7, "content", 2), Mark(2, 3, "content", 3), Mark(4, 5, "cue", 4)]
    pieces = [piece for paragraph in paragraphs("abcdefgh", marks) for piece in paragraph]
    heights = {piece.mark.quote: piece.height for piece in pieces if isinstance(piece, Opening)}
    assert heights == {1: 2, 2: 1, 3: 0, 4: 0}


def test_heights_end_at_the_highest() -> None:
    marks = [Mark(place, 20 - place, "content", place) for place in range(9)]
    pieces = [piece for paragraph in paragraphs("x" * 20, marks) for piece in paragraph]
    assert max(piece.height for piece in pieces if isinstance(piece, Opening)) == HIGHEST


@given(marked())
def test_the_words_joined_are_the_text(case: tuple[str, list[Mark]]) -> None:
    text, marks = case
    found = paragraphs(text, marks)
    assert "".join(piece.text for pieces in found for piece in pieces if isinstance(piece, Words)) == text
    assert all(piece.text for pieces in found for piece in pieces if isinstance(piece, Words))


@given(marked())
def test_in_every_paragraph_what_is_opened_last_is_closed_first(case: tuple[str, list[Mark]]) -> None:
    for pieces in paragraphs(*case):
        stack: list[Mark] = []
        for piece in pieces:
            if isinstance(piece, Opening):
                stack.append(piece.mark)
            elif isinstance(piece, Closing):
                assert stack.pop() is piece.mark
        assert stack == []


@given(marked())
def test_the_pieces_of_each_mark_hold_its_words_from_its_first_to_its_last(case: tuple[str, list[Mark]]) -> None:
    text, marks = case
    words: dict[Mark, str] = {}
    firsts: list[Mark] = []
    lasts: list[Mark] = []
    for pieces in paragraphs(text, marks):
        stack: list[Mark] = []
        for piece in pieces:
            match piece:
                case Opening(mark, first):
                    stack.append(mark)
                    firsts += [mark] if first else []
                case Closing(mark, last):
                    stack.pop()
                    lasts += [mark] if last else []
                case Words(text=part):
                    for mark in stack:
                        words[mark] = words.get(mark, "") + part
    inside = [mark for mark in marks if 0 <= mark.start < mark.end <= len(text)]
    assert words == {mark: text[mark.start : mark.end] for mark in inside}
    assert sorted(firsts, key=id) == sorted(lasts, key=id) == sorted(inside, key=id)


@given(marked())
def test_no_element_is_empty(case: tuple[str, list[Mark]]) -> None:
    for pieces in paragraphs(*case):
        assert not any(
            isinstance(one, Opening) and isinstance(other, Closing) for one, other in itertools.pairwise(pieces)
        )
