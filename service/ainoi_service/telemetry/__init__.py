"""What can be seen of a running service: metrics, logs, an id for every request. Never what requests say.

``docs/operation.md`` lists every metric and every field of the log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ainoi_service.telemetry.telemetry import Telemetry

__all__ = ["Telemetry"]


def __getattr__(name: str) -> Any:
    """``Telemetry`` on first use: what only notes things of a request, or logs, needs no web framework."""
    if name == "Telemetry":
        from ainoi_service.telemetry.telemetry import Telemetry

        return Telemetry
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
