"""Keys in the store, on both databases: listed, revoked for good, and the day of their last use."""

from __future__ import annotations

from ainoi_service.store import api_keys
from ainoi_service.store.api_keys import StoredKey
from ainoi_service.store.engine import Store

NOW = "2025-12-04T10:00:00+00:00"


def added(store: Store, id: str, rate: int | None = None) -> StoredKey:
    return api_keys.add(store, id=id, label=f"of {id}", sha256=id * 8, requests_per_minute=rate)


def test_keys_are_listed_as_they_were_made(store: Store) -> None:
    assert api_keys.every(store) == []
    made = [added(store, "bbbbbbbb"), added(store, "aaaaaaaa", 5)]
    assert api_keys.every(store) == made
    assert made[1] == StoredKey("aaaaaaaa", "of aaaaaaaa", "aaaaaaaa" * 8, 5, NOW, None, None)


def test_a_revoked_key_stays_and_is_revoked_once(store: Store) -> None:
    added(store, "aaaaaaaa")
    kept = added(store, "bbbbbbbb")
    assert [api_keys.revoke(store, id) for id in ("aaaaaaaa", "aaaaaaaa", "cccccccc")] == [True, False, False]
    revoked, other = api_keys.every(store)
    assert (revoked.revoked_at, revoked.live, other) == (NOW, False, kept)


def test_the_last_day_of_use_is_kept_and_never_goes_back(store: Store) -> None:
    for id in ("aaaaaaaa", "bbbbbbbb", "cccccccc"):
        added(store, id)
    api_keys.note_use(store, ["aaaaaaaa", "bbbbbbbb"], 20251203)
    api_keys.note_use(store, ["aaaaaaaa"], 20251204)
    api_keys.note_use(store, ["aaaaaaaa", "bbbbbbbb"], 20251202)
    assert [key.last_used for key in api_keys.every(store)] == [20251204, 20251203, None]
