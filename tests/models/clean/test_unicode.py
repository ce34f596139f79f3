"""The shadow copy: what it shows, and that every offset leads back to the caller's very characters."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi.clean.unicode import Shadow, shadow
from sentence_markup import rows

TABLE = rows(Path(__file__).with_name("unicode_table.tsv"))
ESCAPE = re.compile(r"\\(?:u\{([0-9a-f]+)\}|([rnt]))")

PIECES = [
    *("Nga", "đề nghị", "Ðức", "ế", "“", "”", ".", " ", "\n"),
    unicodedata.normalize("NFD", "tiếng Việt"),
    *("\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202e", "\u2066", "\u0301", "\u0323"),
    *("\r\n", "\r", "\u2028", "\x85", "\t", "\u00a0", "\u3000", "\x00", "\x1b", "\ud800", "\udfff"),
    *("👨‍👩‍👧", "🇻🇳", "👍🏽"),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=20).map("".join)
ODD_TEXTS = TEXTS | st.text() | st.text(st.characters(categories=["Cs", "Cf", "Cc", "Mn", "Zs", "Ll"]))
INVISIBLE = re.compile("[\u200b\u200d\u2060\ufeff\u00ad\u202e\u2066\\x00\\x1b]")
VIETNAMESE = st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyấầẩẫậắằẳẵặếềểễệốồổỗộớờởỡợứừửữựỳýỷỹỵ “”.,\n", max_size=40)


def unescaped(cell: str) -> str:
    """A cell of the table with ``\\u{…}``, ``\\r``, ``\\n`` and ``\\t`` as the characters they mean."""
    controls = {"r": "\r", "n": "\n", "t": "\t"}
    return ESCAPE.sub(lambda match: controls[match[2]] if match[2] else chr(int(match[1], 16)), cell)


def offsets(copy: Shadow, source: str) -> list[tuple[int, int]]:
    """Where each character of the shadow stands in the source."""
    if copy.starts is None or copy.ends is None:
        assert copy.text == source
        return [(i, i + 1) for i in range(len(source))]
    return list(zip(copy.starts.tolist(), copy.ends.tolist(), strict=True))


@pytest.mark.parametrize(("source", "shown", "note"), TABLE)
def test_shadow_as_the_table_says(source: str, shown: str, note: str) -> None:
    assert shadow(unescaped(source)).text == unescaped(shown), note


@pytest.mark.parametrize("text", ["", "Ông Putin nói: “Được”.", "Đà Nẵng\n\nHuế", "👍 …"])
def test_plain_text_is_its_own_shadow_without_a_map(text: str) -> None:
    assert shadow(text) == Shadow(text, None, None)


def test_decomposed_word_leads_back_to_all_its_marks() -> None:
    source = unicodedata.normalize("NFD", "Ông ấy nói")
    copy = shadow(source)
    start = copy.text.index("ấy")
    first, last = copy.to_source(start, start + 2)
    assert source[first:last] == unicodedata.normalize("NFD", "ấy")


def test_word_with_invisible_characters_leads_back_to_them() -> None:
    source = "Nga\ufeff s\u200bẵ\u200dn\u200b sàng"
    copy = shadow(source)
    start = copy.text.index("sẵn")
    first, last = copy.to_source(start, start + 3)
    assert source[first:last] == "s\u200bẵ\u200dn"


def test_line_break_of_two_characters_leads_back_to_both() -> None:
    copy = shadow("a\r\nb")
    assert (copy.text, copy.to_source(1, 2), copy.to_source(2, 3)) == ("a\nb", (1, 3), (3, 4))


def test_half_a_letter_of_the_caller_is_the_whole_letter_of_the_shadow() -> None:
    copy = shadow(unicodedata.normalize("NFD", "xế"))
    assert copy.from_source(1, 2) == copy.from_source(2, 4) == (1, 2)


def test_only_invisible_characters_give_an_empty_span_of_the_shadow() -> None:
    copy = shadow("a\u200b\u200bb")
    assert copy.from_source(1, 3) == (1, 1)


def test_long_runs_of_invisible_characters_cost_nothing_but_themselves() -> None:
    copy = shadow("e" + "\u200b" * 10000 + "\u0302" + "\u200b" * 10000 + "b")
    assert (copy.text, copy.to_source(0, 1), copy.to_source(1, 2)) == ("êb", (0, 10002), (20002, 20003))


def test_thousands_of_marks_on_one_letter_are_read_in_pieces() -> None:
    source = "a" + "\u0301\u0323" * 5000 + "b"
    copy = shadow(source)
    assert copy.to_source(len(copy.text) - 1, len(copy.text)) == (len(source) - 1, len(source))
    assert copy.text[0] == "ạ"


@given(ODD_TEXTS)
def test_offsets_are_in_order_and_inside_the_text(source: str) -> None:
    places = offsets(shadow(source), source)
    assert places == sorted(places)
    assert all(0 <= start < end <= len(source) for start, end in places)


@given(ODD_TEXTS)
def test_every_letter_and_digit_of_the_caller_is_shown(source: str) -> None:
    shown = {i for start, end in offsets(shadow(source), source) for i in range(start, end)}
    assert shown >= {i for i, character in enumerate(source) if character.isalnum()}


@given(ODD_TEXTS)
def test_shadow_holds_one_kind_of_space_and_line_break_and_nothing_invisible(source: str) -> None:
    for character in shadow(source).text:
        category = unicodedata.category(character)
        assert category not in ("Cf", "Cs", "Zl", "Zp")
        assert category not in ("Cc", "Zs") or character in "\n "


@given(ODD_TEXTS, st.data())
def test_there_and_back_covers_the_same_span(source: str, data: st.DataObject) -> None:
    copy = shadow(source)
    if not copy.text:
        return
    start = data.draw(st.integers(0, len(copy.text) - 1))
    end = data.draw(st.integers(start + 1, len(copy.text)))
    first, last = copy.from_source(*copy.to_source(start, end))
    assert first <= start and end <= last
    assert copy.to_source(first, last) == copy.to_source(start, end)


@given(TEXTS, st.data())
def test_any_span_of_the_caller_is_covered_by_its_shadow(source: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(source)))
    end = data.draw(st.integers(start, len(source)))
    copy = shadow(source)
    first, last = copy.from_source(start, end)
    assert 0 <= first <= last <= len(copy.text)
    touched = [i for i, (s, e) in enumerate(offsets(copy, source)) if s < end and start < e]
    assert list(range(first, last)) == (touched if start < end else list(range(first, last)))


@given(VIETNAMESE, st.sampled_from(["NFC", "NFD"]), st.sampled_from(["", "\u200b", "\ufeff"]))
def test_every_way_to_write_vietnamese_has_one_shadow_and_exact_words(text: str, form: str, invisible: str) -> None:
    source = invisible.join(unicodedata.normalize(form, character) for character in text)
    copy = shadow(source)
    assert copy.text == text
    for match in re.finditer(r"\S+", text):
        start, end = copy.to_source(*match.span())
        assert unicodedata.normalize("NFC", INVISIBLE.sub("", source[start:end])) == match.group()


@given(TEXTS)
def test_shadow_is_composed_and_its_own_shadow(source: str) -> None:
    once = shadow(f"A{source}").text
    assert unicodedata.is_normalized("NFC", once)
    assert shadow(once).text == once
