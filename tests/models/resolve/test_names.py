"""The name finder: which words of a text are mentions of people and organizations."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi.resolve.lexicon import Lexicon
from ainoi.resolve.names import Mention, NameFinder
from ainoi.resolve.registry import Registry

PACK = Path(__file__).resolve().parents[3] / "models" / "ainoi" / "lang" / "vi"


@cache
def finder() -> NameFinder:
    return NameFinder(Lexicon.load(PACK), Registry.load(PACK / "registry").names())


def found(text: str) -> list[tuple[str, str]]:
    return [(text[mention.start : mention.end], mention.label) for mention in finder().find(text)]


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("Tổng thống Mỹ Donald Trump nói.", [("Tổng thống Mỹ Donald Trump", "person")]),
        ("Theo ông Trần Văn Bình, trời mưa.", [("ông Trần Văn Bình", "person")]),
        ("bị cáo Lê Thị Hoa khai nhận", [("bị cáo Lê Thị Hoa", "person")]),
        ("Trung tướng Juan de la Cruz tới nơi.", [("Trung tướng Juan de la Cruz", "person")]),
        ("ông Kim Jong-un rời đi", [("ông Kim Jong-un", "person")]),
        ("anh Đ.T.H. kể lại", [("anh Đ.T.H.", "person")]),
        ("chị Hạ Thị T. kể lại", [("chị Hạ Thị T.", "person")]),
        ("ông Kim Jong - un rời đi", [("ông Kim Jong - un", "person")]),
        ("ông Niall O ' Tyrell rời đi", [("ông Niall O ' Tyrell", "person")]),
        ("ông Karl Brandt - tay chơi bất động sản", [("ông Karl Brandt", "person")]),
        ("người phát ngôn Điện Kremlin đáp", [("người phát ngôn Điện Kremlin", "role")]),
        ("hôm qua quan chức này nói", [("quan chức này", "role")]),
        ("Bộ Ngoại giao Nga ra thông cáo.", [("Bộ Ngoại giao Nga", "organization")]),
        ("Bộ Văn hóa, Thể thao và Du lịch trình dự án.", [("Bộ Văn hóa, Thể thao và Du lịch", "organization")]),
        ("Đại học Bách khoa Hà Nội tuyển sinh", [("Đại học Bách khoa Hà Nội", "organization")]),
        ("Cơ quan An ninh Liên bang Nga (FSB) bắt ba người", [("Cơ quan An ninh Liên bang Nga (FSB)", "organization")]),
        ("phía Nga phủ nhận", [("phía Nga", "organization")]),
        ("Nga phủ nhận", [("Nga", "organization")]),
        ("Cơ quan này xác nhận", [("Cơ quan này", "organization")]),
        ("Ông nói.", [("Ông", "pronoun")]),
        ("Sau đó họ rời đi", [("họ", "pronoun")]),
        ("dòng họ lớn ở làng", []),
        ("Một chuyên gia kinh tế cảnh báo", []),
        ("Hôm qua trời mưa.", []),
        ("", []),
    ],
)
def test_mentions_are_found_with_their_titles(text: str, mentions: list[tuple[str, str]]) -> None:
    assert found(text) == mentions


def test_a_part_of_a_name_counts_where_the_full_name_is_found_elsewhere() -> None:
    text = "Ông Karl Brandt tới muộn. Hôm đó Brandt mang theo quà."
    assert found(text) == [("Ông Karl Brandt", "person"), ("Brandt", "person")]


def test_decomposed_letters_are_read_and_offsets_stay_those_of_the_text() -> None:
    import unicodedata

    text = unicodedata.normalize("NFD", "Theo bà Nguyễn Thị Hằng, giá giảm.")
    [mention] = finder().find(text)
    assert unicodedata.normalize("NFC", text[mention.start : mention.end]) == "bà Nguyễn Thị Hằng"


@given(st.text() | st.text(alphabet=list("ÔôngBàNga Tổngthống.,-–(“”)\n'’ạ̣")))
def test_mentions_lie_in_the_text_in_order_and_do_not_overlap(text: str) -> None:
    mentions = finder().find(text)
    assert mentions == sorted(mentions)
    ends = [0, *(mention.end for mention in mentions)]
    assert all(end <= mention.start < mention.end <= len(text) for end, mention in zip(ends, mentions, strict=False))


def test_a_finder_without_registry_knows_the_pack_alone() -> None:
    assert NameFinder.load(PACK).find("ông Bình") == [Mention(0, 8, "person")]
