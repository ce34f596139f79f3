"""The Ray engine gives what a run in this process gives, whatever dies on the way.

The cluster is two nodes of one processor each, on this machine. Ray gives its processes half a minute to start and
loses them when many other tests have the processors, so these tests run by themselves.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi import AinoiError, AnnotatedArticle, Article
from ainoi_service.batch import ray_actor, ray_engine
from ainoi_service.batch.annotating import Batch, OwnProcess, Result, died_row, length
from ainoi_service.batch.items import ErrorRow, Item, Read, Unread
from ainoi_service.batch.ray_actor import MOST_DEATHS, AnnotatingActor, Deaths
from ainoi_service.batch.ray_engine import (
    ClusterError,
    RayEngine,
    RayMissingError,
    number_of_blocks,
    require_ray,
    room_for_workers,
)
from ainoi_service.html import HtmlExtractor
from dying_annotator import DEADLY, UNLUCKY, DyingAnnotator, LateAnnotator
from fake_annotator import POISON, FakeAnnotator

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = ROOT / "scripts" / "annotate.py"

# Ray's own code, at its import and when it ends its processes.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning"),
]

PAGE = "<html><title>Tựa</title><article>" + "<p>Ông Peskov nói: “Vâng”, và nhiều lời nữa.</p>" * 9 + "</article>"


def article(number: int, words: str = "") -> Read:
    text = (
        f"Bài {number}. Ông Peskov nói: “Câu {number} \u200b\0 \U0001f600 Đie\u0302\u0323n”. {words}\r\n“Hai” {words}"
    )
    return Read(Article(id=f"tin/{number}", text=text, title=f"Tựa {number}"), f"tin/{number % 7}.jsonl", number)


def mixed(size: int) -> list[Item | Unread]:
    """Articles of every fate: annotated, with their text, read but refused, poisonous, and not read at all."""
    fates: list[Callable[[int], Item | Unread]] = [
        article,
        lambda number: Read(article(number).article, "trang.html", None, extracted=True),
        lambda number: article(number, "dài " * number),
        lambda number: Unread(
            PAGE if number % 5 else "<p>", f"trang/{number}", "a.warc", number, {"outlet": "X"}, "2024"
        ),
        lambda number: Read(Article(id=str(number), text=" "), "a.txt"),
        lambda number: article(number, POISON) if number % 3 == 0 else article(number),
        lambda number: ErrorRow(id=None, path="x\\xff", line=number, code="bad_json", message="“không”"),
    ]
    return [fates[number % len(fates)](number) for number in range(size)]


def batches_of(items: Sequence[Item | Unread], sizes: Sequence[int]) -> list[Batch]:
    """``items`` cut by ``sizes``, over and over."""
    batches: list[Batch] = []
    start = 0
    while start < len(items):
        size = sizes[len(batches) % len(sizes)]
        batches.append(list(items[start : start + size]))
        start += size
    return batches


def expected(batches: Sequence[Batch], *, with_text: bool = False) -> list[list[Result]]:
    """What the same batches give in this process."""
    with HtmlExtractor() as extractor:
        return list(OwnProcess(FakeAnnotator(), extractor.extract, with_text=with_text).results(batches))


def as_lines(results: Sequence[Sequence[Result]]) -> list[str]:
    return [row.model_dump_json() for batch in results for row in batch]


# Without a cluster


@pytest.mark.parametrize("absent", ["ray", "pyarrow", "pandas"])
def test_without_ray_the_extra_that_is_lacking_is_named(absent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == absent else found(name))
    with pytest.raises(RayMissingError, match=rf"needs {absent}, .* pip install 'ainoi\[ray\]'") as told:
        require_ray()
    assert told.value.code == "ray_missing"
    with pytest.raises(RayMissingError):
        RayEngine(FakeAnnotator)


def test_ray_is_imported_only_when_an_engine_starts() -> None:
    code = (
        "import sys; from ainoi_service.batch.ray_engine import RayEngine, require_ray; require_ray(); RayEngine(dict);"
        "print(sorted({'ray', 'pyarrow', 'pandas', 'torch'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("nodes", "threads", "gpus", "room"),
    [
        ([], 1, 0, 0),
        ([{"CPU": 4.0}], 1, 0, 4),
        ([{"CPU": 3.0}, {"CPU": 3.0}], 2, 0, 2),
        ([{"CPU": 1.0}], 2, 0, 0),
        ([{"memory": 1e9}], 1, 0, 0),
        ([{"CPU": 16.0, "GPU": 2.0}, {"CPU": 16.0}], 4, 0.125, 4),
        ([{"CPU": 16.0, "GPU": 1.0}, {"CPU": 64.0, "GPU": 1.0}], 2, 0.125, 16),
        ([{"CPU": 4.0, "GPU": 8.0}], 4, 1, 1),
    ],
)
def test_a_worker_fits_on_a_node_or_not_at_all(
    nodes: list[dict[str, float]], threads: int, gpus: float, room: int
) -> None:
    assert room_for_workers(nodes, threads, gpus) == room


@given(batches=st.integers(1, 100_000), workers=st.integers(1, 1_000))
def test_blocks_are_never_empty_and_never_large(batches: int, workers: int) -> None:
    blocks = number_of_blocks(batches, workers)
    assert 1 <= blocks <= batches
    assert -(-batches // blocks) <= ray_engine.BLOCK_BATCHES
    assert blocks >= min(batches, workers)


class DeathError(BaseException):
    """Stands for the end of a process: nothing on the way may catch it."""


class Mortal(FakeAnnotator):
    """Dies of an article with ``DEADLY``."""

    def annotate_batch(
        self, articles: Sequence[Article], *, with_text: bool = False
    ) -> list[AnnotatedArticle | AinoiError]:
        if any(DEADLY in article.text for article in articles):
            raise DeathError
        return super().annotate_batch(articles, with_text=with_text)


def _until_done(batch: Batch, deaths: Deaths, load: Callable[[], Mortal] = Mortal) -> tuple[list[Result], int]:
    """What Ray does: a new actor for each that died, without end. The results, and the deaths."""
    rows: dict[str, Any] = {"place": _array([5]), "items": _array([ray_actor.ITEMS.dump_json(list(batch)).decode()])}
    for died in range(100):
        actor = AnnotatingActor(load=load, with_text=False, deaths=deaths)
        try:
            [results] = actor(rows)["results"]
        except DeathError:
            continue
        return ray_actor.RESULTS.validate_json(results), died
    raise AssertionError("without end")


def _array(values: list[Any]) -> Any:
    import numpy as np

    return np.array(values)


@pytest.mark.parametrize(
    ("size", "deadly", "deaths"),
    [(1, [], 0), (1, [0], 4), (4, [], 0), (4, [2], 4), (4, [0, 3], 6), (4, [0, 1, 2, 3], 10)],
)
def test_an_article_that_kills_is_given_up_and_costs_the_others_nothing(
    size: int, deadly: list[int], deaths: int
) -> None:
    unread = ErrorRow(id="x", path="x", code="bad_json", message="no")
    batch = [*(article(number, DEADLY if number in deadly else "") for number in range(size)), unread]
    results, died = _until_done(batch, Deaths())
    assert died == deaths == (MOST_DEATHS * (len(deadly) + 1) if deadly else 0)
    [right] = expected([batch])
    assert results == [
        died_row(item) if number in deadly else result
        for number, (item, result) in enumerate(zip(batch, right, strict=True))
    ]


class Overwhelmed(Mortal):
    """Dies of three articles at once."""

    def annotate_batch(
        self, articles: Sequence[Article], *, with_text: bool = False
    ) -> list[AnnotatedArticle | AinoiError]:
        if len(articles) >= 3:
            raise DeathError
        return super().annotate_batch(articles, with_text=with_text)


def test_articles_that_kill_only_together_are_annotated_alone() -> None:
    batch = [article(number) for number in range(4)]
    results, died = _until_done(batch, Deaths(), Overwhelmed)
    assert (results, died) == (expected([batch])[0], 2 * MOST_DEATHS)


def test_what_came_to_an_end_counts_no_deaths() -> None:
    deaths = Deaths()
    assert [deaths.begin("a"), deaths.begin("a"), deaths.begin("b")] == [0, 1, 0]
    deaths.end("a")
    deaths.end("a")
    assert [deaths.begin("a"), deaths.begin("b")] == [0, 1]


# With a cluster of two nodes


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """Address of a cluster of two nodes, each with one processor, whose processes can import what tests/ holds."""
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "tests"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("RAY_AUTH_MODE", "token")  # as Ray itself has it when it starts a cluster, but with
    monkeypatch.setenv("RAY_AUTH_TOKEN", uuid4().hex)  # a token of the tests' own
    ray_engine._imported(None)
    from ray.cluster_utils import Cluster

    cluster = _two_nodes(Cluster)
    yield cluster.address
    cluster.shutdown()
    monkeypatch.undo()


def _two_nodes(cluster: Any, attempts: int = 5) -> Any:
    """Ray gives a node half a minute to start, which a busy machine may not do in time."""
    node = {"num_cpus": 1, "object_store_memory": 100 << 20}
    started = cluster()
    try:
        started.add_node(**node, include_dashboard=False)
        started.add_node(**node)
    except Exception:
        started.shutdown()
        if attempts == 1:
            raise
        return _two_nodes(cluster, attempts - 1)
    return started


@pytest.mark.alone
def test_ray_gives_what_the_run_in_this_process_gives(
    cluster: str, record_property: Callable[[str, object], None], tmp_path: Path
) -> None:
    items = mixed(300)
    batches = batches_of(items, [1, 7, 16, 3])
    with RayEngine(
        partial(DyingAnnotator, tmp_path), address=cluster, window_chars=sum(map(length, items)) * 2 // 3
    ) as engine:
        results = list(engine.results(iter(batches)))
    assert as_lines(results) == as_lines(expected(batches))
    assert list(map(len, results)) == list(map(len, batches))
    assert len({file.read_text() for file in tmp_path.iterdir()}) == 2, "both nodes worked"
    record_property("count", len(as_lines(results)))


@pytest.mark.alone
def test_rows_survive_an_actor_killed_and_an_article_that_kills(
    cluster: str, record_property: Callable[[str, object], None], tmp_path: Path
) -> None:
    items = mixed(60)
    items[13], items[30] = article(13, UNLUCKY), article(30, DEADLY)
    batches = batches_of(items, [4])
    with RayEngine(partial(DyingAnnotator, tmp_path), address=cluster, with_text=True) as engine:
        results = [row for batch in engine.results(batches) for row in batch]
    right = [row for batch in expected(batches, with_text=True) for row in batch]
    right[30] = died_row(article(30))
    assert as_lines([results]) == as_lines([right])
    assert (tmp_path / UNLUCKY).exists()
    record_property("count", len(results))


@pytest.mark.alone
def test_work_that_ends_before_an_actor_has_started_is_no_fault(cluster: str, tmp_path: Path) -> None:
    batches = batches_of([article(number) for number in range(4)], [2])
    with RayEngine(FakeAnnotator, address=cluster) as engine:
        engine._load = partial(LateAnnotator, tmp_path, 60.0)
        assert list(engine.results(batches)) == expected(batches)


@pytest.mark.alone
def test_no_batches_give_no_results(cluster: str) -> None:
    with RayEngine(FakeAnnotator, address=cluster) as engine:
        assert list(engine.results([])) == []


@pytest.mark.alone
def test_more_workers_than_fit_are_refused_at_once(cluster: str) -> None:
    with (
        pytest.raises(ClusterError, match="room for 2 workers of 1 processors, not for 3"),
        RayEngine(FakeAnnotator, address=cluster, workers=3),
    ):
        pass
    with (
        pytest.raises(ClusterError, match="room for 0 workers of 2 processors"),
        RayEngine(FakeAnnotator, address=cluster, threads=2),
    ):
        pass


@pytest.mark.alone
def test_a_model_that_cannot_be_loaded_is_told_before_the_first_batch(cluster: str) -> None:
    with (
        pytest.raises(ClusterError, match="nowhere"),
        RayEngine(partial(DyingAnnotator, Path("/nowhere")), address=cluster),
    ):
        pass


def addresses(process: psutil.Process) -> list[str]:
    """Both ends of each of its connections and listening sockets; none once it has ended, as Ray's spare workers do."""
    try:
        connections = process.net_connections("inet")
    except psutil.NoSuchProcess:
        return []
    return [end.ip for connection in connections for end in (connection.laddr, connection.raddr) if end]


@pytest.mark.alone
def test_a_cluster_of_ones_own_is_heard_by_nobody_else_and_ends_with_the_engine(
    monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "tests"))
    before = set(psutil.Process().children(recursive=True))
    with RayEngine(FakeAnnotator, workers=1) as engine:
        batches = batches_of(mixed(6), [2])
        assert list(engine.results(batches)) == expected(batches)
        processes = set(psutil.Process().children(recursive=True)) - before
        ends = [ip for process in [psutil.Process(), *processes] for ip in addresses(process)]
    assert ends
    assert set(ends) <= {"127.0.0.1", "::1", "::ffff:127.0.0.1"}
    psutil.wait_procs(processes, timeout=60)
    assert [process for process in processes if process.is_running()] == []
    record_property("count", len(ends))


@pytest.mark.alone
def test_after_a_cluster_of_ones_own_another_without_a_token_can_be_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "tests"))
    monkeypatch.setenv("RAY_AUTH_TOKEN", uuid4().hex)
    monkeypatch.delenv("RAY_AUTH_MODE", raising=False)
    code = (
        "import os; from ainoi_service.batch.ray_engine import RayEngine; from fake_annotator import FakeAnnotator\n"
        "with RayEngine(FakeAnnotator, workers=1): print(os.environ['RAY_AUTH_MODE'])\n"
        "print('RAY_AUTH_MODE' in os.environ)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "token\nFalse\n"


# The script


def annotate(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs the script in the repository's folder."""
    command = [sys.executable, SCRIPT, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


@pytest.mark.alone
def test_the_script_writes_the_same_bytes_with_ray_and_with_processes(
    cluster: str, record_property: Callable[[str, object], None], tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    for file in sorted((ROOT / "seeds").glob("*.txt")):
        (tmp_path / "in" / file.name).write_bytes(file.read_bytes())
    (tmp_path / "in" / "bad.jsonl").write_text('{"text": "Ông nói: “Vâng”."}\n{\n{"text": " "}\n', encoding="utf-8")
    common = [tmp_path / "in", "--threads", "1", "--with-text", "--workers", "2"]
    written = {}
    for engine, options in {"processes": [], "ray": ["--ray-address", cluster]}.items():
        into = tmp_path / engine
        done = annotate(*common, "--output", f"{into}{os.sep}", "--engine", engine, *options)
        assert (done.returncode, done.stdout) == (1, ""), done.stderr
        assert "2 inputs failed" in done.stderr, done.stderr
        told = done.stderr.replace(str(into), "DIR").splitlines()
        written[engine] = (told, {path.name: path.read_bytes() for path in into.iterdir() if path.is_file()})
    assert written["ray"] == written["processes"]
    assert sum(name.endswith(".errors.jsonl") for name in written["ray"][1]) == 1
    record_property("count", sum(data.count(b"\n") for data in written["ray"][1].values()))


def test_the_script_says_which_extra_is_lacking(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ray" else found(name))
    spec = importlib.util.spec_from_file_location("annotate_script", SCRIPT)
    assert spec is not None and spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.main([str(ROOT / "seeds"), "--engine", "ray"]) == 2
    assert "needs ray, which is not installed: pip install 'ainoi[ray]'" in capsys.readouterr().err
