"""Copies a SQLite store into a file while the service runs. ``docs/store.md`` tells how to put a copy back."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ainoi_service.settings import SettingsError, read_settings
from ainoi_service.store.backup import back_up
from ainoi_service.store.errors import StoreError

FAILED = 1
USAGE_ERROR = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Writes the copy; returns the exit status: 1 if that failed, 2 for settings that make no sense."""
    parser = argparse.ArgumentParser(prog="backup.py", description="Copy a SQLite store while it is in use.")
    parser.add_argument("file", type=Path, metavar="FILE", help="the copy; a file of that name is replaced")
    parser.add_argument("--data-dir", metavar="DIR", help="folder of the store; else AINOI_DATA_DIR")
    parser.add_argument("--database", metavar="URL", help="URL of the store; else AINOI_DATABASE_URL")
    asked = parser.parse_args(argv)
    given = {"data_dir": asked.data_dir, "database_url": asked.database}
    try:
        settings = read_settings(**{name: value for name, value in given.items() if value is not None})
        back_up(settings.database_url, asked.file)
    except (SettingsError, StoreError, OSError) as error:
        print(f"backup.py: {error}", file=sys.stderr)
        usage = isinstance(error, SettingsError) or (isinstance(error, StoreError) and error.code == "store_bad_url")
        return USAGE_ERROR if usage else FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main())
