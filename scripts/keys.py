"""Makes, lists and revokes the keys that the service asks for. ``docs/deployment.md`` tells how they are used."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import date

from ainoi import AinoiError
from ainoi_service.guard.keys import make
from ainoi_service.opening import open_configured
from ainoi_service.settings import read_settings, variable
from ainoi_service.store import api_keys
from ainoi_service.store.api_keys import StoredKey
from ainoi_service.store.engine import Store

USAGE_ERROR = 2
COLUMNS = ("id", "label", "requests a minute", "made", "last used", "revoked")


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """What is to be done. Exits with status 2 for what makes no sense."""
    parser = argparse.ArgumentParser(
        prog="keys.py",
        description="Make, list and revoke the keys that the service asks for.",
        epilog="The store is the one that the service uses: by the same options, else by the same variables.",
    )
    parser.add_argument("--data-dir", metavar="DIR", help=f"folder of the store; else {variable('data_dir')}")
    parser.add_argument("--database", metavar="URL", help=f"its database; else {variable('database_url')}")
    tasks = parser.add_subparsers(dest="task", required=True, metavar="add LABEL | list | revoke ID")
    add = tasks.add_parser("add", help="make a key and print it; it cannot be shown again")
    add.add_argument("label", metavar="LABEL", help="whose it is, or what for")
    add.add_argument("--rate", type=int, metavar="N", help="requests a minute; default: the service's own limit")
    tasks.add_parser("list", help="every key, without the keys themselves")
    revoke = tasks.add_parser("revoke", help="make a key worthless, within seconds in services that run")
    revoke.add_argument("id", metavar="ID", help="as `list` shows it")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Does it; returns the exit status."""
    asked = parse(argv)
    given = {"data_dir": asked.data_dir, "database_url": asked.database}
    try:
        settings = read_settings(**{name: value for name, value in given.items() if value is not None})
        with closing(open_configured(settings)) as store:
            return _done(asked, store)
    except (AinoiError, ValueError) as error:
        print(f"keys.py: {error}", file=sys.stderr)
        return USAGE_ERROR


def _done(asked: argparse.Namespace, store: Store) -> int:
    if asked.task == "add":
        secret, stored = make(store, asked.label, requests_per_minute=asked.rate)
        print(f"key {stored.id}, which is shown only now:", file=sys.stderr)
        print(secret)
    elif asked.task == "list":
        print(*("\t".join(row) for row in [COLUMNS, *map(_row, api_keys.every(store))]), sep="\n")
    elif not api_keys.revoke(store, asked.id):
        print(f"keys.py: there is no key {asked.id} that could be revoked", file=sys.stderr)
        return USAGE_ERROR
    return 0


def _row(key: StoredKey) -> list[str]:
    used = "" if key.last_used is None else f"{date.fromisoformat(str(key.last_used))}"
    return [key.id, key.label, str(key.requests_per_minute or ""), key.created_at, used, key.revoked_at or ""]


if __name__ == "__main__":
    sys.exit(main())
