"""Keys made or revoked elsewhere count within seconds, and a store that is away for a while locks nobody out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ainoi_service.guard.keys import digest_of, make
from ainoi_service.guard.ring import KeyRing
from ainoi_service.store import api_keys
from ainoi_service.store.engine import Store, open_store, sqlite_url
from ainoi_service.store.errors import StoreError


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(sqlite_url(tmp_path))
    yield store
    store.close()


def until(true: Callable[[], bool]) -> None:
    """Waits long enough for any machine."""
    ends = time.monotonic() + 60
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.01)


def test_what_the_ring_knows_of_a_store(store: Store) -> None:
    ring = KeyRing(store)
    ring.refresh()
    assert (ring.any, ring.any_live, ring.find(b"")) == (False, False, None)
    secret, stored = make(store, "newsroom", requests_per_minute=5)
    ring.refresh()
    found = ring.find(secret.encode())
    assert found is not None
    assert (found.id, found.digest, found.requests_per_minute) == (stored.id, digest_of(secret.encode()), 5)
    api_keys.revoke(store, stored.id)
    ring.refresh()
    assert (ring.any, ring.any_live, ring.find(secret.encode())) == (True, False, None)


def test_a_key_made_or_revoked_by_another_process_counts_soon(store: Store, tmp_path: Path) -> None:
    other = open_store(sqlite_url(tmp_path))
    with KeyRing(store, refresh_seconds=0.01) as ring:
        secret, stored = make(other, "newsroom")
        until(lambda: ring.find(secret.encode()) is not None)
        api_keys.revoke(other, stored.id)
        until(lambda: ring.find(secret.encode()) is None)
    other.close()


def test_the_day_of_its_last_use_is_written_down(store: Store) -> None:
    _, stored = make(store, "newsroom")
    _, unused = make(store, "nobody")
    with KeyRing(store, refresh_seconds=0.01) as ring:
        ring.note_use(stored.id)
        until(lambda: api_keys.every(store)[0].last_used is not None)
    used, never = api_keys.every(store)
    today = store.now()[:10].replace("-", "")
    assert (str(used.last_used), never.id, never.last_used) == (today, unused.id, None)


def test_a_store_that_does_not_answer_leaves_the_known_keys_good_for_a_while(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now = [0.0]
    secret, _ = make(store, "newsroom")
    asked, every = 0, api_keys.every

    def away(asking: Store) -> list[api_keys.StoredKey]:
        nonlocal asked
        if asking is not store:  # another test's application that is still up
            return every(asking)
        asked += 1
        raise StoreError("store_unreachable", "the database does not answer")

    with KeyRing(store, refresh_seconds=0.01, stale_seconds=300, clock=lambda: now[0]) as ring:
        with monkeypatch.context() as patched:
            patched.setattr(api_keys, "every", away)
            until(lambda: asked > 3)
            now[0] = 300
            assert (ring.stale, ring.find(secret.encode()) is None) == (False, False)
            now[0] = 301
            assert ring.stale
        until(lambda: not ring.stale)
        assert ring.find(secret.encode()) is not None
    assert [record.getMessage() for record in caplog.records if record.name.startswith("ainoi_service.guard")] == [
        "the keys cannot be read: the database does not answer"
    ]


def test_a_start_without_the_store_is_an_error(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_: Store) -> list[api_keys.StoredKey]:
        raise StoreError("store_unreachable", "the database does not answer")

    monkeypatch.setattr(api_keys, "every", away)
    with pytest.raises(StoreError), KeyRing(store):
        pass


def test_no_fault_ends_the_reading_and_the_log_has_its_kind_alone(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked, every = 0, api_keys.every

    def broken(asking: Store) -> list[api_keys.StoredKey]:
        nonlocal asked
        if asking is not store:  # another test's application that is still up
            return every(asking)
        asked += 1
        raise ValueError("with words of the store")

    with KeyRing(store, refresh_seconds=0.01) as ring:
        with monkeypatch.context() as patched:
            patched.setattr(api_keys, "every", broken)
            until(lambda: asked > 3)
        secret, _ = make(store, "newsroom")
        until(lambda: ring.find(secret.encode()) is not None)
    assert [record.getMessage() for record in caplog.records if record.name.startswith("ainoi_service.guard")] == [
        "the keys cannot be read: ValueError"
    ]
