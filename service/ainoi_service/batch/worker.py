"""What runs in a worker process: it loads an annotator, then annotates batch after batch until it is told to end."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait

from ainoi import AinoiError
from ainoi.schema import ModelVersion
from ainoi_service.batch.annotating import BatchAnnotator, Result, SickProcessError, annotate_items
from ainoi_service.html import HtmlExtractor
from ainoi_service.limits import Limits

Load = Callable[[], BatchAnnotator]
"""Gives a process its annotator; is pickled on its way there. Raises ``AinoiError`` when there is none."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker's first message: it waits for batches."""

    version: ModelVersion


@dataclass(frozen=True, slots=True)
class Failed:
    """The worker's last message: it cannot work, nor can another one."""

    message: str


@dataclass(frozen=True, slots=True)
class Done:
    """The results of one batch."""

    results: list[Result]


def work(load: Load, batches: Connection, life: Connection, *, with_text: bool, limits: Limits, log_level: int) -> None:
    """Answer each batch that comes with its results.

    Ends when ``batches`` closes; at once, whatever it is doing, when ``life`` does or the parent process is no more.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    logging.basicConfig(level=log_level, format="annotate.py: %(message)s")
    extractor = HtmlExtractor(limits)
    threading.Thread(target=_end_with, args=(life, extractor), name="life", daemon=True).start()
    try:
        annotator = load()
        batches.send(Ready(annotator.version))
        while True:
            batch = batches.recv()
            batches.send(Done(annotate_items(annotator, batch, extractor.extract, with_text=with_text)))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
    except SickProcessError as error:  # another process may be well
        logging.getLogger(__name__).warning("a worker process ends: %s", error)
        raise SystemExit(1) from error
    except (AinoiError, RuntimeError, OSError) as error:  # no model, or no HTML reader
        batches.send(Failed(str(error)))
    finally:
        extractor.close()


def _end_with(life: Connection, extractor: HtmlExtractor) -> None:
    """End this process when its parent wants it or is gone, and the reader of HTML pages with it."""
    parent = parent_process()
    wait([life, parent.sentinel] if parent is not None else [life])
    if (reader := extractor.child_pid) is not None:
        os.kill(reader, signal.SIGKILL)
    os._exit(0)
