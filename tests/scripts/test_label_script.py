"""The script that labels articles: standoff lines of the articles it was not told to leave out, and clear refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import label
from ainoi.model_folder import SHIPPED
from ainoi.training.gold import read_gold
from ainoi.training.standoff import joined


def test_labels_what_is_not_left_out_and_keeps_no_words(
    tmp_path: Path, seeds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    articles = read_gold(seeds / "gold.jsonl")
    corpus, without = tmp_path / "corpus.jsonl", tmp_path / "without.jsonl"
    corpus.write_text("".join(json.dumps({**a, "quotes": []}) + "\n" for a in articles), encoding="utf-8")
    without.write_text(json.dumps({"id": articles[0]["id"]}) + "\n", encoding="utf-8")
    options = ["--model", str(SHIPPED), "--corpus", str(corpus), "--without", str(without), "--keep", "1"]
    assert label.main(options) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert sorted(line["id"] for line in lines) == sorted(a["id"] for a in articles[1:])
    assert all("text" not in line for line in lines)
    assert all(article["quotes"] for article in joined(lines, articles))


@pytest.mark.parametrize("wrong", [["--articles", "0"], ["--keep", "0"], ["--keep", "1.5"], ["--corpus", "nowhere"]])
def test_options_that_make_no_sense_are_refused(
    wrong: list[str], seeds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        label.parse(["--model", "m", "--corpus", str(seeds / "gold.jsonl"), *wrong])
    assert refused.value.code == 2
    assert wrong[-1] in capsys.readouterr().err
