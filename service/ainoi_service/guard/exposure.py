"""The service does not start open to others by mistake: where they can reach it, it wants a key or to be told so."""

from __future__ import annotations

import ipaddress
from contextlib import closing
from typing import Literal

from ainoi_service.opening import open_configured
from ainoi_service.settings import Settings, SettingsError, variable
from ainoi_service.store import api_keys

OpenTo = Literal["nobody", "this machine", "everybody"]
"""Whom a store without any key lets in."""


def on_this_machine_only(host: str) -> bool:
    """Whether no other machine reaches what listens on ``host``. Names are not looked up, but for ``localhost``."""
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host.lower().rstrip(".") == "localhost"
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def open_to(settings: Settings) -> OpenTo:
    """Who needs no key while the store has none."""
    if settings.allow_open:
        return "everybody"
    return "this machine" if on_this_machine_only(settings.host) else "nobody"


def check_start(settings: Settings) -> None:
    """Raises what the store, or a key that it has not, would end the start with: before a model is loaded for nothing.

    SettingsError, StoreError.
    """
    with closing(open_configured(settings)) as store:
        require_key(settings, there_is_one=any(key.live for key in api_keys.every(store)))


def require_key(settings: Settings, *, there_is_one: bool) -> None:
    """Raises SettingsError if there is no key that is good, and the service must not be open."""
    if not there_is_one and open_to(settings) == "nobody":
        raise SettingsError(
            {
                "host": f"others can reach {settings.host}, and the store has no key: make one "
                "with `python scripts/keys.py add LABEL`, or, if something else guards it, set "
                f"{variable('allow_open')}=true"
            }
        )
