"""The mention reader: kind of expression, title, name, gender and number of one mention."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi.resolve.grammar import Grammar
from ainoi.resolve.lexicon import Lexicon
from ainoi.resolve.mentions import MentionReader
from ainoi.resolve.parsed import ParsedMention, TokenRange
from ainoi.resolve.words import Words

PACK = Path(__file__).resolve().parents[3] / "models" / "ainoi" / "lang" / "vi"


@cache
def reader() -> tuple[Lexicon, MentionReader]:
    lexicon = Lexicon.load(PACK)
    return lexicon, MentionReader(lexicon, Grammar(lexicon))


def parse(text: str, *, named: bool = False) -> tuple[Words, ParsedMention]:
    lexicon, mentions = reader()
    words = Words.of(text, lexicon.spelling)
    return words, mentions.parse(words, 0, len(words), named=named)


def text_of(words: Words, tokens: TokenRange) -> str:
    first, last = tokens
    return words.text[words.starts[first] : words.ends[last - 1]] if first < last else ""


@pytest.mark.parametrize(
    ("mention", "form", "name", "title"),
    [
        ("ông Bình", "name", "Bình", ""),
        ("Tổng thống Mỹ Donald Trump", "name", "Donald Trump", "Tổng thống Mỹ"),
        ("Bộ trưởng Y tế Đào Hồng Lan", "name", "Đào Hồng Lan", "Bộ trưởng Y tế"),
        (
            "Giám đốc Sở Giáo dục và Đào tạo Nguyễn Hữu Khoa",
            "name",
            "Nguyễn Hữu Khoa",
            "Giám đốc Sở Giáo dục và Đào tạo",
        ),
        ("Jan Novotny, phát ngôn viên Điện Kremlin", "name", "Jan Novotny", "phát ngôn viên Điện Kremlin"),
        ("người viết tiểu sử của bà Hoa, Jan Novotny,", "name", "Jan Novotny", ""),
        ("người viết tiểu sử của bà Hoa", "unnamed", "", ""),
        ("cố vấn của ông, Jan Novotny", "name", "Jan Novotny", "cố vấn của ông"),
        ("Bộ trưởng Tài chính Mỹ, ông Steven Mnuchin", "name", "Steven Mnuchin", "Bộ trưởng Tài chính Mỹ"),
        ("Tổng thống Nga", "role", "", "Tổng thống Nga"),
        ("nhà lãnh đạo này", "role", "", "nhà lãnh đạo"),
        ("luật sư của ông Bình", "role", "Bình", "luật sư của ông Bình"),
        ("Ông ấy", "pronoun", "", ""),
        ("cô", "pronoun", "", ""),
        ("họ", "plural", "", ""),
        ("hai nhà lãnh đạo", "plural", "", ""),
        ("tôi", "first", "", ""),
        ("Bộ Quốc phòng Nga", "organization", "Bộ Quốc phòng Nga", ""),
        ("đài RT", "organization", "RT", ""),
        ("Hãng thông tấn trung ương Triều Tiên KCNA", "organization", "KCNA", ""),
        ("phía Ukraine", "organization", "Ukraine", ""),
        ("thông cáo của Bộ Ngoại giao Nga", "document", "Bộ Ngoại giao Nga", ""),
        ("nước này", "anaphor", "", ""),
        ("các chuyên gia", "unnamed", "", ""),
        ("một quan chức Mỹ", "unnamed", "", "quan chức Mỹ"),
        ("quan chức giấu tên", "unnamed", "", "quan chức"),
        ("Một chuyên gia tại Mỹ Sanam Vadil", "name", "Sanam Vadil", "Một chuyên gia tại Mỹ"),
        ("Ngoại trưởng Mỹ khi đó", "role", "", "Ngoại trưởng Mỹ khi đó"),
        ("48% người được hỏi", "unnamed", "", ""),
        ("ông Bình và bà Hoa", "joint", "", ""),
        ("Nga và Iran", "joint", "", ""),
        ("cái bàn", "description", "", ""),
    ],
)
def test_a_mention_is_read_as_title_and_name(mention: str, form: str, name: str, title: str) -> None:
    words, parsed = parse(mention)
    titles = [text_of(words, tokens) for tokens in parsed.titles]
    assert (parsed.form, text_of(words, parsed.name), titles[0] if titles else "") == (form, name, title)


@pytest.mark.parametrize(
    ("mention", "gender"),
    [("ông Bình", "male"), ("bà Bình", "female"), ("nữ ca sĩ", "female"), ("Bình", "any"), ("Tổng thống Nga", "any")],
)
def test_a_mention_tells_gender_by_its_words(mention: str, gender: str) -> None:
    assert parse(mention)[1].gender == gender


@pytest.mark.parametrize(
    ("mention", "name"),
    [
        ("giám đốc vườn thú Katarzyna Mlynar", "Katarzyna Mlynar"),
        ("giám đốc Bệnh viện Chợ Rẫy", ""),
        ("Tổng thống Ukraine", ""),
    ],
)
def test_what_the_network_takes_for_a_person_may_be_a_name_behind_what_somebody_owns(mention: str, name: str) -> None:
    words, parsed = parse(mention, named=True)
    assert text_of(words, parsed.name) == name
    assert parse(mention)[1].form == "role"


@pytest.mark.parametrize(
    ("mention", "name"),
    [
        ("CEO Hiệp hội các đại lý du lịch Anh (ABTV) Mark Tenzel", "Mark Tenzel"),
        ("Bộ trưởng Bộ Thống nhất Hàn Quốc Cho Myong-dal", "Cho Myong-dal"),
        ("Chủ tịch xã Hải Lam Nguyễn Văn Lam", "Nguyễn Văn Lam"),
        ("Thủ hiến Scotland bà Nicola Sturrock", "Nicola Sturrock"),
    ],
)
def test_a_name_that_goes_on_as_something_else_gives_way_to_the_last_one(mention: str, name: str) -> None:
    words, parsed = parse(mention, named=True)
    assert (parsed.form, text_of(words, parsed.name)) == ("name", name)


def test_a_joint_mention_has_its_members() -> None:
    words, parsed = parse("Tổng thống Jan Novotny và Thủ tướng Arvo Tamm")
    assert [text_of(words, member.name) for member in parsed.members] == ["Jan Novotny", "Arvo Tamm"]


@given(st.text(min_size=1) | st.text(alphabet=list("ÔôngBàNga và của các một này Tổngthống,-–()“”.1%"), min_size=1))
def test_any_words_are_read_as_some_mention_inside_them(text: str) -> None:
    words, _ = parse("x")
    lexicon, mentions = reader()
    words = Words.of(text, lexicon.spelling)
    if not len(words):
        return
    parsed = mentions.parse(words, 0, len(words))
    assert 0 <= parsed.name[0] <= parsed.name[1] <= len(words)
