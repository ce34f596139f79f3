"""T43: a fuzzer finds no input that raises or takes long, and what it once found is read ever after."""

from __future__ import annotations

import importlib.util
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hostile.fuzz_targets import CRASHES, TARGETS
from hostile.shapes import ARTICLE, SHAPES

Record = Callable[[str, object], None]
HERE = Path(__file__).parent
SECONDS = 60


def _mutated(rng: random.Random) -> bytes:
    data = bytearray(
        ARTICLE.encode() if rng.random() < 0.5 else rng.choice(list(SHAPES.values()))(200).encode("utf-8", "replace")
    )
    for _ in range(rng.randint(1, 30)):
        at = rng.randrange(len(data) + 1)
        data[at : at + rng.randint(0, 8)] = rng.randbytes(rng.randint(0, 6))
    return bytes(data[:1500])


@pytest.mark.parametrize("target", TARGETS)
def test_mutated_articles_are_read(target: str, record_property: Record) -> None:
    rng = random.Random(target)
    for _ in range(60):
        TARGETS[target](_mutated(rng))
    record_property("count", 60)


def test_what_a_fuzzer_once_found_is_read() -> None:
    for file in sorted(CRASHES.glob("*-*")):
        TARGETS[file.name.partition("-")[0]](file.read_bytes())


@pytest.mark.long
@pytest.mark.parametrize("target", TARGETS)
def test_a_minute_of_fuzzing_finds_nothing(target: str, record_property: Record) -> None:
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("needs atheris")
    root = HERE.parent.parent
    path = os.pathsep.join(str(root / folder) for folder in ("models", "service", "tests"))
    done = subprocess.run(
        [sys.executable, str(HERE / "fuzz_targets.py"), target, str(SECONDS)],
        env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=600,
    )
    record_property("count", SECONDS)
    assert done.returncode == 0, done.stderr[-2000:]
