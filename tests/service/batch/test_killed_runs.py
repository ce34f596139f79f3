"""A run that is killed, again and again, and begun again with the same command gives what an unbroken one gives."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from ainoi_service.batch.shard_folder import ShardFolder
from batch_annotators import DEADLY, SECONDS

PROGRAM = Path(__file__).parents[2] / "batch_program.py"
PAGE = "<html><body><article><p>{}</p></article></body></html>"
PATIENCE = 120.0
"""Seconds after which a test gives up."""


def article(number: int) -> dict[str, str]:
    text = f"Ông nói “lời thứ {number}”. " + "Không có gì. " * (number % 7)
    return {"id": f"bài-{number}", "text": text, "date": "2025-01-02"}


def make_articles(folder: Path, count: int, *, of_a_file: int, deadly: bool = False) -> None:
    """``count`` articles in files of all kinds, one of them a page, one no JSON, and one that may be deadly; and a file
    that is none."""
    for number, first in enumerate(range(0, count, of_a_file)):
        records = [article(each) for each in range(first, min(first + of_a_file, count))]
        lines = [json.dumps(record) for record in records]
        if number == 1:
            lines[0] = "{"
            lines[1] = json.dumps({"html": PAGE.format("Ông Peskov nói “được” ở Hà Nội hôm nay. " * 20)})
        if number == 2 and deadly:
            lines[-1] = json.dumps({"id": "x", "text": DEADLY})
        data = "\n".join(lines).encode()
        path = folder / f"tháng {number % 3}" / f"{number:03}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        if number % 2:
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(data))
        else:
            path.write_bytes(data)
    (folder / "không UTF-8.txt").write_bytes(b"\xff")


def start(folder: Path, *arguments: str, seconds: float = 0.0) -> subprocess.Popen[bytes]:
    """The command, in ``folder``, as the head of a process group of its own."""
    return subprocess.Popen(
        [sys.executable, PROGRAM, *arguments],
        cwd=folder,
        env=os.environ | {SECONDS: str(seconds)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def descendants(pid: int) -> list[int]:
    """Ids of all processes that come from this one."""
    found: list[int] = []
    with suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            found += [int(child), *descendants(int(child))]
    return found


def workers(pid: int) -> list[int]:
    """Ids of the worker processes of a run."""
    found = []
    for child in descendants(pid):
        with suppress(OSError):
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(child)
    return found


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def until(holds: Callable[[], bool]) -> bool:
    """Waits until something holds; false if it never does."""
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


def shards(output: Path) -> int:
    return sum(1 for path in output.rglob("*.jsonl") if ".ainoi" not in path.parts and "errors" not in path.name)


def kill_group(run: subprocess.Popen[bytes]) -> None:
    os.killpg(run.pid, signal.SIGKILL)


def kill_worker(run: subprocess.Popen[bytes], rng: random.Random) -> int:
    """Kill one worker of the run; how many were killed, for it may have none."""
    found = workers(run.pid)
    with suppress(ProcessLookupError):
        if found:
            os.kill(rng.choice(found), signal.SIGKILL)
            return 1
    return 0


def kill_parent(run: subprocess.Popen[bytes]) -> None:
    os.kill(run.pid, signal.SIGKILL)


def unbroken(folder: Path, *, workers: int) -> dict[str, bytes]:
    """What an unbroken run gives. With a deadly article there must be workers to die of it."""
    run = start(folder, "news", "--output", "unbroken/", "--workers", str(workers), "--batch-size", "4")
    _, told = run.communicate(timeout=PATIENCE)
    assert run.returncode == 1, told.decode()
    return tree(folder / "unbroken")


def go_on(folder: Path, seconds: float) -> subprocess.Popen[bytes]:
    return start(folder, "news", "--output", "out/", "--workers", "2", "--batch-size", "4", seconds=seconds)


def finish(folder: Path, errors: int) -> None:
    run = go_on(folder, 0.0)
    _, told = run.communicate(timeout=PATIENCE)
    assert run.returncode == 1, told.decode()
    assert told.decode().splitlines()[-1].startswith(f"{errors} inputs failed"), told.decode()


@pytest.mark.slow
def test_a_run_killed_three_ways_and_begun_again_gives_what_an_unbroken_one_gives(
    tmp_path: Path, record_property: pytest.RecordProperty
) -> None:
    make_articles(tmp_path / "news", 120, of_a_file=10)
    expected = unbroken(tmp_path, workers=1)
    run = go_on(tmp_path, 0.01)
    assert until(lambda: shards(tmp_path / "out") >= 1)
    assert kill_worker(run, random.Random(1)) == 1
    assert until(lambda: shards(tmp_path / "out") >= 4)
    kill_group(run)
    run.communicate()
    run = go_on(tmp_path, 0.01)
    assert until(lambda: shards(tmp_path / "out") >= 8)
    left = descendants(run.pid)
    kill_parent(run)
    run.communicate()
    assert until(lambda: not any(map(runs, left)))
    finish(tmp_path, 2)
    assert tree(tmp_path / "out") == expected
    record_property("count", 3)


def broken_run(folder: Path, rng: random.Random) -> int:
    """One run that is broken off at some moment: while it starts, while it works, in the middle of a file. How many
    times it was killed, workers of it included."""
    output, kills = folder / "out", 0
    run = go_on(folder, 0.03)
    if rng.random() < 0.7:
        goal = shards(output) + rng.randint(1, 3)
        assert until(lambda: shards(output) >= goal or run.poll() is not None)
    for _ in range(rng.randint(0, 2)):
        time.sleep(rng.uniform(0, 0.3))
        kills += kill_worker(run, rng)
    time.sleep(rng.uniform(0, 0.3))
    left = descendants(run.pid)
    if run.poll() is None:
        rng.choice([kill_group, kill_parent])(run)
        kills += 1
    run.communicate()
    assert until(lambda: not any(map(runs, left)))
    return kills


def done_shards(output: Path) -> dict[str, int]:
    """Inodes of the shards that the manifest lists: a shard that is written again has another."""
    manifest = output / ".ainoi" / "manifest.jsonl"
    lines = manifest.read_bytes().splitlines(keepends=True)[1:] if manifest.exists() else []
    names = [json.loads(line)["shard"] for line in lines if line.endswith(b"\n")]
    return {name: (output / name).stat().st_ino for name in names}


@pytest.mark.long
def test_a_run_of_1000_articles_killed_24_times_at_any_moment_gives_what_an_unbroken_one_gives(
    tmp_path: Path, record_property: pytest.RecordProperty
) -> None:
    make_articles(tmp_path / "news", 1000, of_a_file=10, deadly=True)
    expected = unbroken(tmp_path, workers=3)
    rng = random.Random(24)
    kills, done = 0, dict[str, int]()
    while kills < 24:
        kills += broken_run(tmp_path, rng)
        done_now = done_shards(tmp_path / "out")
        assert done_now | done == done_now  # what was done has been left alone
        done = done_now
    finish(tmp_path, 3)
    assert tree(tmp_path / "out") == expected
    assert done_shards(tmp_path / "out") | done == done_shards(tmp_path / "out")
    record_property("count", kills)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_told_to_end_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    make_articles(tmp_path / "news", 200, of_a_file=10)
    run = go_on(tmp_path, 0.05)
    assert until(lambda: shards(tmp_path / "out") >= 1)
    left = descendants(run.pid)
    if number == signal.SIGINT:
        os.killpg(run.pid, number)  # as a terminal does
    else:
        run.terminate()
    out, told = run.communicate(timeout=PATIENCE)
    assert (run.returncode, out) == (128 + number, b"")
    assert b"Traceback" not in told
    assert until(lambda: not any(map(runs, left)))
    assert [path.name for path in (tmp_path / "out" / ".ainoi").iterdir() if path.name.endswith(".tmp")] == []


def test_a_second_run_into_the_same_folder_is_refused_while_the_first_is_at_work(tmp_path: Path) -> None:
    make_articles(tmp_path / "news", 10, of_a_file=10)
    with ShardFolder(tmp_path / "out", "jsonl", {}):
        second = start(tmp_path, "news", "--output", "out/", "--workers", "1")
        _, told = second.communicate(timeout=PATIENCE)
    assert (second.returncode, told) == (2, b"annotate.py: out: another run is writing to this folder\n")
