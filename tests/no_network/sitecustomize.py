"""First on PYTHONPATH, this keeps a process and all that it starts from any address but this machine's own.

Every attempt is refused, and noted in the file that AINOI_TEST_ATTEMPTS names, as is that the process is watched.
"""

from __future__ import annotations

import ipaddress
import os
import sys
from typing import Any

LOG = os.environ["AINOI_TEST_ATTEMPTS"]
NAMING = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo")
SENDING = ("socket.connect", "socket.sendto", "socket.sendmsg")


def note(line: str) -> None:
    with open(LOG, "a", encoding="utf-8") as log:
        log.write(f"{line}\n")


def ours(host: Any) -> bool:
    """Whether a host is this machine, or none."""
    if host in (None, "", b"", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host if isinstance(host, str) else host.decode()).is_loopback
    except ValueError:
        return False


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event in NAMING:
        host = arguments[0][0] if isinstance(arguments[0], tuple) else arguments[0]
    elif event in SENDING:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # a file's name, or where it was connected to
    else:
        return
    if not ours(host):
        note(f"attempt {event} {host}")
        raise PermissionError(f"{event} {host}: there is no network here")


sys.addaudithook(watch)
note(f"watched {' '.join(sys.orig_argv[1:4])}")
