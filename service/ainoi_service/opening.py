"""The store that the settings name."""

from __future__ import annotations

from ainoi_service.settings import Settings
from ainoi_service.store.engine import QUERY_SECONDS, Store, open_store
from ainoi_service.store.names import Names


def open_configured(settings: Settings, *, names: Names | None = None, query_seconds: float = QUERY_SECONDS) -> Store:
    """Open it, and make it and its folder if they are not there. Raises SettingsError, StoreError."""
    if settings.database == "sqlite":
        settings.make_data_dir()
    return open_store(settings.database_url, names=names, query_seconds=query_seconds)
