"""``scripts/evaluate.py`` on the seeds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def evaluate(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/evaluate.py", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def test_prints_the_table_and_writes_errors_and_predictions(root: Path, tmp_path: Path) -> None:
    errors, predictions = tmp_path / "errors.txt", tmp_path / "predictions.jsonl"
    done = evaluate(root, "seeds/gold.jsonl", "--errors", str(errors), "--predictions", str(predictions))
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()[2:7]] == [
        "all",
        "direct",
        "mixed",
        "indirect",
        "person",
    ]
    assert all(f"\n{word}" in done.stdout for word in ("speaker right", "via", "nested", "named speakers"))
    assert len(predictions.read_text(encoding="utf-8").splitlines()) == 5
    assert "[[" in errors.read_text(encoding="utf-8")


def test_as_json_the_figures_are_those_of_the_table(root: Path) -> None:
    done = evaluate(root, "seeds/gold.jsonl", "--json")
    figures = json.loads(done.stdout)
    assert figures["articles"] == 5
    assert set(figures["rows"]) == {"all", "direct", "mixed", "indirect", "person"}
    assert set(figures["details"]) >= {"speakers", "cue", "kind", "via", "nested"}


def test_a_missing_gold_file_is_wrong_usage(root: Path) -> None:
    assert evaluate(root, "no.jsonl").returncode == 2
