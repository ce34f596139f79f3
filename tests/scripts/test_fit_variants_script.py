"""The script that fits likeness: what it computes, on tiny data."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ainoi_service.similar.features import FEATURES
from ainoi_service.similar.likeness import Likeness
from fit_variants import Pair, best_threshold, count_words, fit, groups_of, main, out_of_fold, precision_recall


def pair(a: str, b: str) -> Pair:
    return Pair(a, b, True, None, 1.0)


def test_pairs_that_share_a_text_are_of_one_group() -> None:
    groups = groups_of([pair("a", "b"), pair("c", "d"), pair("b", "e"), pair("e", "f")])
    assert [groups[0] == group for group in groups] == [True, False, True, True]


def test_the_fit_finds_what_tells_pairs_apart_and_holds_every_sign() -> None:
    random = np.random.default_rng(0)
    features = random.uniform(size=(300, len(FEATURES)))
    same = features[:, 0] > 0.5
    features[:, -1] = same  # speaks for the same, though its sign must not
    weights, bias = fit(features, same, np.ones(300))
    assert weights[0] > 1
    assert weights[-1] == 0
    called = features @ weights + bias > 0
    assert (called == same).mean() > 0.9


def test_no_group_is_scored_by_a_model_that_has_seen_it() -> None:
    features = np.zeros((6, len(FEATURES)))
    features[:, 0] = [0, 0, 0, 1, 1, 1]
    same = np.array([False, False, False, True, True, True])
    weights = np.array([1.0, 1, 1, 1, 1, 0])
    scores = out_of_fold(features, same, weights, ["a", "b", "c", "d", "e", "f"], seed=1)
    assert scores.shape == (6,)
    assert ((scores > 0) & (scores < 1)).all()


def test_precision_recall_and_the_threshold_with_the_best_of_both() -> None:
    scores, same = np.array([0.9, 0.8, 0.4, 0.3]), np.array([True, False, True, False])
    assert precision_recall(scores, same, 0.5) == (0.5, 0.5)
    assert precision_recall(scores, same, 0.95) == (0.0, 0.0)
    assert best_threshold(scores, same) == 0.4


def test_words_are_counted_once_a_quote(tmp_path: Path) -> None:
    articles = tmp_path / "a.jsonl"
    quotes = [{"text": "mưa to, mưa lớn"}] * 12 + [{"text": "nắng 12"}] * 4
    articles.write_text(json.dumps({"quotes": quotes}) + "\n", encoding="utf-8")
    count_words([articles], tmp_path / "words.tsv")
    lines = (tmp_path / "words.tsv").read_text(encoding="utf-8").splitlines()
    assert sorted(lines[1:]) == ["lớn\t750000", "mưa\t750000", "to\t750000"]


@pytest.mark.slow
def test_the_script_writes_what_the_service_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = [(f"con số {n} của thành phố", f"thành phố có con số {n if n % 2 else n + 500}") for n in range(100, 130)]
    rows = [
        {"a": a, "b": b, "same": n % 2 == 0, "date_a": "2024-01-01", "date_b": None} for n, (a, b) in enumerate(texts)
    ]
    pairs = tmp_path / "pairs.jsonl"
    pairs.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert main([str(pairs), "--own", str(pairs), "--output", str(tmp_path / "likeness.toml")]) == 0
    likeness = Likeness.read((tmp_path / "likeness.toml").read_text(encoding="utf-8"))
    assert likeness.weights.shape == (len(FEATURES),)
    assert "word-Jaccard" in capsys.readouterr().out
