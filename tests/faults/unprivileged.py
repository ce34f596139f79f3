"""A folder that cannot be written, and a service in it: run as a process of its own, which gives up being root first.

``unprivileged.py FOLDER`` prints one JSON object: what was answered before, while and after the folder was read-only.
Everything is imported, and has run once, while the process may still read the code.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from ainoi_service import create_app
from ainoi_service.store.engine import Store, open_store, sqlite_url
from fake_annotator import FakeAnnotator
from faults.stored_once import article

NOBODY = 65534


def give_up_root() -> None:
    """Become nobody, if this is root: root may write everywhere."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def set_writable(folder: Path, writable: bool) -> None:
    """As ``chmod -R`` does it."""
    for each in folder.iterdir():
        each.chmod(0o644 if writable else 0o444)
    folder.chmod(0o755 if writable else 0o555)


@contextmanager
def all_connections_new(store: Store) -> Iterator[None]:
    """Inside, every connection is opened anew. One that was there before stays open, as in any service that is used."""
    with store.read():
        store._engine.dispose()
        yield


def told(client: TestClient, number: int) -> dict[str, Any]:
    """What storing an article gives, and some ways of reading."""
    written = client.post("/v1/articles", json=article(number))
    body = written.json()
    reads = [client.get(path) for path in ("/v1/articles", "/v1/quotes?q=thuong", "/v1/speakers", "/lookup?q=thuong")]
    return {
        "status": written.status_code,
        "code": body.get("code"),
        "retry_after": written.headers.get("retry-after"),
        "reads": [each.status_code for each in reads],
        "total": reads[1].json()["total"],
    }


def at_once(client: TestClient, count: int) -> list[int]:
    """Statuses of as many reads at the same time."""
    found: list[int] = []
    readers = [
        threading.Thread(target=lambda: found.append(client.get("/v1/quotes?q=thuong").status_code))
        for _ in range(count)
    ]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return found


def in_folder(folder: Path) -> dict[str, Any]:
    """The whole story."""
    answers: dict[str, Any] = {}
    store = open_store(sqlite_url(folder))
    with TestClient(create_app(FakeAnnotator(), store=store), raise_server_exceptions=False) as client:
        answers["before"] = told(client, 0)
        set_writable(folder, False)
        with all_connections_new(store):
            answers["read_only"] = told(client, 1)
            answers["at_once"] = at_once(client, 8)
            set_writable(folder, True)
            answers["after"] = [told(client, number) for number in (2, 3, 4, 5)]
    store.close()
    return answers


def start(folder: Path) -> str:
    """What the start of a service says in a folder that cannot be written, with nobody else at the store."""
    gc.collect()  # a connection that was given up and not yet closed holds the files beside the store open
    set_writable(folder, False)
    try:
        open_store(sqlite_url(folder)).close()
    except Exception as error:
        return str(getattr(error, "code", repr(error)))
    finally:
        set_writable(folder, True)
    return "opened"


def main(folder: Path) -> None:
    warm, data = folder / "warm", folder / "data"
    for each in (warm, data):
        each.mkdir()
        if os.geteuid() == 0:
            os.chown(each, NOBODY, NOBODY)
    in_folder(warm)
    if os.geteuid() == 0:
        for each in warm.iterdir():
            os.chown(each, NOBODY, NOBODY)
    os.chdir(folder)
    give_up_root()
    print(json.dumps(in_folder(data) | {"start": start(data)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
