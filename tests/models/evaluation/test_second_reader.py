"""Acts and dates against a second reader's labels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ainoi.evaluation.score import Figures
from ainoi.evaluation.second_reader import LabelFigures, label_figures, label_lines
from ainoi.training.gold import read_gold

TEXT = "Ông Tám nói mọi việc ổn hôm qua. Bà Hoa yêu cầu trả tiền. Ông Hùng phủ nhận tin đồn."


def gold(words: str) -> dict[str, Any]:
    start = TEXT.index(words)
    return {
        "spans": [[start, start + len(words)]],
        "cue": None,
        "mention": None,
        "speaker": None,
        "aliases": [],
        "kind": "unnamed",
        "via": None,
        "nested": False,
        "denied": False,
    }


def predicted(words: str, act: str | None, said_on: str | None) -> dict[str, Any]:
    start = TEXT.index(words)
    return {
        "spans": [{"start": start, "end": start + len(words)}],
        "cue": None,
        "mention": None,
        "speaker": {"name": None, "kind": "unknown"},
        "via": None,
        "nested_in": None,
        "type": "indirect",
        "act": act,
        "said_on": said_on,
    }


ARTICLE = {"id": "a", "text": TEXT, "quotes": [gold("mọi việc ổn"), gold("trả tiền"), gold("tin đồn")]}
LABELS = [
    {"id": "a", "quote": 0, "act": "statement", "said_on": "2024-05-12"},
    {"id": "a", "quote": 1, "act": "request", "said_on": "2024-05"},
    {"id": "a", "quote": 2, "act": "denial", "said_on": None},
    {"id": "of another file", "quote": 0, "act": "statement", "said_on": None},
]


def test_only_what_was_found_is_judged_and_dates_must_be_the_same() -> None:
    predictions = [
        predicted("mọi việc ổn", "statement", "2024-05-12"),
        predicted("trả tiền", "statement", "2024-05-11"),
    ]
    figures = label_figures(LABELS, {"a": ARTICLE}, {"a": predictions})
    assert figures == LabelFigures(
        records=3, found=2, acts={"request": (0, 1), "statement": (1, 1)}, said_on=Figures(0.5, 0.5, 0.5), dates=(1, 2)
    )
    assert len(list(label_lines(figures))) == 4


def test_labels_that_come_with_the_docs_are_of_gold_quotes(root: Path, shared: Path) -> None:
    path = root / "docs" / "labels" / "act-said-on.jsonl"
    labels = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    articles = {article["id"]: article for article in read_gold(shared / "quotes-vi" / "train.jsonl")}
    assert len(labels) == 200
    for label in labels:
        assert not articles[label["id"]]["quotes"][label["quote"]]["nested"]
        assert label["act"] in ("statement", "denial", "question", "request")


@pytest.mark.parametrize("said_on", [None, "2024", "2024-05-12"])
def test_date_where_the_reader_saw_none_counts_against_precision(said_on: str | None) -> None:
    figures = label_figures(LABELS[2:3], {"a": ARTICLE}, {"a": [predicted("tin đồn", "denial", said_on)]})
    assert figures.acts == {"denial": (1, 1)}
    assert figures.said_on == Figures(0.0, 0.0, 0.0)
