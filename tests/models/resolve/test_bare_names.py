"""The name alone in what people write when they ask for somebody."""

from __future__ import annotations

import pytest

from ainoi.lang import load_pack
from ainoi.resolve.bare_names import BareNames
from ainoi.resolve.speakers import Resolver


@pytest.fixture(scope="module")
def names() -> BareNames:
    pack = load_pack("vi")
    return BareNames(pack.names, Resolver(pack.registry, pack.names).reader)


@pytest.mark.parametrize(
    ("mention", "name"),
    [
        ("ông Peskov", "Peskov"),
        ("Tổng thống Zelensky", "Zelensky"),
        ("Tổng thống Ukraine Volodymyr Zelensky", "Volodymyr Zelensky"),
        ("cựu Tổng thống Mỹ Joe Biden", "Joe Biden"),
        ("bà Nguyễn Thị Hằng", "Nguyễn Thị Hằng"),
        ("ông peskov", "peskov"),
        ("ong peskov", "peskov"),
        ("ONG PESKOV", "PESKOV"),
        ("tổng thống nga putin", "putin"),
        ("tong thong my donald trump", "donald trump"),
        ("Peskov", "Peskov"),
        ("peskov", "peskov"),
        ("Chu Văn An", "Chu Văn An"),
        ("Bộ Ngoại giao Nga", "Bộ Ngoại giao Nga"),
        ("dmitry-peskov", "dmitry-peskov"),
        ("Tổng thống Mỹ", "Tổng thống Mỹ"),
        ("ông", "ông"),
        ("", ""),
        ("“”", "“”"),
        ("ông " * 200, "ông " * 200),
    ],
)
def test_titles_and_what_they_belong_to_are_taken_off(names: BareNames, mention: str, name: str) -> None:
    assert names.of(mention) == name
