"""The child process of ``html.py``: reads HTML pages from standard input, answers with their article as JSON.

Frames are four bytes of length (big endian) and that many bytes, both ways. The first frame it sends is empty and says
that it is ready. A page that raises ends the process: the parent starts a new one. It ends at once, whatever it is
reading, when the parent has ended.
Run as a script, so it imports nothing of this package: ``html_reader.py MEMORY_LIMIT_IN_BYTES``.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import resource
import select
import signal
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO


def read_page(html: str) -> dict[str, str | None]:
    """Article of an HTML page: ``text``, ``title``, ``date`` (YYYY-MM-DD), ``url``, ``outlet``; None where unsaid."""
    import trafilatura

    document = trafilatura.bare_extraction(
        html,
        with_metadata=True,
        include_comments=False,
        include_tables=False,
        # Only dates the page marks up: a date guessed from its text would be that of some event.
        date_extraction_params={"original_date": True, "extensive_search": False},
    )
    if document is None:
        return {"text": None, "title": None, "date": None, "url": None, "outlet": None}
    found = document if isinstance(document, dict) else document.as_dict()
    names = {"text": "text", "title": "title", "date": "date", "url": "url", "outlet": "sitename"}
    return {ours: found.get(theirs) or None for ours, theirs in names.items()}


def _send(out: IO[bytes], data: bytes) -> None:
    out.write(struct.pack(">I", len(data)) + data)
    out.flush()


def _receive(source: IO[bytes]) -> bytes | None:
    head = source.read(4)
    if len(head) < 4:
        return None
    return source.read(struct.unpack(">I", head)[0])


@contextmanager
def _while_awaited(source: IO[bytes]) -> Iterator[None]:
    """The kernel ends this process as soon as the other end of ``source`` is closed, which no parent that lives does.

    Needs that nothing is sent meanwhile: that would end it too.
    """
    flags = fcntl.fcntl(source, fcntl.F_GETFL)
    fcntl.fcntl(source, fcntl.F_SETFL, flags | os.O_ASYNC)
    closed = select.poll()
    closed.register(source, 0)
    if closed.poll(0):
        sys.exit()
    yield
    fcntl.fcntl(source, fcntl.F_SETFL, flags)


def main() -> None:
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable(logging.CRITICAL)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not mix with the frames

    read_page("<html><body><p>ready</p></body></html>")
    _send(out, b"")
    source = sys.stdin.buffer
    signal.signal(signal.SIGIO, signal.SIG_DFL)  # ends the process, also where a parent had it ignored
    fcntl.fcntl(source, fcntl.F_SETOWN, os.getpid())
    while (data := _receive(source)) is not None:
        with _while_awaited(source):
            answer = json.dumps(read_page(data.decode("utf-8"))).encode("ascii")
        _send(out, answer)


if __name__ == "__main__":
    main()
