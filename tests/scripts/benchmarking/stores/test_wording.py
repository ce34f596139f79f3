"""Made-up words: as many as asked for, as often as in the news, other ones for the same thing."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from random import Random

import pytest

from ainoi_service.search.folding import tokens
from benchmarking.stores.wording import PHRASES, Wording, rare_words


@pytest.mark.parametrize("count", [1, 2, 7, 40, 300])
def test_a_text_has_as_many_words_as_asked_for(wording: Wording, count: int) -> None:
    assert len(wording.text(Random(count), count).split()) == count


def test_the_same_seed_makes_the_same(wording: Wording) -> None:
    assert wording.text(Random(1), 50) == wording.text(Random(1), 50) != wording.text(Random(2), 50)


def test_common_words_are_as_common_as_in_the_news(wording: Wording) -> None:
    lines = [line.split("\t") for line in PHRASES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    listed = {word: float(times) for word, times in lines if " " not in word}
    [total] = [float(line[len("# words\t") :]) for line in PHRASES.read_text("utf-8").splitlines() if "# words" in line]
    rng = Random(0)
    made = Counter(word for _ in range(400) for word in wording.words(rng, 50))
    for word in ("và", "của", "các", "không", "đã"):
        assert made[word] / made.total() == pytest.approx(listed[word] / total, rel=0.35)


def test_common_pairs_stand_together(wording: Wording) -> None:
    rng = Random(0)
    words = [word for _ in range(200) for word in wording.words(rng, 50)]
    behind = Counter(second for first, second in pairwise(words) if first == "chúng")
    assert behind["tôi"] > behind.total() / 2


def test_a_word_without_listed_neighbours_is_followed_by_any() -> None:
    small = Wording({"một": 8.0, "hai": 8.0}, {("một", "hai"): 8.0}, 16.0)
    words = small.words(Random(0), 200)
    assert set(words) == {"một", "hai"}
    assert all(second == "hai" for first, second in pairwise(words) if first == "một")


def test_rare_words_are_words_always_the_same_ones() -> None:
    words = rare_words(200)
    assert words == rare_words(300)[:200]
    assert all(len(tokens(word)) in (1, 2) for word in words)


def test_other_words_say_it_with_synonyms(wording: Wording) -> None:
    told = "Nga sẵn sàng chấm dứt cuộc chiến, nếu các bên đạt được một thỏa thuận ngừng bắn lâu dài"
    others = {wording.otherwise(Random(seed), told) for seed in range(40)}
    assert len(others) > 10
    assert any("kết thúc" in other for other in others) and any("hiệp định" in other for other in others)
    assert any(other.startswith("nếu") for other in others)


def test_a_single_word_has_no_other_wording_without_synonyms(wording: Wording) -> None:
    assert wording.otherwise(Random(0), "Vâng") == "Vâng"
