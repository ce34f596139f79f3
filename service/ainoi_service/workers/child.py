"""The program that a worker process runs: ``python -m ainoi_service.workers.child NICENESS``.

Frames come in by standard input: first a pickled function that makes the annotator, then batches of articles. Frames go
out where standard output was: ``null``, or the error that loading gave; then an answer for each batch. It ends when its
input does, whatever it is doing then: nobody would read the answer.
"""

from __future__ import annotations

import json
import os
import pickle
import queue
import signal
import sys
import threading
from collections.abc import Callable
from typing import IO

from ainoi import AinoiError
from ainoi_service.telemetry.logs import configure
from ainoi_service.workers.annotator import ServiceAnnotator
from ainoi_service.workers.answering import answer
from ainoi_service.workers.frames import packed_answer, packed_error, receive, send

Frames = queue.SimpleQueue[bytes]


def main() -> None:
    """Runs until the input ends."""
    # The service decides when it ends: a signal for all processes of a group must not break off what it is answering.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(int(sys.argv[1]))
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not mix with the frames
    configure()
    frames: Frames = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, frames), daemon=True).start()
    try:
        load: Callable[[], ServiceAnnotator] = pickle.loads(frames.get())
        annotator = load()
    except AinoiError as error:
        send(out, json.dumps(packed_error(error)).encode("ascii"))
        return
    send(out, b"null")
    while True:
        articles = pickle.loads(frames.get())
        send(out, packed_answer(answer(annotator, articles)))


def _listen(source: IO[bytes], frames: Frames) -> None:
    while (frame := receive(source)) is not None:
        frames.put(frame)
    os._exit(0)


if __name__ == "__main__":
    main()
