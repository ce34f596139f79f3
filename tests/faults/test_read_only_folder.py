"""A data folder that cannot be written, as somebody who is not root: writing is refused, reading goes on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from faults.service_process import TESTS

SCRIPT = Path(__file__).with_name("unprivileged.py")
GOOD = [200, 200, 200, 200]


@pytest.fixture(scope="module")
def answers() -> Iterator[dict[str, Any]]:
    folder = Path(tempfile.mkdtemp(prefix="ainoi-faults-"))  # pytest's own folders are closed to others
    folder.chmod(0o755)
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(folder)],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [str(TESTS), os.environ.get("PYTHONPATH")]))},
    )
    assert done.returncode == 0, done.stderr
    yield json.loads(done.stdout.splitlines()[-1])
    shutil.rmtree(folder)


@pytest.mark.slow
def test_what_cannot_be_written_is_refused_as_such_and_reading_goes_on(answers: dict[str, Any]) -> None:
    assert answers["before"] == {"status": 201, "code": None, "retry_after": None, "reads": GOOD, "total": 1}
    assert answers["read_only"] == {
        "status": 503,
        "code": "store_read_only",
        "retry_after": "10",
        "reads": GOOD,
        "total": 1,
    }
    assert answers["at_once"] == [200] * 8


def test_writing_works_again_at_once_without_a_restart(
    answers: dict[str, Any], record_property: pytest.RecordProperty
) -> None:
    assert [(each["status"], each["total"]) for each in answers["after"]] == [(201, 2), (201, 3), (201, 4), (201, 5)]
    record_property("count", 1 + len(answers["after"]))


def test_a_service_that_starts_where_it_cannot_write_says_why(answers: dict[str, Any]) -> None:
    assert answers["start"] == "store_read_only"
