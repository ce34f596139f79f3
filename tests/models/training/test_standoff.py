"""Annotations apart from their texts: nothing of the text is in them, and they come back whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ainoi.training.corpus import read_articles
from ainoi.training.gold import read_gold
from ainoi.training.standoff import digest, joined, read_lines, stand_off

TEXT = "Theo TASS, ông Nguyễn Văn Tám cho biết mọi việc ổn. Ông Tám nói không vội."
GOLD: dict[str, Any] = {
    "id": "a",
    "outlet": None,
    "date": "2024-05-12",
    "url": None,
    "title": "Tin vắn",
    "text": TEXT,
    "quotes": [
        {
            "spans": [[TEXT.index("mọi"), TEXT.index(". Ông")]],
            "cue": [TEXT.index("cho biết"), TEXT.index("cho biết") + 8],
            "mention": [11, 29],
            "speaker": "Nguyễn Văn Tám",
            "aliases": ["Ông Tám", "Tám tám"],
            "kind": "person",
            "via": "TASS",
            "nested": False,
            "denied": False,
        },
        {
            "spans": [[TEXT.index("không"), len(TEXT) - 1]],
            "cue": None,
            "mention": None,
            "speaker": None,
            "aliases": [],
            "kind": "unnamed",
            "via": None,
            "nested": False,
            "denied": False,
        },
    ],
}


def test_annotation_holds_no_words_of_the_text() -> None:
    line = stand_off(GOLD)
    assert set(line) == {"id", "sha256", "quotes"}
    kinds = {"person", "organization", "unnamed"}
    words = {value for quote in line["quotes"] for value in quote.values() if isinstance(value, str)}
    assert words <= kinds


def test_joined_with_its_text_it_is_gold_again_but_for_names_that_stand_nowhere() -> None:
    article = {key: value for key, value in GOLD.items() if key != "quotes"}
    [again] = joined([stand_off(GOLD)], [{"id": "other", "text": "x"}, article])
    first = {**GOLD["quotes"][0], "aliases": ["Ông Tám"]}
    assert again == {**GOLD, "quotes": [first, GOLD["quotes"][1]]}


def test_other_text_and_missing_article_are_refused() -> None:
    with pytest.raises(ValueError, match="another text"):
        list(joined([stand_off(GOLD)], [{**GOLD, "text": TEXT + " "}]))
    with pytest.raises(ValueError, match="1 annotated articles are missing"):
        list(joined([stand_off(GOLD)], []))


def test_annotations_that_come_with_the_code_have_no_words_and_sane_offsets(root: Path) -> None:
    lines = read_lines(root / "models" / "annotations" / "vi.jsonl")
    assert len({line["id"] for line in lines}) == len(lines)
    for line in lines:
        for quote in line["quotes"]:
            places = [
                *quote["spans"],
                *quote["aliases"],
                *(p for key in ("cue", "mention", "speaker", "via") if (p := quote[key])),
            ]
            assert quote["spans"] and all(0 <= start < end for start, end in places)
            assert quote["kind"] in ("person", "organization", "unnamed")
            assert not quote["speaker"] or quote["kind"] != "unnamed"


def test_annotations_that_come_with_the_code_fit_their_texts(root: Path, shared: Path) -> None:
    lines = read_lines(root / "models" / "annotations" / "vi.jsonl")
    first = min((shared / "corpus").glob("*.xz"))
    here = {article["id"]: article for article in read_articles(first)}
    some = [line for line in lines if line["id"] in here]
    assert len(some) > 10
    for line in some:
        text = here[line["id"]]["text"]
        assert digest(text) == line["sha256"]
        for quote in line["quotes"]:
            assert all(text[start:end].strip() for start, end in quote["spans"])


def test_annotations_are_not_of_articles_that_are_judged_on(root: Path, shared: Path) -> None:
    judged = {
        article["id"] for name in ("train", "dev") for article in read_gold(shared / "quotes-vi" / f"{name}.jsonl")
    }
    assert not judged & {line["id"] for line in read_lines(root / "models" / "annotations" / "vi.jsonl")}


def test_lines_are_read_and_blank_ones_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text(json.dumps(stand_off(GOLD)) + "\n\n", encoding="utf-8")
    assert read_lines(path) == [stand_off(GOLD)]
