"""The service does not start open where others can reach it, unless told that something else guards it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ainoi_service.guard.exposure import check_start, on_this_machine_only, require_key
from ainoi_service.guard.keys import make
from ainoi_service.settings import SettingsError, read_settings
from ainoi_service.store import api_keys
from ainoi_service.store.engine import open_store, sqlite_url

LOOPBACK = ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "::ffff:127.0.0.1", "localhost", "LOCALHOST", "localhost."]
PUBLIC = [
    *("0.0.0.0", "::", "[::]", "10.0.0.1", "192.168.1.1", "203.0.113.5", "169.254.1.1", "fe80::1", "2001:db8::1"),
    *("::ffff:10.0.0.1", "ainoi.example", "localhost.example", "127.0.0.1.example", "notlocalhost", "127.1", "0"),
]


@pytest.mark.parametrize("host", LOOPBACK)
def test_what_only_this_machine_reaches(host: str) -> None:
    assert on_this_machine_only(host)


@pytest.mark.parametrize("host", PUBLIC)
def test_what_others_may_reach(host: str) -> None:
    assert not on_this_machine_only(host)


@pytest.mark.parametrize(
    ("host", "allow_open", "key", "starts"),
    [
        ("127.0.0.1", False, False, True),
        ("127.0.0.1", False, True, True),
        ("127.0.0.1", True, False, True),
        ("0.0.0.0", False, False, False),
        ("0.0.0.0", False, True, True),
        ("0.0.0.0", True, False, True),
        ("0.0.0.0", True, True, True),
    ],
)
def test_where_it_starts(host: str, allow_open: bool, key: bool, starts: bool, tmp_path: Path) -> None:
    settings = read_settings(host=host, allow_open=allow_open, data_dir=tmp_path)
    if starts:
        require_key(settings, there_is_one=key)
    else:
        with pytest.raises(SettingsError, match=r"^AINOI_HOST: others can reach 0\.0\.0\.0.*keys\.py add LABEL.*"):
            require_key(settings, there_is_one=key)


def test_a_start_looks_into_the_store_and_a_revoked_key_is_none(tmp_path: Path) -> None:
    settings = read_settings(host="0.0.0.0", data_dir=tmp_path, database_url=sqlite_url(tmp_path))
    with pytest.raises(SettingsError):
        check_start(settings)
    store = open_store(settings.database_url)
    _, key = make(store, "newsroom")
    check_start(settings)
    api_keys.revoke(store, key.id)
    store.close()
    with pytest.raises(SettingsError):
        check_start(settings)
