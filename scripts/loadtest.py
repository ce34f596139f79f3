"""What the service does with four times the requests that it can answer. ``docs/serving.md`` tells what it promises.

It starts the service in this process, on a port of the loopback interface and with a store in a temporary folder, its
workers as in production, and callers in a process of their own: one alone; as many as keep the workers busy; then
requests that come at four times that rate, whatever the service answers. Exit status 1 if a promise was not kept.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from os import getpid
from pathlib import Path
from typing import TYPE_CHECKING

from ainoi_service.batch.arguments import positive

if TYPE_CHECKING:
    from fastapi import FastAPI

    from ainoi_service.workers.source import ModelSource

MISSED = 1
KEEP_ALIVE = 600
"""Seconds: a connection that is closed just when a caller takes it up again would look like a lost request."""


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Arguments of the command line. Exits with status 2 when they make no sense."""
    parser = argparse.ArgumentParser(
        prog="loadtest.py", description="Put the service under load and see what it keeps."
    )
    parser.add_argument("--requests", type=positive, default=20_000, metavar="N", help="under load; default: 20,000")
    parser.add_argument("--times", type=float, default=4.0, metavar="X", help="the sustainable rate; default: 4")
    parser.add_argument("--alone", type=positive, default=1_000, metavar="N", help="of one caller; default: 1,000")
    parser.add_argument("--seconds", type=float, default=30.0, metavar="S", help="kept busy before; default: 30")
    parser.add_argument(
        "--most-seconds", type=float, default=1800.0, metavar="S", help="alone, and under load; default: 1800"
    )
    parser.add_argument("--workers", type=positive, metavar="N", help="processes of the model; default: as serve.py")
    parser.add_argument("--threads", type=positive, metavar="N", help="of all of them; default: as serve.py")
    parser.add_argument("--device", default="cpu", help="what the model runs on; default: cpu")
    parser.add_argument("--fake", type=float, metavar="RATE", help="no model: so many subwords a second and worker")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the articles and their times; default: 1")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the load test; returns the exit status."""
    arguments = parse(argv)
    from loadtesting.driving import as_they_come, one_by_one
    from loadtesting.judging import Run, report, table
    from loadtesting.watching import Watch

    logging.getLogger().addHandler(logging.NullHandler())
    source = _source(arguments)
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as callers,
        _served(_application(source, Path(folder)), callers) as (app, port, others),
    ):
        seed = arguments.seed
        callers.submit(one_by_one, port, 1, min(arguments.seconds, 3.0), seed).result()  # whatever is slow only once
        most_seconds = arguments.most_seconds
        alone = callers.submit(one_by_one, port, 1, most_seconds, seed + 1, arguments.alone).result()
        busy = callers.submit(one_by_one, port, 2 * source.workers, arguments.seconds, seed + 2).result()
        run = Run(
            calls_alone=arguments.alone, requests=arguments.requests, times=arguments.times, alone=alone, busy=busy
        )
        if run.rate == 0.0:
            print("loadtest.py: no article was annotated", file=sys.stderr)
            return MISSED
        with Watch(port, app.state.desk.pool.state, others) as watch:
            wanted = (port, run.asked, arguments.requests, most_seconds, seed + 1, len(alone))
            loaded = callers.submit(as_they_come, *wanted).result()
    rows = report(run, loaded, watch)
    print(table(rows))
    return MISSED if any(row.kept is False for row in rows) else 0


def _source(arguments: argparse.Namespace) -> ModelSource:
    from ainoi_service.workers.source import ModelSource, shipped

    if arguments.fake is None:
        return shipped(device=arguments.device, threads=arguments.threads, workers=arguments.workers)
    from loadtesting.fake import SleepingAnnotator

    make = partial(SleepingAnnotator, arguments.fake)
    return ModelSource(make, make, workers=arguments.workers or 1)


def _application(source: ModelSource, folder: Path) -> FastAPI:
    from ainoi_service import create_app
    from ainoi_service.limits import Limits
    from ainoi_service.settings import read_settings

    settings = read_settings(data_dir=folder, database_url=f"sqlite:///{folder / 'load.sqlite3'}")
    return create_app(source=source, settings=settings, limits=Limits(requests_per_minute=10**9))


@contextmanager
def _served(app: FastAPI, callers: ProcessPoolExecutor) -> Iterator[tuple[FastAPI, int, frozenset[int]]]:
    """The application on a port of the loopback interface, and the ids of processes that are not the service's."""
    import psutil
    import uvicorn

    callers.submit(getpid).result()
    others = frozenset(child.pid for child in psutil.Process().children(recursive=True))
    config = uvicorn.Config(
        app, "127.0.0.1", 0, log_config=None, access_log=False, ws="none", timeout_keep_alive=KEEP_ALIVE
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="loadtest-server")
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise SystemExit("loadtest.py: the service did not start")
            time.sleep(0.05)
        yield app, server.servers[0].sockets[0].getsockname()[1], others
    finally:
        server.should_exit = True
        thread.join()


if __name__ == "__main__":
    sys.exit(main())
