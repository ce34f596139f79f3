"""The application as tests run it: a store of its own in a folder, whatever the environment says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.testclient import TestClient

from ainoi_service import create_app
from ainoi_service.limits import Limits
from ainoi_service.settings import read_settings
from ainoi_service.store.engine import sqlite_url
from ainoi_service.workers.annotator import ServiceAnnotator
from ainoi_service.workers.source import ModelSource

LOCAL = "http://localhost"
"""The address that clients of a service without keys ask for: to other names it does not answer."""


def application(
    annotator: ServiceAnnotator | None,
    folder: Path,
    limits: Limits | None = None,
    source: ModelSource | None = None,
) -> FastAPI:
    """The application around ``annotator`` or ``source`` (else the library's own), its SQLite store in ``folder``."""
    settings = read_settings(data_dir=folder, database_url=sqlite_url(folder))
    return create_app(annotator, limits=limits, settings=settings, source=source)


@contextmanager
def serving(
    annotator: ServiceAnnotator | None, folder: Path, limits: Limits | None = None, *, raising: bool = False
) -> Iterator[TestClient]:
    """A client of the running application. ``raising``: its faults are raised, not answered."""
    with TestClient(application(annotator, folder, limits), LOCAL, raise_server_exceptions=raising) as client:
        yield client
