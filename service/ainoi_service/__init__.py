"""Ainói as a service: the REST application, the batch runner, and the reader of HTML pages they share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ainoi_service.app import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:
    """``create_app`` on first use, so that the batch runner starts without the web framework."""
    if name == "create_app":
        from ainoi_service.app import create_app

        return create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
