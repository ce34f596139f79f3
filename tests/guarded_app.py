"""The application with keys: what tests of the guard have in common."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from starlette.testclient import TestClient

from ainoi_service.guard.keys import make
from ainoi_service.limits import Limits
from ainoi_service.store import api_keys
from ainoi_service.store.api_keys import StoredKey
from ainoi_service.store.engine import Store, open_store, sqlite_url
from fake_annotator import FakeAnnotator
from service_app import application


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def basic(key: str, user: str = "me") -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{key}".encode()).decode()}


@dataclass(frozen=True)
class Guarded:
    """A running application, a key that opens it, and one that was revoked before it started."""

    app: FastAPI
    client: TestClient
    store: Store
    key: str
    stored: StoredKey
    revoked: str


@contextmanager
def guarded(folder: Path, limits: Limits | None = None, annotator: FakeAnnotator | None = None) -> Iterator[Guarded]:
    """The application around a fake annotator, with a store in ``folder`` that has keys."""
    store = open_store(sqlite_url(folder))
    key, stored = make(store, "newsroom")
    revoked, gone = make(store, "gone")
    api_keys.revoke(store, gone.id)
    app = application(annotator or FakeAnnotator(), folder, limits)
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield Guarded(app, client, store, key, stored, revoked)
    store.close()
