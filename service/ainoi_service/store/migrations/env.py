"""Run by alembic: migrates on the connection that ``store.migrating`` gives it."""

from __future__ import annotations

from alembic import context

from ainoi_service.store.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
