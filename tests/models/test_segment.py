"""Words of a text: where the segmenter's answer stands in it, and the segmenter itself."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi.errors import ModelFolderError
from ainoi.segment import SEGMENTERS, Segmenter, load_segmenter, words_of

TEXT = "Tổng thống Nga Vladimir Putin nói: “Chúng tôi sẵn sàng đàm phán”.\n  Thủ tướng không trả lời.\n"


@pytest.fixture(scope="module")
def underthesea() -> Segmenter:
    segmenter = load_segmenter("underthesea")
    assert segmenter is not None
    return segmenter


def words(segmenter: Segmenter, text: str) -> list[str]:
    return [text[start:end] for start, end in segmenter(text)]


def test_none_segments_nothing() -> None:
    assert load_segmenter("none") is None


def test_unknown_segmenter_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ModelFolderError, match=f"'scissors'; there are {', '.join(SEGMENTERS)}"):
        load_segmenter("scissors")


def test_missing_package_is_named_with_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "underthesea", None)
    with pytest.raises(ModelFolderError, match=r"pip install 'ainoi\[segment\]'"):
        load_segmenter("underthesea")


def test_words_are_found_where_they_stand(underthesea: Segmenter) -> None:
    found = words(underthesea, TEXT)
    assert found[:3] == ["Tổng thống", "Nga", "Vladimir Putin"]
    assert {"sẵn sàng", "đàm phán", "Thủ tướng", "trả lời"} <= set(found)
    assert "".join(found).replace(" ", "") == "".join(TEXT.split())


def test_spelling_is_left_as_it_is(underthesea: Segmenter) -> None:
    assert words(underthesea, "Cuộc đàm phán  hoà bình") == ["Cuộc", "đàm phán", "hoà bình"]


def test_other_characters_than_given_are_no_words() -> None:
    decomposed = unicodedata.normalize("NFD", "hòa bình")
    assert list(words_of(decomposed + "\nhòa bình", lambda runs: [unicodedata.normalize("NFC", runs)])) == [(11, 19)]


def test_long_runs_are_cut_and_many_are_given_in_parts() -> None:
    given: list[str] = []

    def split(runs: str) -> list[str]:
        given.append(runs)
        return runs.split(" ")

    assert list(words_of("a" * 100 + " b" * 300, split))[:4] == [(0, 48), (48, 96), (96, 100), (101, 102)]
    assert [len(runs.split(" ")) for runs in given] == [256, 47]


@given(st.text(alphabet="aàđệ“”.,😀 \n\u0301_-:/1") | st.text())
def test_words_lie_in_order_in_any_text(underthesea: Segmenter, text: str) -> None:
    last = 0
    for start, end in underthesea(text):
        assert last <= start < end <= len(text)
        assert not text[start].isspace()
        assert not text[end - 1].isspace()
        last = end
