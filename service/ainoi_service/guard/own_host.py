"""Whether a request asks for this machine by a name of its own: where no key is needed, the name is what guards it.

A page of another site can have its own name resolved to 127.0.0.1 (DNS rebinding). For the browser it is then of the
same origin as the service; but the name in ``Host`` stays the page's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from starlette.exceptions import HTTPException

from ainoi_service.guard.exposure import on_this_machine_only
from ainoi_service.settings import variable

_HOST = re.compile(r"(\[[^\[\]]+\]|[^:\[\]]+)(:[0-9]*)?")


def is_own(host: str) -> bool:
    """Whether ``host``, as the header ``Host`` has it, is ``localhost`` or a loopback address, with or without port."""
    found = _HOST.fullmatch(host)
    return found is not None and on_this_machine_only(found[1])


def require_own_host(headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Raises HTTPException 400 unless there is one ``Host`` and it is this machine's own."""
    hosts = [value.decode("latin-1") for name, value in headers if name == b"host"]
    if len(hosts) != 1 or not is_own(hosts[0]):
        raise HTTPException(
            400,
            "without a key this service answers to localhost and 127.0.0.1 only, not to the name in Host: "
            f"make a key, or set {variable('allow_open')}=true if something else guards it",
        )
