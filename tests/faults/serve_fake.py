"""Serves the interface and the pages around a fake model: ``serve_fake.py DATABASE_URL DATA_DIR`` prints its port."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import uvicorn

from ainoi_service import create_app
from ainoi_service.limits import Limits
from ainoi_service.settings import read_settings
from fake_annotator import FakeAnnotator

LIMITS = Limits(max_waiting=64, requests_per_minute=1_000_000)


def main(database_url: str, data_dir: str) -> None:
    """Serves until it is told to end, or killed."""
    settings = read_settings(database_url=database_url, data_dir=Path(data_dir), host="127.0.0.1")
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    print(listening.getsockname()[1], flush=True)
    app = create_app(FakeAnnotator(), settings=settings, limits=LIMITS)
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])


if __name__ == "__main__":
    main(*sys.argv[1:])
