"""Opening a store, and transactions in it: the same promises on SQLite and on PostgreSQL.

One writer at a time, whatever the number of processes; readers never wait, and see one state of the store throughout.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from ainoi_service.store import sqlite_file
from ainoi_service.store.errors import StoreError
from ainoi_service.store.migrating import upgrade
from ainoi_service.store.names import Names, PlainNames
from ainoi_service.store.telling import renew_connections, telling
from ainoi_service.store.time_limit import limit_readers
from ainoi_service.telemetry.request import stage

WAIT_SECONDS = 60.0
"""Longest that a writer waits for its turn."""
POOL_SIZE, POOL_OVERFLOW = 8, 56
"""Connections kept open, and opened beyond that when many threads read at once."""
QUERY_SECONDS = 10.0
"""Longest that one statement of a reader may take."""
WRITER = 0x41496E6F69
"""Key of the PostgreSQL advisory lock that a writer holds."""
POSTGRESQL_DEFAULTS = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""Parameters of a connection that the URL does not set: a server that is gone without a word is noticed."""


def utc_now() -> datetime:
    """The time of day, as the store writes it."""
    return datetime.now(UTC)


def sqlite_url(data_dir: Path) -> str:
    """URL of the SQLite store in the folder ``data_dir``."""
    return URL.create("sqlite", database=str(data_dir / "ainoi.sqlite3")).render_as_string()


class Store:
    """An open store; shared by all threads of a process. ``open_store`` makes it."""

    def __init__(self, engine: Engine, names: Names, clock: Callable[[], datetime]) -> None:
        self.names = names
        self._engine = engine
        self._clock = clock
        self._turn = threading.Lock()

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self._engine.dialect.name

    def now(self) -> str:
        """The time that is written beside what is written: ISO 8601, UTC."""
        return self._clock().astimezone(UTC).isoformat(timespec="seconds")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that reads one state of the store, whatever is written meanwhile; it cannot write.

        Raises StoreError, of a statement that takes too long too (store_timeout); see ``time_limit.unhurried``.
        """
        with telling(), self._engine.connect() as connection:
            connection.execution_options(**_READING[self.dialect])
            with connection.begin():
                yield connection

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Connection]:
        """A connection that writes, alone; what it wrote is there as a whole, or not at all if the block raises.

        ``durable``: what was written survives the machine's going down the next moment. Without it a SQLite store may
        then lose the last transactions, never parts of one. Raises StoreError, store_busy if other writers take too
        long; a thread must not open a second one inside.
        """
        with stage("store"), self._writing("durable" if durable else "write") as connection:
            yield connection

    @contextmanager
    def _writing(self, mode: str) -> Iterator[Connection]:
        if not self._turn.acquire(timeout=WAIT_SECONDS):
            raise StoreError("store_busy", "another writer has not finished")
        try:
            with telling(), closing(self._begun(mode)) as connection:
                transaction = connection.get_transaction()
                assert transaction is not None
                with transaction:
                    yield connection
        finally:
            self._turn.release()

    def _begun(self, mode: str) -> Connection:
        """A connection in a transaction. Where the pool's has become useless, one that is opened for it."""
        for last_try in (False, True):
            connection = self._engine.connect().execution_options(ainoi_mode=mode)
            try:
                connection.begin()
            except BaseException as error:
                connection.close()
                if last_try or not (isinstance(error, DBAPIError) and error.connection_invalidated):
                    raise
            else:
                return connection
        raise AssertionError("not reached")

    def scrub(self) -> bool:
        """Overwrite what deletions left behind in a SQLite store's files. False: do it again, since somebody still
        reads or the files cannot be written now.

        (PostgreSQL reclaims its pages by itself; see ``docs/store.md``.)
        """
        if self.dialect != "sqlite":
            return True
        try:
            with telling(), self._turn, closing(self._engine.raw_connection()) as raw:
                return sqlite_file.scrub(raw)
        except StoreError:
            return False

    def close(self) -> None:
        """Close every connection that is not in use."""
        self._engine.dispose()


_READING: dict[str, dict[str, Any]] = {
    "sqlite": {"ainoi_mode": "read"},
    "postgresql": {"ainoi_mode": "read", "isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}


def open_store(
    url: str,
    *,
    names: Names | None = None,
    clock: Callable[[], datetime] = utc_now,
    query_seconds: float = QUERY_SECONDS,
) -> Store:
    """The store at ``url`` (``sqlite:///FILE``, ``postgresql://…``), made if it is not there, brought to this version.

    ``names``: what is known of speakers' names beside the articles. ``query_seconds``: longest that one statement of a
    reader may take. Raises StoreError: store_bad_url, store_unreachable, store_read_only, store_full, store_damaged,
    store_foreign (no database, or tables of something else), store_too_new (a later version of Ainói wrote it).
    """
    engine = _engine(url)
    limit_readers(engine, query_seconds)
    store = Store(engine, names or PlainNames(), clock)
    try:
        with telling(opening=True):
            if store.dialect == "sqlite":
                _open_sqlite(engine)
            with store._writing("making") as connection:
                upgrade(connection)
            if store.dialect == "sqlite":
                _finish_scrubbing(store)
    except BaseException:
        engine.dispose()
        raise
    return store


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError("store_bad_url", "the store's URL cannot be read") from error
    options: dict[str, Any] = {
        "json_serializer": partial(json.dumps, ensure_ascii=False, separators=(",", ":")),
        "hide_parameters": True,  # an error that is logged must not show an article
        "pool_size": POOL_SIZE,
        "max_overflow": POOL_OVERFLOW,
    }
    if parsed.get_backend_name() == "sqlite":
        if parsed.database in (None, "", ":memory:"):
            raise StoreError("store_bad_url", "a SQLite store needs a file: sqlite:///FILE")
        engine = create_engine(parsed.set(drivername="sqlite"), connect_args={"timeout": WAIT_SECONDS}, **options)
        event.listen(engine, "connect", sqlite_file.prepare)
        event.listen(engine, "begin", sqlite_file.begin)
        event.listen(engine, "handle_error", renew_connections)
        return engine
    if parsed.get_backend_name() in ("postgresql", "postgres"):
        own = {name: value for name, value in POSTGRESQL_DEFAULTS.items() if name not in parsed.query}
        try:
            engine = create_engine(
                parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, connect_args=own, **options
            )
        except (ImportError, NoSuchModuleError) as error:
            raise StoreError("store_bad_url", "a PostgreSQL store needs psycopg 3") from error
        event.listen(engine, "begin", _begin_postgresql)
        return engine
    raise StoreError("store_bad_url", "a store is sqlite:///FILE or postgresql://HOST/NAME")


def _begin_postgresql(connection: Connection) -> None:
    """A writer waits for its turn: numbers of the change table become visible in their order only so."""
    if connection.get_execution_options().get("ainoi_mode", "read") != "read":
        limits = f"set_config('lock_timeout', '{WAIT_SECONDS:.0f}s', true), set_config('statement_timeout', '0', true)"
        connection.exec_driver_sql(f"SELECT {limits}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER})")


def _open_sqlite(engine: Engine) -> None:
    """Make the file's folder, and the file if there is none."""
    assert engine.url.database is not None
    try:
        Path(engine.url.database).expanduser().parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError("store_unreachable", f"the store's folder cannot be made: {error.strerror}") from error
    with closing(engine.raw_connection()) as raw:
        sqlite_file.use_wal(raw, WAIT_SECONDS)


def _finish_scrubbing(store: Store) -> None:
    """Do what a take-down had begun before the process ended."""
    with store.read() as connection:
        waiting = sqlite_file.to_be_scrubbed(connection)
    if waiting:
        store.scrub()
