"""scripts/annotate.py as a program: around a fake annotator in this process, and around the model in its own."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

import ainoi
from ainoi import ModelFolderError
from fake_annotator import FakeAnnotator

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "annotate.py"
TEXT = "Ông Peskov nói: “Không có thay đổi nào”."
Annotate = Callable[..., int]


@pytest.fixture
def annotate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Annotate:
    """Runs the script's main with a fake annotator, in an empty folder."""

    class Fake(FakeAnnotator):
        @classmethod
        def load(cls, folder: Path | None = None, **options: object) -> Fake:
            if folder is not None:
                raise ModelFolderError(f"{folder}: no config.json")
            return cls()

    monkeypatch.setattr(ainoi, "Annotator", Fake, raising=False)
    monkeypatch.chdir(tmp_path)
    script = _script()
    return lambda *arguments: script.main([str(argument) for argument in arguments])


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("annotate_script", SCRIPT)
    assert spec is not None and spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


def test_results_go_to_standard_output_and_errors_to_standard_error(
    annotate: Annotate, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("a.txt").write_text(TEXT, encoding="utf-8")
    Path("b.txt").write_bytes(b"\xff")
    assert annotate("a.txt", "b.txt") == 1
    out, err = capsys.readouterr()
    (article,) = map(json.loads, out.splitlines())
    (error,) = map(json.loads, err.splitlines())
    assert (article["id"], article["text"]) == ("a", None)
    assert article["quotes"][0]["text"] == "Không có thay đổi nào"
    assert (error["id"], error["path"], error["code"]) == ("b", "b.txt", "not_utf8")


def test_with_output_results_errors_and_table_go_three_ways(
    annotate: Annotate, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("news").mkdir()
    Path("news/a.jsonl").write_text(json.dumps({"id": "x", "text": TEXT}) + "\n{", encoding="utf-8")
    output = Path("news/quotes.jsonl")
    for _ in range(2):  # the second run meets the first one's output in its input folder
        assert annotate("news/", "--output", output, "--table", "--with-text") == 1
        (article,) = map(json.loads, output.read_text(encoding="utf-8").splitlines())
        (error,) = map(json.loads, Path("news/quotes.jsonl.errors.jsonl").read_text(encoding="utf-8").splitlines())
        assert (article["id"], article["text"]) == ("x", TEXT)
        assert (error["line"], error["code"]) == (2, "bad_json")
        out, err = capsys.readouterr()
        assert "Dmitry Peskov" in out and "0.80" in out
        assert err.splitlines() == [
            "1 articles, 1 quotes: news/quotes.jsonl",
            "1 inputs failed: news/quotes.jsonl.errors.jsonl",
        ]


def test_a_run_without_errors_leaves_no_error_file(annotate: Annotate) -> None:
    Path("a.txt").write_text(TEXT, encoding="utf-8")
    Path("out.csv.errors.jsonl").write_text("of an earlier run")
    assert annotate("a.txt", "--output", "out.csv", "--format", "csv") == 0
    with open("out.csv", encoding="utf-8", newline="") as stream:
        assert [row["speaker"] for row in csv.DictReader(stream)] == ["Dmitry Peskov"]
    assert not Path("out.csv.errors.jsonl").exists()


def test_standard_input_is_read(
    annotate: Annotate, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))
    assert annotate("-", "--with-text") == 0
    assert json.loads(capsys.readouterr().out)["text"] == TEXT


def test_files_passed_over_are_named(annotate: Annotate, capsys: pytest.CaptureFixture[str]) -> None:
    Path("f").mkdir()
    Path("f/gold.jsonl").write_text('{"text": "a", "quotes": []}')
    assert annotate("f", "--output", "out.jsonl") == 0
    assert capsys.readouterr().err.splitlines()[0].startswith("f/gold.jsonl: holds annotated articles, passed over")


def test_a_model_that_cannot_be_loaded_is_wrong_usage(
    annotate: Annotate, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert annotate("-", "--model", tmp_path) == 2
    assert capsys.readouterr().err == f"annotate.py: {tmp_path}: no config.json\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["a.txt", "--format", "xml"],
        ["a.txt", "--table"],
        ["a.txt", "--output", "no/such/folder/out.jsonl"],
        ["a.txt", "--output", "a.txt"],
        ["a.txt", "--registry", "no.json"],
        ["a.txt", "--model", "no"],
        ["a.txt", "--threads", "0"],
        ["a.txt", "--batch-size", "-1"],
        ["a.txt", "--batch-size", "many"],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_with_2_and_harms_no_file(annotate: Annotate, arguments: list[str]) -> None:
    Path("a.txt").write_text(TEXT, encoding="utf-8")
    with pytest.raises(SystemExit) as exit:
        annotate(*arguments)
    assert exit.value.code == 2
    assert [path.name for path in Path().iterdir()] == ["a.txt"]
    assert Path("a.txt").read_text(encoding="utf-8") == TEXT


def test_help_and_wrong_usage_do_not_load_the_models_libraries() -> None:
    code = (
        f"import runpy, sys; sys.argv = ['annotate.py', '--help']\n"
        f"try: runpy.run_path({str(SCRIPT)!r}, run_name='__main__')\n"
        f"except SystemExit as exit: assert exit.code == 0\n"
        f"print(sorted({{'torch', 'transformers', 'fastapi', 'trafilatura', 'rich'}} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_seeds_with_the_model(tmp_path: Path) -> None:
    output = tmp_path / "quotes.jsonl"
    done = subprocess.run(
        [sys.executable, SCRIPT, "seeds/", "--output", output, "--table", "--threads", "1"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    articles = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    names = sorted(path.stem for path in (ROOT / "seeds").glob("*.txt"))
    assert [article["id"] for article in articles] == [f"seeds/{name}" for name in names]
    for name, article in zip(names, articles, strict=True):
        text = (ROOT / "seeds" / f"{name}.txt").read_bytes().decode("utf-8")
        assert article["quotes"]
        for quote in article["quotes"]:
            assert " … ".join(text[span["start"] : span["end"]] for span in quote["spans"]) == quote["text"]
    assert "Peskov" in done.stdout
    assert not (tmp_path / "quotes.jsonl.errors.jsonl").exists()


def test_a_reader_that_leaves_ends_the_run_quietly() -> None:
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} {SCRIPT} seeds/ --batch-size 1 | head -c 10; echo ${{PIPESTATUS[0]}}"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.stderr == ""
    assert done.stdout[10:].strip() in ("141", "0")
