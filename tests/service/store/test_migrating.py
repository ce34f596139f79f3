"""What the migrations make, and what the tables are declared to be, is the same."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from ainoi_service.store.engine import Store, open_store, sqlite_url
from ainoi_service.store.schema import metadata


def statements(path: Path) -> dict[str, str]:
    """Every table and index of a SQLite file, by name, as it was made."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' "
            "AND name <> 'alembic_version'"
        ).all()
    engine.dispose()
    return {name: "\n".join(sorted(line.strip(" ,\t") for line in sql.splitlines())) for name, sql in rows}


def test_the_migrated_schema_is_the_declared_one(store: Store) -> None:
    with store.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": False})
        assert compare_metadata(context, metadata) == []
        assert set(inspect(connection).get_table_names()) == {*metadata.tables, "alembic_version"}


def test_sqlite_s_own_statements_are_the_same_to_the_letter(tmp_path: Path) -> None:
    open_store(sqlite_url(tmp_path)).close()
    engine = create_engine(f"sqlite:///{tmp_path / 'declared.sqlite3'}")
    metadata.create_all(engine)
    engine.dispose()
    assert statements(tmp_path / "ainoi.sqlite3") == statements(tmp_path / "declared.sqlite3")


def test_postgresql_s_own_catalogue_is_the_same(store: Store) -> None:
    """Names and definitions of all constraints and indexes; what ``compare_metadata`` passes over."""
    if store.dialect != "postgresql":
        return
    query = (
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = '{0}'::regnamespace "
        "UNION SELECT indexname, replace(indexdef, '{0}.', '') FROM pg_indexes WHERE schemaname = '{0}' "
        "UNION SELECT table_name || '.' || column_name, "
        "data_type || coalesce(character_maximum_length, 0) || is_nullable "
        "FROM information_schema.columns WHERE table_schema = '{0}'"
    )

    def catalogue(connection: object, schema: str) -> dict[str, str]:
        rows = connection.exec_driver_sql(query.format(schema)).all()  # type: ignore[attr-defined]
        return {name: text for name, text in rows if "alembic_version" not in name}

    with store.write() as connection:
        migrated = catalogue(connection, "public")
        connection.exec_driver_sql("CREATE SCHEMA declared")
        connection.exec_driver_sql("SET LOCAL search_path = declared")
        metadata.create_all(connection, checkfirst=False)
        assert catalogue(connection, "declared") == migrated
