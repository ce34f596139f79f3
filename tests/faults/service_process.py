"""The service as a process of its own, which tests kill, starve and start again."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx2

TESTS = Path(__file__).resolve().parent.parent
SCRIPT = Path(__file__).with_name("serve_fake.py")
PATIENCE = 120.0
"""Seconds after which something has gone wrong, on however slow a machine."""


class ServiceProcess:
    """A running service. ``log`` is what it wrote on its standard error output."""

    def __init__(self, database_url: str, folder: Path, log: Path, enter: Sequence[str] = ()) -> None:
        """Start it; ``enter`` goes before its command."""
        self.log = log
        paths = [str(TESTS), *filter(None, [os.environ.get("PYTHONPATH")])]
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [*enter, sys.executable, str(SCRIPT), database_url, str(folder)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
            )
        assert self._process.stdout is not None
        port = self._process.stdout.readline().decode().strip() or "0"  # "0" where it ended instead
        self.client = httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE)

    @property
    def running(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def wait_until_it_answers(self) -> None:
        """Fails if the process ends instead."""
        assert self.comes_up(), self.log.read_text()

    def comes_up(self) -> bool:
        """Whether it answers in the end; false if the process ends instead."""
        until = time.monotonic() + PATIENCE
        while self.running:
            assert time.monotonic() < until
            try:
                if self.client.get("/healthz").status_code == 200:
                    return True
            except httpx2.TransportError:
                time.sleep(0.05)
        return False

    def kill(self) -> None:
        """SIGKILL: it has no time for anything."""
        self._process.kill()
        self._process.wait()

    def end(self) -> int:
        """SIGTERM; returns the exit status."""
        self._process.terminate()
        return self._process.wait()

    def wait(self) -> int:
        """The exit status of a process that ends by itself."""
        return self._process.wait(PATIENCE)

    def close(self) -> None:
        """Leaves nothing behind."""
        self.client.close()
        if self.running:
            self.kill()
        assert self._process.stdout is not None
        self._process.stdout.close()


@contextmanager
def service(database_url: str, folder: Path, log: Path, enter: Sequence[str] = ()) -> Iterator[ServiceProcess]:
    """A service that answers; ended or killed in the block, or killed after it."""
    process = ServiceProcess(database_url, folder, log, enter)
    try:
        process.wait_until_it_answers()
        yield process
    finally:
        process.close()
