"""What of a claim is looked for, and which parts of a quote are compared with it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi_service.search.folding import tokens
from ainoi_service.similar.claims import content, stretches


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("trời sẽ mưa to", "trời sẽ mưa to"),
        ("“Trời sẽ mưa to”", "Trời sẽ mưa to"),
        ('"Trời sẽ mưa to..."', "Trời sẽ mưa to"),
        ("trời  sẽ\nmưa to…", "trời sẽ mưa to"),
        ("Peskov nói rằng trời sẽ mưa to", "trời sẽ mưa to"),
        ("Ông Peskov khẳng định trời sẽ mưa to.", "trời sẽ mưa to"),
        ("Dmitry Peskov tuyên bố: trời sẽ mưa to", "trời sẽ mưa to"),
        ("Tổng thống Zelensky cho biết “trời sẽ mưa to”", "trời sẽ mưa to"),
        ("Theo bà Mai, trời sẽ mưa to", "trời sẽ mưa to"),
        ("“Trời sẽ mưa to” – Peskov", "Trời sẽ mưa to"),
        ("Có phải ông Peskov từng nói rằng trời sẽ mưa to?", "trời sẽ mưa to"),
        ("Peskov nói", "Peskov nói"),
        ("chúng tôi nói chuyện với hàng xóm", "chúng tôi nói chuyện với hàng xóm"),
        ("", ""),
        ("…", ""),
    ],
)
def test_the_content_of_a_claim(claim: str, said: str) -> None:
    assert content(claim) == said


@given(st.text(max_size=80))
def test_the_content_of_any_text_stands_in_it(text: str) -> None:
    said = content(text)
    assert said in " ".join(unicodedata.normalize("NFC", text).split())


def shown(text: str, length: int) -> list[str]:
    words = tokens(text)
    return [text[words[run.start].start : words[run.stop - 1].end] for run in stretches(text, words, length)]


def test_stretches_are_runs_of_clauses_about_as_long_as_the_claim() -> None:
    assert shown("Một hai ba. Bốn năm sáu, bảy tám.", 3) == [
        "Một hai ba",
        "Một hai ba. Bốn năm sáu",
        "Một hai ba. Bốn năm sáu, bảy tám",
        "Bốn năm sáu",
        "Bốn năm sáu, bảy tám",
        "bảy tám",
    ]
    assert shown("Một hai ba. Bốn năm sáu, bảy tám.", 100) == []


@given(st.text(st.sampled_from(list("ab .,\n")), max_size=200), st.integers(1, 20))
def test_no_stretch_is_empty_or_leaves_the_text(text: str, length: int) -> None:
    words = tokens(text)
    for run in stretches(text, words, length):
        assert 0 <= run.start < run.stop <= len(words)
