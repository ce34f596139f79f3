"""What is read of a text: figures, names, polarity, synonyms; and when two texts contradict each other."""

from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi_service.similar import figures, names, polarity, synonyms
from ainoi_service.similar.features import FEATURES, SIGNS, contradict, features
from ainoi_service.similar.frequency import WordWeights
from ainoi_service.similar.likeness import Likeness, shipped
from ainoi_service.similar.reading import read


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("34 UAV", {"34"}),
        ("tổng cộng 1.500 tỷ đồng", {"1500000000000"}),
        ("1500 tỉ đồng", {"1500000000000"}),
        ("1,5 triệu người", {"1500000"}),
        ("2 nghìn tỷ", {"2000000000000"}),
        ("3,5 điểm", {"3.5"}),
        ("007", {"7"}),
        ("ngày 05/9/2024", {"5/9"}),
        ("hôm 18-3", {"18/3"}),
        ("tầm bắn 300-700km", {"300", "700"}),
        ("lúc 9h20", {"9", "20"}),
        ("lúc 9 giờ 20 phút", {"9", "20"}),
        ("quý III", {"3"}),
        ("ba người bị thương", {"3"}),
        ("tháng tư", {"4"}),
        ("lần thứ bảy", {"7"}),
        ("cả hai bên", {"2"}),
        ("năm nay", set()),
        ("hai bên", set()),
        ("thứ ba", set()),
        ("", set()),
    ],
)
def test_figures_have_one_spelling(text: str, found: set[str]) -> None:
    assert figures.figures(text) == found


@pytest.mark.parametrize(
    ("a", "b", "apart"),
    [
        ("Nga sẽ đến", "Moscow sẽ đến", False),
        ("Nga sẽ đến", "Ukraine sẽ đến", True),
        ("Nga đánh Ukraine", "Ukraine đánh Nga", False),
        ("chúng tôi gặp Iran", "Nga gặp Iran", False),
        ("chúng tôi gặp Iran", "Nga gặp Syria", True),
        ("chúng tôi gặp Iran", "chúng tôi gặp Syria", True),
        ("quan chức gặp Iran", "quan chức", False),
        ("Anh ấy đến rồi", "Pháp đến rồi", False),
        ("nước Anh và nước Đức", "nước Anh và nước Pháp", True),
    ],
)
def test_names_of_other_places_disagree(a: str, b: str, apart: bool) -> None:
    assert names.disagree(names.names(a), names.names(b)) is apart
    assert names.disagree(names.names(b), names.names(a)) is apart


@pytest.mark.parametrize(
    ("a", "b", "opposite"),
    [
        ("chúng tôi sẽ họp", "chúng tôi sẽ không họp", True),
        ("chúng tôi sẽ không họp", "chúng tôi chưa họp", False),
        ("chúng tôi sẽ họp", "chúng tôi không thể không họp", False),
        ("lương tăng", "lương giảm", True),
        ("lương tăng", "lương không giảm", False),
        ("lương không tăng", "lương giảm", False),
        ("lương tăng, giá giảm", "lương giảm", False),
        ("công trình hoàn thành", "công trình chưa hoàn tất", True),
        ("bắn hạ máy bay không người lái", "bắn hạ máy bay có người lái", False),
        ("không chỉ đến mà còn ở lại", "đến và ở lại", False),
        ("tôi vô tội", "tôi có tội", True),
        ("tôi vô tội", "tôi không có tội", False),
        ("", "không", False),
    ],
)
def test_opposites(a: str, b: str, opposite: bool) -> None:
    assert polarity.opposed(read(a).polarity, read(b).polarity) is opposite
    assert polarity.opposed(read(b).polarity, read(a).polarity) is opposite


def test_synonyms_and_names_of_one_place_are_read_as_one() -> None:
    assert read("Moscow muốn kết thúc cuộc chiến").weights == read("Nga muốn chấm dứt chiến tranh").weights
    assert synonyms.concepts(["a", "b", "c"], {("b", "c"): ("x",)}) == [(("a",), 1), (("x",), 2)]


@pytest.mark.parametrize("text", ['same = [["a", "b"], ["b", "c"]]', 'same = [["a b c d e f g"]]', 'same = [["!"]]'])
def test_a_wrong_list_of_synonyms_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"stands in two lines|a phrase has 1 to"):
        synonyms.read_synonyms(text)


def test_a_wrong_list_of_names_or_opposites_is_refused() -> None:
    with pytest.raises(ValueError, match="'Nga' stands in two lines"):
        names.NameLexicon.read('same = [["Nga"], ["Nga"]]\nambiguous = []\nfirst_person = ["tôi"]')
    with pytest.raises(ValueError, match="on both sides"):
        polarity.PolarityLexicon.read('negators = []\nnot_negators = []\nfillers = []\nopposites = [[["a"], ["a"]]]')
    with pytest.raises(ValueError, match="a phrase has 1 to"):
        polarity.PolarityLexicon.read('negators = [""]\nnot_negators = []\nfillers = []\nopposites = []')


def test_rarer_words_weigh_more_and_unknown_ones_the_most() -> None:
    weights = WordWeights({"và": 500_000, "tôm": 100})
    assert weights["và"] < weights["tôm"] < weights["zzz"]
    with pytest.raises(ValueError, match="at least one word"):
        WordWeights({})


TEXT = st.text(st.sampled_from(list("aăbNgáđ 12.,“")), max_size=40) | st.sampled_from(
    ["Nga không đàm phán với Mỹ", "34 UAV bị bắn hạ ngày 5/6", "chúng tôi phản đối", "Ukraine sẽ tăng thuế 10%"]
)


@given(a=TEXT, b=TEXT, cosine=st.floats(-1, 1))
def test_features_do_not_depend_on_which_text_comes_first(a: str, b: str, cosine: float) -> None:
    first, second = features(read(a), read(b), cosine), features(read(b), read(a), cosine)
    np.testing.assert_allclose(first, second)
    assert first.shape == (len(FEATURES),) == (len(SIGNS),)
    assert np.isfinite(first).all()


@given(text=TEXT)
def test_no_text_contradicts_itself(text: str) -> None:
    assert not contradict(read(text), read(text))


def test_the_likeness_that_ships_prefers_the_same_words() -> None:
    likeness = shipped()
    same = "Ngân hàng sẽ mở thêm ba chi nhánh ở vùng cao trong năm tới"
    other = "Trận bóng bị hoãn vì mưa lớn"
    values = [features(read(same), read(text), cosine) for text, cosine in [(same, 1.0), (other, 0.0)]]
    assert likeness.probability(values[0]) > likeness.sure > likeness.threshold > likeness.probability(values[1])


def test_a_likeness_of_other_features_is_refused() -> None:
    with pytest.raises(ValueError, match="weights must be those of overlap"):
        Likeness.read("bias = 0\nthreshold = 0.5\nsure = 0.5\n[weights]\nlength = 1")


def test_own_pairs_have_the_shape_that_the_fit_reads() -> None:
    text = files("ainoi_service.similar").joinpath("own_pairs.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    assert {frozenset(row) for row in rows} == {frozenset(["a", "b", "same", "speaker", "date_a", "date_b"])}
    assert sum(row["same"] for row in rows) >= 75
    assert sum(not row["same"] for row in rows) >= 75
    assert len({(row["a"], row["b"]) for row in rows}) == len(rows)
