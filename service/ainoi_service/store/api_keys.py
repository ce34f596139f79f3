"""The keys in the store: their hashes and what is known of each. The keys themselves it never has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import or_, select, update

from ainoi_service.store.engine import Store
from ainoi_service.store.schema import api_key

_COLUMNS = [column for column in api_key.c if column.name != "number"]


@dataclass(frozen=True, slots=True)
class StoredKey:
    """One key. ``last_used`` is a day like 20251204; without ``requests_per_minute`` the service's limit holds."""

    id: str
    label: str
    sha256: str
    requests_per_minute: int | None
    created_at: str
    revoked_at: str | None
    last_used: int | None

    @property
    def live(self) -> bool:
        """Whether it has not been revoked."""
        return self.revoked_at is None


def add(store: Store, *, id: str, label: str, sha256: str, requests_per_minute: int | None) -> StoredKey:
    """Store a new key. Raises StoreError."""
    key = StoredKey(id, label, sha256, requests_per_minute, store.now(), None, None)
    values = {column.name: getattr(key, column.name) for column in _COLUMNS}
    with store.write(durable=True) as connection:
        connection.execute(api_key.insert().values(values))
    return key


def every(store: Store) -> list[StoredKey]:
    """All keys, revoked ones too, as they were made. Raises StoreError."""
    with store.read() as connection:
        rows = connection.execute(select(*_COLUMNS).order_by(api_key.c.number)).all()
    return [StoredKey(*row) for row in rows]


def revoke(store: Store, id: str) -> bool:
    """Make a key worthless. False if there is none with this id that was worth anything. Raises StoreError."""
    statement = update(api_key).where(api_key.c.id == id, api_key.c.revoked_at.is_(None))
    with store.write(durable=True) as connection:
        return connection.execute(statement.values(revoked_at=store.now())).rowcount == 1


def note_use(store: Store, ids: Iterable[str], day: int) -> None:
    """Write down that these keys were used on this day. Raises StoreError."""
    earlier = or_(api_key.c.last_used.is_(None), api_key.c.last_used < day)
    with store.write() as connection:
        connection.execute(update(api_key).where(api_key.c.id.in_(list(ids)), earlier).values(last_used=day))
