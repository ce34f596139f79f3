"""scripts/keys.py makes, lists and revokes keys in the store that the service uses."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from ainoi_service.guard.keys import digest_of
from ainoi_service.settings import STORE_FILE
from ainoi_service.store import api_keys
from ainoi_service.store.engine import open_store, sqlite_url
from keys import main

ROOT = Path(__file__).resolve().parents[2]


def test_a_key_is_made_listed_and_revoked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--data-dir", str(tmp_path)]
    assert main([*where, "add", "desk one", "--rate", "120"]) == 0
    secret, told = capsys.readouterr()
    assert re.fullmatch(r"ainoi_[A-Za-z0-9_-]{43}\n", secret)
    store = open_store(sqlite_url(tmp_path))
    [key] = api_keys.every(store)
    assert told == f"key {key.id}, which is shown only now:\n"
    assert (key.label, key.requests_per_minute) == ("desk one", 120)
    assert key.sha256 == digest_of(secret.strip().encode()).hex()

    api_keys.note_use(store, [key.id], 20251204)
    assert main([*where, "revoke", key.id]) == 0
    assert main([*where, "list"]) == 0
    [revoked] = api_keys.every(store)
    store.close()
    assert capsys.readouterr().out == (
        "id\tlabel\trequests a minute\tmade\tlast used\trevoked\n"
        f"{key.id}\tdesk one\t120\t{key.created_at}\t2025-12-04\t{revoked.revoked_at}\n"
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["revoke", "deadbeef"], "there is no key deadbeef that could be revoked"),
        (["add", "two\nlines"], "a label is 1 to 200 printable characters"),
        (["add", "desk", "--rate", "0"], "a key may ask at least once a minute"),
        (["--database", "mysql://h/n", "list"], "AINOI_DATABASE_URL: must begin with sqlite:/// or postgresql://"),
    ],
)
def test_what_makes_no_sense_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert main(["--data-dir", str(tmp_path), *arguments]) == 2
    assert capsys.readouterr() == ("", f"keys.py: {told}\n")


def test_by_itself_it_loads_no_model_and_uses_the_services_variables(tmp_path: Path) -> None:
    code = (
        "import sys, keys; keys.main(['add', 'x']); sys.exit(bool({'torch', 'fastapi', 'uvicorn'} & set(sys.modules)))"
    )
    paths = ":".join(str(ROOT / name) for name in ("scripts", "models", "service"))
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": paths, "AINOI_DATA_DIR": str(tmp_path)}, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / STORE_FILE).is_file()
