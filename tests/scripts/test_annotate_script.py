"""scripts/annotate.py as a program: around a fake annotator in this process, and around the model in its own."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pyarrow.parquet as pq
import pytest

import ainoi
from ainoi import ModelFolderError
from ainoi_service.batch import packages
from ainoi_service.batch.arguments import parse
from ainoi_service.batch.loading import LoadModel, usual_batch_size, usual_workers
from batch_annotators import LoadFake
from fake_annotator import FakeAnnotator

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "annotate.py"
PROGRAM = ROOT / "tests" / "batch_program.py"
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


def test_with_a_folder_as_output_each_file_has_a_shard_and_the_same_command_goes_on(
    annotate: Annotate, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("news/2024").mkdir(parents=True)
    Path("news/a.txt").write_text(TEXT, encoding="utf-8")
    Path("news/2024/b.jsonl").write_text(json.dumps({"id": "x", "text": TEXT}) + "\n{", encoding="utf-8")
    for told in ("", ", 2 of them there before"):
        assert annotate("news", "--output", "out/", "--workers", "1") == 1
        assert capsys.readouterr() == (
            "",
            f"2 articles, 2 quotes in 2 files{told}: out\n1 inputs failed: see the *.errors.jsonl in out\n",
        )
    [article] = map(json.loads, Path("out/2024/b.jsonl.jsonl").read_text(encoding="utf-8").splitlines())
    assert article["id"] == "x"
    assert annotate("news", "--output", "out", "--workers", "1", "--with-text") == 2
    assert "with_text: False there, True now" in capsys.readouterr().err


def test_what_cannot_be_written_to_is_told_before_anything_is_done(
    annotate: Annotate, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("a.txt").write_text(TEXT, encoding="utf-8")
    Path("file").touch()
    assert annotate("a.txt", "--output", "file/out/", "--workers", "1") == 2
    Path("out.jsonl").write_text("of an earlier run")
    Path("out.jsonl.errors.jsonl").mkdir()
    assert annotate("a.txt", "--output", "out.jsonl") == 2
    assert Path("out.jsonl").read_text() == "of an earlier run"
    assert capsys.readouterr().err.count("annotate.py: ") == 2


def test_a_folder_with_results_of_another_input_is_left_alone(
    annotate: Annotate, capsys: pytest.CaptureFixture[str]
) -> None:
    for year in ("2023", "2024"):
        Path(year).mkdir()
        Path(year, "a.txt").write_text(f"{TEXT} {year}", encoding="utf-8")
    assert annotate("2023", "--output", "out/", "--workers", "1") == 0
    before = Path("out/a.txt.jsonl").read_bytes()
    assert annotate("2024", "--output", "out/", "--workers", "1") == 2
    assert Path("out/a.txt.jsonl").read_bytes() == before
    assert "holds the results of 2023/a.txt" in capsys.readouterr().err


@pytest.mark.parametrize(("given", "output"), [("a.txt", "out.parquet"), ("a.parquet", "out.jsonl")])
def test_a_package_that_is_lacking_is_told_before_anything_is_done(
    given: str, output: str, annotate: Annotate, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(packages, "find_spec", lambda name: None if name == "pyarrow" else object())
    Path(given).write_text(TEXT, encoding="utf-8")
    Path(output).write_text("of an earlier run")
    assert annotate(given, "--output", output) == 2
    assert Path(output).read_text() == "of an earlier run"
    assert "needs pyarrow, which is not installed: pip install 'ainoi[batch]'" in capsys.readouterr().err


@pytest.mark.parametrize("output", [[], ["--output", "out/", "--workers", "1"]], ids=["stream", "folder"])
def test_a_run_that_is_broken_off_has_a_status_of_its_own(
    output: list[str], annotate: Annotate, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def out_of_memory(*_: object) -> None:
        raise MemoryError

    Path("a.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr(FakeAnnotator, "annotate_batch", out_of_memory)
    assert annotate("a.txt", *output) == 3
    assert capsys.readouterr() == ("", "annotate.py: annotating a.txt failed: MemoryError: \n")


def test_a_full_disk_breaks_a_run_off(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    command = [sys.executable, str(PROGRAM), "a.txt", "--output", "/dev/full"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("annotate.py: [Errno 28]") and done.stderr.count("\n") == 1


def test_inputs_that_link_in_a_circle_are_error_rows(annotate: Annotate) -> None:
    Path("a.txt").symlink_to("a.txt")
    assert annotate("a.txt", "--output", "out/", "--workers", "1") == 1
    [error] = map(json.loads, Path("out/inputs.errors.jsonl").read_text(encoding="utf-8").splitlines())
    assert (error["path"], error["code"]) == ("a.txt", "unreadable")


def test_results_in_the_input_folder_are_not_read_again(annotate: Annotate) -> None:
    Path("news").mkdir()
    Path("news/a.txt").write_text(TEXT, encoding="utf-8")
    for _ in range(2):
        assert annotate("news", "--output", "news/out/", "--workers", "1") == 0
    assert sorted(path.name for path in Path("news/out").iterdir()) == [".ainoi", "a.txt.jsonl"]


@pytest.mark.parametrize("format", [[], ["--format", "parquet"]])
def test_parquet_is_written_when_asked_for_or_named(annotate: Annotate, format: list[str]) -> None:
    Path("a.txt").write_text(TEXT, encoding="utf-8")
    assert annotate("a.txt", "--output", "out.parquet", *format) == 0
    [row] = pq.read_table("out.parquet").to_pylist()
    assert (row["id"], row["quotes"][0]["speaker"]["name"]) == ("a", "Dmitry Peskov")


def test_a_store_takes_the_results_and_is_told_nothing_twice(
    annotate: Annotate, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("a.txt").write_text(TEXT, encoding="utf-8")
    for told in ("1 articles, 1 quotes", "0 articles, 0 quotes, 1 articles were there already"):
        assert annotate("a.txt", "--store", "sqlite:///a.sqlite3", "--workers", "1") == 0
        assert capsys.readouterr() == ("", f"{told}: sqlite:///a.sqlite3\n")
    assert annotate("a.txt", "--store", "mysql://x", "--workers", "1") == 2
    assert capsys.readouterr().err == "annotate.py: a store is sqlite:///FILE or postgresql://HOST/NAME\n"


def test_one_large_file_is_shared_by_the_workers_and_its_order_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [json.dumps({"id": str(number), "text": TEXT + " Hết." * (number % 9)}) for number in range(200)]
    Path("a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    script = _script()
    assert script.main(["a.jsonl", "--batch-size", "3"], LoadFake) == 0
    alone = capsys.readouterr().out
    assert script.main(["a.jsonl", "--batch-size", "3", "--workers", "2"], LoadFake) == 0
    assert capsys.readouterr().out == alone
    assert [json.loads(line)["id"] for line in alone.splitlines()] == [str(number) for number in range(200)]


def test_threads_depend_on_nothing_but_the_arguments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text(TEXT, encoding="utf-8")
    asked: list[LoadModel] = []

    def loading(load: LoadModel) -> LoadFake:
        asked.append(load)
        return LoadFake(load)

    for arguments in (
        [],
        ["--workers", "1"],
        ["--output", "out/", "--workers", "1"],
        ["--workers", "1", "--threads", "3"],
        ["--device", "cuda:1"],
    ):
        assert _script().main(["a.txt", *arguments], loading) == 0
    assert [(load.threads, load.device) for load in asked] == [
        *((None, "cpu"), (1, "cpu"), (1, "cpu"), (3, "cpu"), (None, "cuda:1"))
    ]


@pytest.mark.parametrize(
    ("device", "workers", "batch_size"), [("cpu", {1, 2, 3, 4}, 1), ("cuda", {1}, 16), ("cuda:1", {1}, 16)]
)
def test_the_usual_numbers(device: str, workers: set[int], batch_size: int) -> None:
    assert usual_workers(device) in workers
    assert usual_batch_size(device) == batch_size


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
        ["a.txt", "--workers", "0"],
        ["a.txt", "--device", "gpu"],
        ["a.txt", "--format", "parquet"],
        ["a.txt", "--output", "out/", "--table"],
        ["a.txt", "--output", "out/", "--format", "table"],
        ["-", "--output", "out/"],
        [".", "--output", "./"],
        ["a.txt", "--output", "."],
        ["a.txt", "--output", "a.txt/"],
        ["a.txt", "--store", "sqlite:///x.sqlite3", "--output", "x"],
        ["a.txt", "--store", "sqlite:///x.sqlite3", "--with-text"],
        ["a.txt", "--ray-address", "127.0.0.1:6379"],
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


def test_the_batch_page_lists_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["--help"])
    options = set(re.findall(r"--[a-z][a-z-]*", capsys.readouterr().out)) - {"--help"}
    page = (ROOT / "docs" / "batch.md").read_text(encoding="utf-8")
    [table] = re.findall(r"^\| option \|.*?\n\n", page, re.MULTILINE | re.DOTALL)
    assert set(re.findall(r"--[a-z][a-z-]*", table)) == options


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


@pytest.mark.long
def test_the_model_gives_the_same_bytes_whatever_the_workers_and_the_order(
    tmp_path: Path, record_property: pytest.RecordProperty
) -> None:
    """An article's scores depend in their last bits on its batch and on the number of threads."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "seeds").glob("*.txt"))]
    lines = [
        json.dumps({"id": f"{number}-{part}", "text": "\n".join(text.split("\n")[part:])})
        for number, text in enumerate(texts)
        for part in range(4)
    ]
    shuffled = random.Random(1).sample(lines, len(lines))
    for name, given in (("in order", lines), ("shuffled", shuffled)):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(given), encoding="utf-8")
    results = []
    for workers, name in ((1, "in order"), (2, "in order"), (3, "shuffled")):
        command = [sys.executable, SCRIPT, f"{name}.jsonl", "--output", f"{workers}/", "--workers", str(workers)]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8")
        assert done.returncode == 0, done.stderr
        written = (tmp_path / str(workers) / f"{name}.jsonl.jsonl").read_text(encoding="utf-8").splitlines()
        ids = [json.loads(line)["id"] for line in (lines if name == "in order" else shuffled)]
        results.append(dict(zip(ids, written, strict=True)))
    assert results[0] == results[1] == results[2]
    record_property("count", len(lines))


def test_a_reader_that_leaves_ends_the_run_quietly() -> None:
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} {SCRIPT} seeds/ --batch-size 1 | head -c 10; echo ${{PIPESTATUS[0]}}"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.stderr == ""
    assert done.stdout[10:].strip() in ("141", "0")
