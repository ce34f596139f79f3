"""A server in a process of its own, whose model waits for a file: what goes on meanwhile can be looked at.

``python tests/gated_server.py FOLDER PORT DRAIN_SECONDS`` keeps its store in FOLDER. It comes up once ``FOLDER/start``
is there, and annotates once ``FOLDER/annotate`` is.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import numpy as np

from ainoi import AinoiError, AnnotatedArticle, Article
from fake_annotator import FakeAnnotator

TESTS = Path(__file__).resolve().parent
PATIENCE = 120.0
"""Seconds, enough for any machine."""


class GatedAnnotator(FakeAnnotator):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        _wait_for(self._folder / "start")
        return super().embed(texts)

    def annotate_batch(
        self, articles: Sequence[Article], *, with_text: bool = False
    ) -> list[AnnotatedArticle | AinoiError]:
        _wait_for(self._folder / "annotate")
        return super().annotate_batch(articles, with_text=with_text)


def until(true: Callable[[], object]) -> None:
    """Waits until it is so."""
    ends = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.02)


def _wait_for(file: Path) -> None:
    while not file.exists():
        time.sleep(0.01)


@dataclass
class Gated:
    """A server that runs."""

    process: subprocess.Popen[bytes]
    folder: Path
    address: str

    def let(self, what: str) -> None:
        """Let it ``start``, or ``annotate``."""
        (self.folder / what).touch()

    def tell(self, sig: signal.Signals) -> None:
        self.process.send_signal(sig)

    def status(self, path: str) -> int | None:
        """Status of the answer to GET; None if nobody listens."""
        try:
            return httpx2.get(f"{self.address}{path}", timeout=PATIENCE).status_code
        except httpx2.ConnectError:
            return None

    def wait_for(self, path: str, status: int | None) -> set[int | None]:
        """Ask until the status is there; gives those that came before."""
        before: set[int | None] = set()
        ends = time.monotonic() + PATIENCE
        while (now := self.status(path)) != status:
            before.add(now)
            assert time.monotonic() < ends, before
            time.sleep(0.02)
        return before

    def ended(self) -> tuple[int, str]:
        """Its exit status and its log, once it has ended."""
        _, log = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, log.decode()


@contextmanager
def gated(folder: Path, drain_seconds: int) -> Iterator[Gated]:
    """The server on a free port, in a process that does not outlive the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    paths = [TESTS, TESTS.parent / "models", TESTS.parent / "service"]
    process = subprocess.Popen(
        [sys.executable, __file__, folder, str(port), str(drain_seconds)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, paths))},
        stderr=subprocess.PIPE,
    )
    try:
        yield Gated(process, folder, f"http://127.0.0.1:{port}")
    finally:
        process.kill()
        process.communicate()


def main(folder: Path, port: int, drain_seconds: int) -> None:
    from ainoi_service.guard.server import run
    from ainoi_service.limits import Limits
    from ainoi_service.telemetry.logs import configure
    from service_app import application

    configure()
    app = application(GatedAnnotator(folder), folder, Limits(max_waiting=64))
    run(app, host="127.0.0.1", port=port, drain_seconds=drain_seconds)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
