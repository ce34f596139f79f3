"""Words and pairs of words, counted."""

from __future__ import annotations

from benchmarking.stores.counting import LEAST_PAIR, LEAST_WORD, START, count


def test_what_few_quotes_have_is_not_listed() -> None:
    often = ["Ông nói rằng Nga đã rút", "nga rút rồi, Nga rút"]
    lines = list(count(often * LEAST_PAIR + ["lạ lùng"] * (LEAST_WORD - 1)))
    times = dict(line.split("\t") for line in lines if not line.startswith("#"))
    assert lines[1:2] == [
        f"# quotes\t{2 * LEAST_PAIR + LEAST_WORD - 1}\n# words\t{11 * LEAST_PAIR + 2 * (LEAST_WORD - 1)}"
    ]
    assert times["Nga"] == str(3 * LEAST_PAIR)
    assert times["rồi Nga"] == str(LEAST_PAIR)
    assert times[f"{START} ông"] == str(LEAST_PAIR)
    assert not {"lạ", "lùng", "lạ lùng"} & times.keys()


def test_a_pair_that_stands_often_in_few_quotes_is_not_listed() -> None:
    lines = list(count(["a b " * LEAST_PAIR] * (LEAST_PAIR - 1)))
    assert [line for line in lines if " " in line and not line.startswith("#")] == []
