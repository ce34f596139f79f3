"""A PostgreSQL server for tests: the one at AINOI_TEST_POSTGRES_URL, else a private one on a socket.

The private one is made with Debian's binaries (or those on the PATH) by a user who is not root, and ends with them.
"""

from __future__ import annotations

import atexit
import functools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url

DEBIAN = Path("/usr/lib/postgresql")
SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=", "max_connections=100")
_serial = count()


@functools.cache
def server() -> str | None:
    """URL of a server on which databases may be made; None if there is none and no binaries to start one."""
    given = os.environ.get("AINOI_TEST_POSTGRES_URL")
    if given:
        return given
    binaries = _binaries()
    return _start(binaries) if binaries is not None else None


@contextmanager
def database(template: str | None = None) -> Iterator[str]:
    """URL of a new database on ``server()``, gone afterwards; a copy of the database named ``template`` if given."""
    root = server()
    assert root is not None
    name = f"ainoi_test_{os.getpid()}_{next(_serial)}"
    _run(root, f'CREATE DATABASE "{name}" TEMPLATE "{template or "template0"}" ENCODING \'UTF8\'')
    try:
        yield make_url(root).set(database=name).render_as_string(hide_password=False)
    finally:
        _run(root, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _run(url: str, statement: str) -> None:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def _binaries() -> Path | None:
    """The folder with ``initdb``: the newest of Debian's, else the one on the PATH."""
    versions = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = versions[-1] if versions else shutil.which("initdb")
    return Path(found).parent if found else None


def _start(binaries: Path) -> str:
    folder = Path(tempfile.mkdtemp(prefix="ainoi-pg-"))  # short: a socket's path has at most 107 bytes
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if os.geteuid() == 0 else []
    if become:
        shutil.chown(folder, user, user)
    data, log = folder / "data", folder / "log"

    def control(*arguments: str) -> None:
        done = subprocess.run(
            [*become, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=folder
        )
        if done.returncode:
            raise RuntimeError(f"{arguments[0]}: {done.stderr}\n{log.read_text() if log.exists() else ''}")

    pg_ctl = str(binaries / "pg_ctl")
    settings = ("-U", "ainoi", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    control(str(binaries / "initdb"), "-D", str(data), *settings)
    options = " ".join(["-k", str(folder), *(f"-c {setting}" for setting in SPEED)])
    control(pg_ctl, "start", "-w", "-D", str(data), "-l", str(log), "-o", options)

    @atexit.register
    def stop() -> None:
        control(pg_ctl, "stop", "-m", "immediate", "-D", str(data))
        shutil.rmtree(folder)

    query = {"host": str(folder)}
    return URL.create("postgresql", "ainoi", database="postgres", query=query).render_as_string(hide_password=False)
