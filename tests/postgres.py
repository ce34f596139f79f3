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
from collections.abc import Iterator, Sequence
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
    with database_on(root, template) as url:
        yield url


@contextmanager
def database_on(root: str, template: str | None = None, more: str = "") -> Iterator[str]:
    """Likewise, on the server at ``root``; ``more`` are clauses for ``CREATE DATABASE``."""
    name = f"ainoi_test_{os.getpid()}_{next(_serial)}"
    _run(root, f'CREATE DATABASE "{name}" TEMPLATE "{template or "template0"}" ENCODING \'UTF8\' {more}')
    try:
        yield make_url(root).set(database=name).render_as_string(hide_password=False)
    finally:
        _run(root, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def program(name: str) -> str | None:
    """Where PostgreSQL's program of this name is."""
    binaries = _binaries()
    return str(binaries / name) if binaries is not None and (binaries / name).is_file() else None


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
    cluster = Cluster(binaries, SPEED)
    atexit.register(cluster.remove)
    return cluster.url


@contextmanager
def own_cluster() -> Iterator[Cluster | None]:
    """A server that may be stopped and started, and whose commits survive that; None if there are no binaries."""
    binaries = _binaries()
    if binaries is None:
        yield None
        return
    cluster = Cluster(binaries, tuple(each for each in SPEED if not each.startswith("synchronous_commit")))
    try:
        yield cluster
    finally:
        cluster.remove()


class Cluster:
    """A server on a socket in a folder of its own, started."""

    def __init__(self, binaries: Path, settings: Sequence[str]) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="ainoi-pg-"))  # short: a socket's path has at most 107 bytes
        root = os.geteuid() == 0
        user = "postgres" if root else pwd.getpwuid(os.geteuid()).pw_name
        self._become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if root else []
        if root:
            shutil.chown(self._folder, user, user)
        self._pg_ctl = str(binaries / "pg_ctl")
        self._options = " ".join(["-k", str(self._folder), *(f"-c {setting}" for setting in settings)])
        init = ("-U", "ainoi", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        self._run(str(binaries / "initdb"), "-D", str(self._folder / "data"), *init)
        self._control("start", "-w", "-o", self._options)
        query = {"host": str(self._folder)}
        parts = URL.create("postgresql", "ainoi", database="postgres", query=query)
        self.url = parts.render_as_string(hide_password=False)

    def restart(self, mode: str) -> None:
        """Stop it, ``fast`` (connections are cut) or ``immediate`` (as in a crash), and start it again."""
        self._control("restart", "-w", "-m", mode, "-o", self._options)

    def stop(self, mode: str = "fast") -> None:
        """It does not answer any more."""
        self._control("stop", "-w", "-m", mode)

    def start(self) -> None:
        """It answers again."""
        self._control("start", "-w", "-o", self._options)

    def remove(self) -> None:
        """Stop it, and remove its folder."""
        self._control("stop", "-m", "immediate")
        shutil.rmtree(self._folder)

    def _control(self, action: str, *arguments: str) -> None:
        self._run(self._pg_ctl, action, "-D", str(self._folder / "data"), "-l", str(self._folder / "log"), *arguments)

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            [*self._become, *command], stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=self._folder
        )
        if done.returncode:
            log = self._folder / "log"
            raise RuntimeError(f"{command[0]}: {done.stderr}\n{log.read_text() if log.exists() else ''}")
