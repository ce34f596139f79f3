"""The process that reads pages, by itself."""

from __future__ import annotations

import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ainoi_service import html
from html_pages import ATTRIBUTE_BOMB, NEWS_PAGE, SLOW_PAGE

READER = Path(html.__file__).with_name("html_reader.py")
MEMORY = 500_000_000


def frame(page: str) -> bytes:
    return struct.pack(">I", len(page.encode())) + page.encode()


@pytest.fixture
def reader() -> Iterator[subprocess.Popen[bytes]]:
    """One that is ready."""
    command = [sys.executable, "-P", str(READER), str(MEMORY)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.read(4) == struct.pack(">I", 0)
        yield process
        process.kill()


@pytest.mark.parametrize("page", [SLOW_PAGE, ATTRIBUTE_BOMB], ids=["slow", "bomb"])
def test_it_ends_without_an_answer_when_its_parent_has_ended(reader: subprocess.Popen[bytes], page: str) -> None:
    """However it ended: the kernel closes what it had open. Either page would take many seconds."""
    assert reader.stdin is not None and reader.stdout is not None
    with reader.stdin as asking:
        asking.write(frame(page))
    assert reader.stdout.read() == b""


def test_it_stays_for_the_next_page_and_ends_by_itself_after_the_last(reader: subprocess.Popen[bytes]) -> None:
    assert reader.stdin is not None and reader.stdout is not None
    with reader.stdin as asking:
        answers = []
        for _ in range(3):
            asking.write(frame(NEWS_PAGE))
            asking.flush()
            [length] = struct.unpack(">I", reader.stdout.read(4))
            answers.append(reader.stdout.read(length))
    assert len(set(answers)) == 1
    assert reader.wait() == 0
