"""``scripts/benchmark.py``: that every figure is there and can be true. How fast anything is, no test says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import benchmark
from benchmarking.table import Row, table_lines
from benchmarking.throughput import Speed, Throughput

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "benchmark.py"


@pytest.fixture(scope="module")
def figures(root: Path) -> dict[str, Any]:
    """What a quick run on the seeds prints as JSON."""
    arguments = ["--quick", "--json", "--articles", "2", "--gold", "seeds/gold.jsonl"]
    done = subprocess.run([sys.executable, SCRIPT, *arguments], cwd=root, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    read: dict[str, Any] = json.loads(done.stdout)
    return read


@pytest.fixture(scope="module")
def store_figures(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a quick run on a store of few quotes prints as JSON."""
    arguments = ["--quick", "--json", "--store", str(tmp_path_factory.mktemp("data") / "store"), "--quotes", "150"]
    done = subprocess.run([sys.executable, SCRIPT, *arguments], cwd=root, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    read: dict[str, Any] = json.loads(done.stdout)
    return read


@pytest.mark.long
def test_every_section_is_measured_in_order(figures: dict[str, Any]) -> None:
    assert list(figures) == ["machine", "throughput", "encoding", "stages", "latency", "processes", "quality"]


def test_the_pipeline_is_measured_in_threads_and_in_processes_beside_the_baseline(
    figures: dict[str, Any],
) -> None:
    throughput = figures["throughput"]
    assert (set(throughput["pipeline"]), set(throughput["workers"])) == ({"1", "2"}, {"2"})
    assert throughput["articles"] == 2 and throughput["rounds"] == 1
    assert throughput["subwords"] >= throughput["words"] > 500
    for speed in [*throughput["pipeline"].values(), *throughput["workers"].values(), throughput["baseline"]]:
        assert all(figure > 0 for figure in speed.values())
        assert speed["subwords_per_second"] / speed["articles_per_second"] == pytest.approx(throughput["subwords"] / 2)
    ways = [*throughput["pipeline"].values(), *throughput["workers"].values()]
    assert list(throughput["times_baseline"]) == ["1 thread", "2 threads", "2 processes"]
    for times, fast in zip(throughput["times_baseline"].values(), ways, strict=True):
        slow = throughput["baseline"]
        assert times == pytest.approx(fast["articles_per_second"] / slow["articles_per_second"])


@pytest.mark.long
def test_shares_lie_between_nothing_and_all(figures: dict[str, Any]) -> None:
    encoding, stages = figures["encoding"], figures["stages"]
    assert encoding["format"] in ("float32", "bfloat16", "int8")
    assert set(encoding["peaks"]) == {encoding["format"], "float32"}
    assert encoding["share"] == pytest.approx(encoding["rate"] / encoding["peaks"][encoding["format"]])
    assert encoding["rate"] > 0 and encoding["subwords_per_second"] > 0
    assert 0 < stages["around_the_network"] < 1


@pytest.mark.long
def test_every_stage_takes_its_time(figures: dict[str, Any]) -> None:
    seconds = figures["stages"]["seconds"]
    assert list(seconds) == ["clean", "tokenize", "encode", "tag", "decode", "resolve", "quote"]
    assert all(value > 0 for value in seconds.values())


@pytest.mark.long
def test_percentiles_are_ordered(figures: dict[str, Any]) -> None:
    latency = figures["latency"]
    assert latency["calls"] == 3
    assert 0 < latency["p50"] <= latency["p99"]


@pytest.mark.long
def test_the_batch_script_is_run_as_a_program(figures: dict[str, Any]) -> None:
    processes = figures["processes"]
    assert processes["first_result"] > 0 and processes["cpu"] > 0
    assert 50_000_000 < processes["peak"] < 50_000_000_000


@pytest.mark.long
def test_both_are_scored_on_the_same_gold(figures: dict[str, Any]) -> None:
    quality = figures["quality"]
    assert quality["articles"] == 5
    for scores in (quality["pipeline"], quality["baseline"]):
        for row in ("all", "direct"):
            assert 0 < scores["attributed"][row] <= scores["found"][row] <= 1


@pytest.mark.long
def test_a_store_is_made_and_asked_through_its_modules_and_through_the_interface(store_figures: dict[str, Any]) -> None:
    assert list(store_figures) == [
        "machine",
        "store",
        "start",
        "look-ups, modules",
        "checks, modules",
        "look-ups, HTTP",
        "checks, HTTP",
        "new articles",
    ]
    assert store_figures["store"]["quotes"] == 150
    for way in ("modules", "HTTP"):
        look_ups, checks = store_figures[f"look-ups, {way}"], store_figures[f"checks, {way}"]
        assert {kind: spread["calls"] for kind, spread in look_ups["by_kind"].items()} == {
            "20 commonest syllables": 2,
            "folded": 2,
            "no words": 2,
            "phrases": 2,
            "speaker and dates": 2,
        }
        assert len(checks["by_kind"]) == checks["together"]["calls"] == 7
        for spread in (look_ups["together"], checks["together"]):
            assert 0 < spread["p50"] <= spread["p95"] <= spread["p99"] <= spread["longest"]
            assert 0 < spread["cpu_p50"] <= spread["cpu_p99"]
    assert (store_figures["look-ups, HTTP"]["bar"], store_figures["checks, HTTP"]["bar"]) == (0.05, 0.15)


@pytest.mark.long
def test_all_that_a_store_takes_is_told(store_figures: dict[str, Any]) -> None:
    assert store_figures["store"]["size"] > 100_000 and store_figures["store"]["quotes_per_second"] > 0
    assert all(store_figures["start"][what]["wall"] > 0 for what in ("index", "vectors"))
    assert all(store_figures["new articles"][what] > 0 for what in ("put", "found", "vectors", "take_down"))


def test_a_folder_with_something_else_is_wrong_usage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RAYON_NUM_THREADS", "1")
    (tmp_path / "letter.txt").write_text("Thưa ông", encoding="utf-8")
    assert benchmark.main(["--store", str(tmp_path)]) == 2
    assert "is not empty" in capsys.readouterr().err


def test_without_underthesea_the_rest_is_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "underthesea", None)
    assert benchmark._baseline() is None
    assert "pip install 'ainoi[benchmark]'" in capsys.readouterr().err
    alone = Throughput(2, 1200, 1400, 1, {1: Speed(2.0, 1400.0, 1.0)}, {}, None, None)
    assert [row.what for row in alone.rows()] == ["read", "pipeline, 1 thread"]
    assert alone.times_baseline == {}


def test_a_table_has_its_columns_below_each_other() -> None:
    rows = [Row("p50", "9.5 ms", "of some"), Row("longer", "10.25 ms")]
    assert list(table_lines("latency", rows)) == [
        "latency",
        "  p50       9.5 ms  of some",
        "  longer  10.25 ms",
        "",
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--articles", "0"],
        ["--threads", "0"],
        ["--threads"],
        ["--device", "tpu"],
        ["--device", "cuda", "--precision", "int8"],
        ["--rounds", "0"],
        ["--corpus", "no.jsonl.xz"],
        ["--gold", "no.jsonl"],
        ["seeds/"],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as exit:
        benchmark.main(arguments)
    assert exit.value.code == 2


def test_a_model_that_cannot_be_loaded_is_wrong_usage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RAYON_NUM_THREADS", "1")  # main sets it where it is not set
    assert benchmark.main(["--model", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith(f"benchmark.py: {tmp_path} is no model folder")
