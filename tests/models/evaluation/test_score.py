"""The figures: hand-counted cases, and equality with the ``score.py`` that comes with the gold data."""

from __future__ import annotations

import json
import random
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ainoi.evaluation.score import ROWS, Figures, Row, Table, fold, match_article, table_of, touches

TEXT = "Ông Tám nói: “Chúng tôi đi”. Bà Hoa cho biết cầu đã xong. Theo bộ này, giá “tăng mạnh” rồi."
NAMES = ["Ông Tám", "Lê Văn Tám", "Bộ Y tế", "Đỗ Mười", "do muoi", None]


def quote(content: str, speaker: str | None, *, mention: str | None = None, nested: bool = False) -> dict[str, Any]:
    def span(words: str) -> list[int]:
        return [TEXT.index(words), TEXT.index(words) + len(words)]

    return {
        "spans": [span(content)],
        "cue": None,
        "mention": mention and span(mention),
        "speaker": speaker,
        "aliases": [],
        "kind": "person" if speaker else "unnamed",
        "via": None,
        "nested": nested,
    }


GOLD = {
    "id": "a",
    "text": TEXT,
    "quotes": [
        {**quote("Chúng tôi đi", "Lê Văn Tám", mention="Ông Tám"), "aliases": ["Tám"]},
        quote("cầu đã xong", "Trần Thị Hoa", mention="Bà Hoa"),
        quote("giá “tăng mạnh” rồi", None, mention="bộ này"),
        quote("tăng mạnh", None, nested=True),
    ],
}


def figures(table: Table) -> dict[str, Any]:
    """The table in the shape of ``score.py``."""

    def one(values: Figures, row: Row) -> dict[str, float]:
        counts = {"gold": row.gold, "predicted": row.predicted}
        return {"p": values.precision, "r": values.recall, "f1": values.f1, **counts}

    rows = {
        key: {
            "quotes": one(row.quotes, row),
            "exact": one(row.exact, row),
            "attributed": one(row.attributed, row),
            "speaker_accuracy": row.speaker_accuracy,
        }
        for key, row in table.rows.items()
    }
    return {**rows, "mention_accuracy": table.mention_accuracy, "articles": table.articles}


def perturbed(article: dict[str, Any], chance: random.Random) -> list[dict[str, Any]]:
    """Predictions that a bad annotator could make of a gold article."""
    length = len(article["text"])
    predictions = []
    for record in article["quotes"]:
        if chance.random() < 0.15:
            continue
        wrong = {**record, "spans": [_moved(span, length, chance) for span in record["spans"]]}
        if chance.random() < 0.2:
            wrong["speaker"] = chance.choice(NAMES)
        if chance.random() < 0.2 and record["aliases"]:
            wrong["speaker"] = chance.choice(record["aliases"]).upper()
        if chance.random() < 0.2:
            wrong["mention"] = chance.choice([None, _moved([0, 5], length, chance)])
        if chance.random() < 0.1:
            wrong["nested"] = not record["nested"]
        if chance.random() < 0.3:
            wrong["spans"] = [{"start": start, "end": end} for start, end in wrong["spans"]]
            wrong["speaker"] = {"name": wrong["speaker"], "kind": chance.choice(["person", wrong["kind"]])}
        predictions.extend([wrong] * (2 if chance.random() < 0.1 else 1))
    for _ in range(chance.randrange(4)):
        span = _moved([chance.randrange(max(1, length))] * 2, length, chance)
        predictions.append({**quote("Chúng tôi đi", chance.choice(NAMES)), "spans": [span]})
    chance.shuffle(predictions)
    return predictions


def _moved(span: list[int], length: int, chance: random.Random) -> list[int]:
    """The span as it is, or with its edges moved by a few or by many characters."""
    reach = chance.choice([0, 0, 3, 40])
    start = max(0, min(length - 1, span[0] + chance.randint(-reach, reach)))
    return [start, max(start + 1, min(length, span[1] + chance.randint(-reach, reach)))]


def both(scorer: ModuleType, articles: list[dict[str, Any]], seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Our table and the reference's for the same random predictions."""
    chance = random.Random(seed)
    predictions = {article["id"]: perturbed(article, chance) for article in articles}
    ours = table_of([match_article(article, predictions[article["id"]]) for article in articles])
    reference, _ = scorer.score(articles, predictions)
    return figures(ours), reference


def test_gold_against_itself_is_perfect() -> None:
    table = table_of([match_article(GOLD, GOLD["quotes"])])
    perfect = Figures(1.0, 1.0, 1.0)
    assert table.rows["all"] == Row(3, 3, perfect, perfect, perfect, 1.0)
    assert {key: table.rows[key].gold for key in ROWS} == {
        "all": 3,
        "direct": 1,
        "mixed": 1,
        "indirect": 1,
        "person": 2,
    }
    assert (table.mention_accuracy, table.articles) == (1.0, 1)


def test_nothing_predicted_scores_nothing() -> None:
    nothing = Figures(0.0, 0.0, 0.0)
    assert table_of([match_article(GOLD, [])]).rows["all"] == Row(3, 0, nothing, nothing, nothing, 0.0)


def test_no_articles_score_nothing() -> None:
    table = table_of([])
    assert (table.articles, table.mention_accuracy, table.rows["all"].quotes) == (0, 0.0, Figures(0.0, 0.0, 0.0))


def test_found_wrong_missed_and_spurious_are_counted_apart() -> None:
    predictions = [
        quote("Chúng tôi đi", "TÁM", mention="Ông Tám"),
        quote("biết cầu đã xong", "Trần Thị Huệ", mention="bộ này"),
        quote("Ông Tám nói", "Tám"),
    ]
    match = match_article(GOLD, predictions)
    assert [(i, j) for i, j, _ in match.pairs] == [(0, 0), (1, 1)]
    row = table_of([match]).rows["all"]
    assert row.quotes == Figures(0.6667, 0.6667, 0.6667)
    assert row.exact == row.attributed == Figures(0.3333, 0.3333, 0.3333)
    assert row.speaker_accuracy == 0.5
    assert table_of([match]).mention_accuracy == 0.5


def test_best_overlap_is_paired_first_and_each_record_once() -> None:
    twice = [quote("tôi đi", "Tám"), quote("Chúng tôi đi", "Tám")]
    assert match_article(GOLD, twice).pairs == [(0, 1, 1.0)]


def test_less_than_half_of_the_letters_is_no_pair() -> None:
    assert match_article(GOLD, [quote("tôi", "Tám")]).pairs == []


@pytest.mark.parametrize(
    "prediction",
    [quote("tăng mạnh", None), quote("tăng mạnh", "Tám", nested=True), quote("Ông Tám nói", "Tám", nested=True)],
)
def test_nested_records_count_neither_for_nor_against(prediction: dict[str, Any]) -> None:
    match = match_article(GOLD, [prediction])
    assert (match.predicted, match.pairs, len(match.nested_gold)) == ([], [], 1)


def test_span_without_letters_is_not_counted() -> None:
    at = TEXT.index("”.")
    assert match_article(GOLD, [{**quote("tôi", "Tám"), "spans": [[at, at + 2]]}]).predicted == []


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Đỗ Mười", "do muoi"),
        ("  DMITRY   Peskov ", "dmitry peskov"),
        ("Pê-xcốp", "pe xcop"),
        ("Nguyễn Thị  Ánh", "nguyen thi anh"),
        (None, ""),
        ("…", ""),
    ],
)
def test_names_are_folded(name: str | None, folded: str) -> None:
    assert fold(name) == folded


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((0, 2), (1, 3), True),
        ((0, 2), (2, 3), False),
        ((0, 2), None, False),
        (None, None, False),
        ((0, 9), (3, 4), True),
    ],
)
def test_spans_touch_when_they_share_a_character(
    a: tuple[int, int] | None, b: tuple[int, int] | None, expected: bool
) -> None:
    assert touches(a, b) is expected


@settings(max_examples=25)
@given(seed=st.integers(0, 10**9))
def test_table_is_the_scorers_on_random_predictions_for_the_seeds(scorer: ModuleType, seeds: Path, seed: int) -> None:
    lines = (seeds / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    ours, reference = both(scorer, [json.loads(line) for line in lines], seed)
    assert ours == reference


def test_table_is_the_scorers_on_random_predictions_for_real_articles(scorer: ModuleType, shared: Path) -> None:
    lines = (shared / "quotes-vi" / "train.jsonl").read_text(encoding="utf-8").splitlines()[:400:10]
    ours, reference = both(scorer, [json.loads(line) for line in lines], 0)
    assert reference["articles"] == 40
    assert ours == reference


@given(st.text())
def test_names_fold_as_the_scorer_folds_them(scorer: ModuleType, name: str) -> None:
    assert fold(name) == scorer.fold(name)
