"""T41: with no network but the loopback the service starts, annotates and shows its pages, and looks for no other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ainoi import Annotator, Article

Record = Callable[[str, object], None]
TESTS = Path(__file__).resolve().parents[1]
CUT = ["unshare", "--map-root-user", "--net"]


def environment(attempts: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(TESTS / "no_network"), "AINOI_TEST_ATTEMPTS": str(attempts)}


def can_be_cut() -> bool:
    """Whether this user may make a network of its own; where not, attempts are still refused and counted."""
    try:
        return subprocess.run([*CUT, "true"], capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('192.0.2.1', 80))",
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'', ('192.0.2.1', 53))",
        "import socket; socket.getaddrinfo('ainoi.example', 80)",
        "import urllib.request; urllib.request.urlopen('http://ainoi.example')",
        "import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-c', 'import socket; "
        'socket.create_connection(("192.0.2.1", 80))\']))',
    ],
)
def test_an_attempt_would_be_seen(tmp_path: Path, code: str) -> None:
    log = tmp_path / "attempts"
    done = subprocess.run([sys.executable, "-c", code], env=environment(log), capture_output=True)
    assert done.returncode != 0
    assert [line for line in log.read_text().splitlines() if line.startswith("attempt ")]


@pytest.mark.long
def test_without_a_network_it_does_the_same_and_never_looks_for_one(tmp_path: Path, record_property: Record) -> None:
    log = tmp_path / "attempts"
    cut = can_be_cut()
    command = [sys.executable, TESTS / "offline_run.py", tmp_path / "store", *(["--cut"] if cut else [])]
    done = subprocess.run([*(CUT if cut else []), *command], env=environment(log), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = log.read_text().splitlines()
    assert [line for line in told if line.startswith("attempt ")] == []
    watched = [line for line in told if line.startswith("watched ")]
    for program in ("serve.py", "ainoi_service.workers.child", "html_reader.py"):
        assert [line for line in watched if program in line], watched

    annotator = Annotator.load(threads=1)
    articles = [json.loads(line) for line in (TESTS.parent / "seeds" / "gold.jsonl").read_text("utf-8").splitlines()]
    answers = json.loads(done.stdout)
    for record, answer in zip(articles, answers, strict=True):
        here = annotator.annotate(Article(text=record["text"], date=record.get("date")))
        assert answer == json.loads(here.model_dump_json())
    record_property("count", len(answers))
    record_property("watched", len(watched))
    record_property("cut", cut)
