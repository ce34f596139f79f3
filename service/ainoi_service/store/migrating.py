"""Brings a database to the tables of this version."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from ainoi_service.store.errors import StoreError
from ainoi_service.store.schema import metadata

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(connection: Connection) -> None:
    """Make or change the tables, inside the caller's transaction, which nobody else writes beside.

    Raises StoreError: store_too_new, store_foreign.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    script = ScriptDirectory.from_config(config)
    there = set(MigrationContext.configure(connection).get_current_heads())
    known = {revision.revision for revision in script.walk_revisions()}
    if not there <= known:
        raise StoreError("store_too_new", "a later version of Ainói wrote this store; this one cannot read it")
    if not there and set(inspect(connection).get_table_names()) & set(metadata.tables):
        raise StoreError("store_foreign", "the database has tables of these names that are not Ainói's")
    if there != set(script.get_heads()):
        command.upgrade(config, "head")
