"""A worker in a process of its own: it can be killed, holds no lock of ours, and leaves the service alive when it dies.

It is started as a program, never forked: a fork would copy computing threads half. (``multiprocessing`` would run the
caller's main module a second time in it, and a program that embeds the service may have no guard against that.)
"""

from __future__ import annotations

import json
import logging
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import IO

from ainoi import AinoiError, Article
from ainoi_service.workers.annotator import ServiceAnnotator
from ainoi_service.workers.events import Lane
from ainoi_service.workers.frames import receive, send, unpacked_answer, unpacked_error
from ainoi_service.workers.worker import Reports

_log = logging.getLogger(__name__)

NICENESS: dict[Lane, int] = {"short": 0, "long": 10}
"""What the worker of a lane adds to its niceness: long articles compute when the others leave time."""

END_SECONDS = 5.0
"""How long a worker that was told to end may take to, before it is killed."""


class ProcessWorker:
    """One process, with a thread that reads what it answers and one that writes what it is given."""

    def __init__(self, load: bytes, lane: Lane, reports: Reports) -> None:
        """``load``: a pickled function of no arguments that makes the annotator."""
        self._load = load
        self._lane = lane
        self._reports = reports
        self._frames: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._process: subprocess.Popen[bytes] | None = None
        self._killed = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"ainoi-worker-{lane}", daemon=True)

    @property
    def pid(self) -> int | None:
        """Id of the process, once it is started."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Start the process; it loads its model."""
        self._frames.put(self._load)
        self._thread.start()

    def give(self, articles: Sequence[Article]) -> None:
        """Annotate these."""
        self._frames.put(pickle.dumps(list(articles), protocol=pickle.HIGHEST_PROTOCOL))

    def kill(self) -> None:
        """End the process at once."""
        self._killed.set()
        if self._process is not None:
            self._process.kill()

    def stop(self) -> None:
        """End the process by closing what it reads from."""
        self._frames.put(None)

    def join(self) -> None:
        """Wait until the process has ended; it is killed if that takes too long."""
        self._thread.join(END_SECONDS)
        if self._thread.is_alive():
            self.kill()
            self._thread.join()

    def _run(self) -> None:
        error: AinoiError | None = None
        try:
            process = self._process = self._started()
            error = self._served(process)
        except OSError as fault:
            error = AinoiError(f"no worker can be started: {fault.strerror}")
        finally:
            self._reports.gone(error)

    def _served(self, process: subprocess.Popen[bytes]) -> AinoiError | None:
        """Feed the process and hear it until it says no more, or nothing that is understood; then it is ended."""
        if self._killed.is_set():  # while it was being started
            process.kill()
        assert process.stdin is not None and process.stdout is not None
        writer = threading.Thread(target=self._write, args=(process.stdin,), name="ainoi-pipe", daemon=True)
        try:
            writer.start()
            return self._read(process.stdout)
        except Exception as fault:  # its own words may quote the text of an article
            _log.error("what a worker answered cannot be read: %s", type(fault).__name__)
            return AinoiError(f"what a worker answered cannot be read: {type(fault).__name__}")
        finally:
            process.kill()  # nothing it could still say is understood
            process.wait()
            self._frames.put(None)
            if writer.is_alive():
                writer.join()
            process.stdout.close()

    def _started(self) -> subprocess.Popen[bytes]:
        path = os.pathsep.join(each for each in sys.path if each)  # what the annotator is made of may stand anywhere
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "ainoi_service.workers.child", str(NICENESS[self._lane])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": path},
            start_new_session=True,  # Ctrl-C in the terminal is the parent's to handle
        )

    def _write(self, pipe: IO[bytes]) -> None:
        with suppress(OSError):  # it is gone, which the reader sees too
            while (frame := self._frames.get()) is not None:
                send(pipe, frame)
        with suppress(OSError):  # what was still buffered for a dead process
            pipe.close()

    def _read(self, pipe: IO[bytes]) -> AinoiError | None:
        """Report what it answers until it ends. The first frame says whether its model is loaded."""
        first = receive(pipe)
        if first is None:
            return None
        told = json.loads(first)
        if told is not None:
            return unpacked_error(told)
        self._reports.up()
        while (frame := receive(pipe)) is not None:
            self._reports.done(unpacked_answer(frame))
        return None


class ProcessStaff:
    """``size`` processes that make their annotator by ``load``, and one more for long articles when one comes."""

    killable = True

    def __init__(self, load: Callable[[], ServiceAnnotator], size: int) -> None:
        """Raises ValueError for a size below 1, and what pickling ``load`` raises."""
        if size < 1:
            raise ValueError(f"size must be at least 1, is {size}")
        self.size = size
        self._load = pickle.dumps(load, protocol=pickle.HIGHEST_PROTOCOL)

    def hire(self, lane: Lane, reports: Reports) -> ProcessWorker:
        """A worker for articles of ``lane``."""
        return ProcessWorker(self._load, lane, reports)
