"""HTML page to article, by trafilatura in a child process that can be killed.

Extraction takes time quadratic in a tag's attributes and has no time limit of its own, so the page is never parsed
here: a linear scan refuses what is plainly hostile, a child under a memory limit does the work, and is killed when it
is late. The child (``html_reader.py``) is kept for the next page while it is healthy, for its start costs a second.
"""

from __future__ import annotations

import json
import re
import select
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ainoi import AinoiError, Article
from ainoi_service.limits import Limits
from ainoi_service.telemetry.request import stage

_CHILD = Path(__file__).with_name("html_reader.py")
_START_SECONDS = 60.0
"""How long the child may take to import its libraries on a busy machine; not part of a page's own time."""

Wanted = Callable[[], bool]
"""Whether anybody still waits for a page; called on the thread that is to read it."""


def always() -> bool:
    """The page is wanted, however long it takes."""
    return True


class HtmlError(AinoiError):
    """An HTML page that gives no article."""

    code = "html_failed"


class HtmlTooLargeError(HtmlError):
    """The page is over the size limit, or one of its tags has too many attributes."""

    code = "html_too_large"


class HtmlTimeoutError(HtmlError):
    """The page could not be read within the time limit."""

    code = "html_timeout"


class HtmlNoTextError(HtmlError):
    """The page has no article text."""

    code = "html_no_text"


@dataclass(frozen=True, slots=True)
class Page:
    """What an HTML page says about its article. ``date`` is ``YYYY-MM-DD``."""

    text: str
    title: str | None
    date: str | None
    url: str | None
    outlet: str | None

    def article(
        self,
        *,
        id: str = "",
        title: str | None = None,
        date: str | None = None,
        url: str | None = None,
        outlet: str | None = None,
    ) -> Article:
        """The page's article; what the caller says about it goes before what the page says."""
        return Article(
            id=id,
            text=self.text,
            title=title or self.title,
            date=date or self.date,
            url=url or self.url,
            outlet=outlet or self.outlet,
        )


_ATTRIBUTE = re.compile(r"""[\s/]*(?:[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))?|["'=])""")
_TAG = re.compile(r"<([A-Za-z][^\s/>]*)")
_RAW = frozenset({"script", "style", "textarea", "title"})


def most_attributes(html: str, *, stop_at: int) -> int:
    """Largest number of attributes on one tag of ``html``, counted up to ``stop_at``; linear in the page's length."""
    most, position = 0, 0
    while tag := _TAG.search(html, position):
        position, count = tag.end(), 0
        while count < stop_at and (attribute := _ATTRIBUTE.match(html, position)):
            position, count = attribute.end(), count + 1
        most = max(most, count)
        if most >= stop_at:
            return most
        name = tag[1].casefold()
        if name in _RAW:
            closing = re.compile(rf"</{name}", re.IGNORECASE).search(html, position)
            position = closing.end() if closing else len(html)
    return most


class HtmlExtractor:
    """Reads pages one at a time in a child process; safe to share between threads. Close it, or use it in ``with``."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._closed = False

    def __enter__(self) -> HtmlExtractor:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def child_pid(self) -> int | None:
        """Process id of the child, if one is running."""
        return self._child.pid if self._child else None

    def close(self) -> None:
        """End the child, whatever it is doing. No other is started: ``extract`` raises RuntimeError from then on."""
        self._closed = True
        if (child := self._child) is not None:
            child.kill()
        with self._lock:
            self._stop()

    @stage("html")
    def extract(self, html: str, *, wanted: Wanted = always) -> Page:
        """Article of the page, which is not read if it is no longer ``wanted`` when its turn comes.

        Raises ``HtmlTooLargeError``, ``HtmlTimeoutError``, ``HtmlNoTextError``, or ``HtmlError`` when the reader broke
        off (over its memory limit, or crashed) or nobody wants the page; each leaves the extractor ready for the next.
        Raises RuntimeError if the reader cannot start, or the extractor is closed.
        """
        data = html.encode("utf-8", "replace")
        limits = self._limits
        if len(data) > limits.max_html_bytes:
            raise HtmlTooLargeError(f"the page has {len(data):,} bytes; the limit is {limits.max_html_bytes:,}")
        if most_attributes(html, stop_at=limits.html_tag_attributes + 1) > limits.html_tag_attributes:
            raise HtmlTooLargeError(f"a tag has more than {limits.html_tag_attributes:,} attributes")
        with self._lock:
            if not wanted():
                raise HtmlError("nobody waits for the page any more")
            try:
                answer = self._ask(data)
            except BaseException:
                self._stop()  # its pipes may hold half of this page: the next one needs a new child
                raise
        if answer is None:
            raise HtmlError("the HTML reader broke off: the page is too deep, too large, or not HTML")
        text = answer.pop("text")
        if text is None or not text.strip():
            raise HtmlNoTextError("no article text was found in the page")
        return Page(text=text, **answer)

    def _ask(self, data: bytes) -> dict[str, str | None] | None:
        """The child's answer, or None if it ended instead; killed when late."""
        while True:
            used = self._child is not None
            child = self._running()
            assert child.stdin is not None and child.stdout is not None
            deadline = time.monotonic() + self._limits.html_seconds
            try:
                child.stdin.write(struct.pack(">I", len(data)) + data)
                child.stdin.flush()
            except BrokenPipeError:  # it died between two pages
                self._stop()
                continue
            frame = _read_frame(child.stdout, deadline)
            if frame is None:
                late = time.monotonic() >= deadline
                self._stop()
                if late:
                    raise HtmlTimeoutError(f"the page could not be read in {self._limits.html_seconds} seconds")
                if used:  # perhaps not this page's fault: a new child will tell
                    continue
                return None
            answer: dict[str, str | None] = json.loads(frame)
            return answer

    def _running(self) -> subprocess.Popen[bytes]:
        """The child, started anew if there is none. Raises ``RuntimeError`` if it cannot start, or must not."""
        if self._closed:
            raise RuntimeError("the HTML extractor is closed")
        if self._child is not None and self._child.poll() is None:
            return self._child
        self._stop()
        # -P: the script's folder must not come before the standard library, which has an ``html`` of its own.
        self._child = subprocess.Popen(
            [sys.executable, "-P", str(_CHILD), str(self._limits.html_memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C in the terminal is the parent's to handle
        )
        assert self._child.stdout is not None
        if _read_frame(self._child.stdout, time.monotonic() + _START_SECONDS) is None:
            self._stop()
            raise RuntimeError("the HTML reader did not start; it needs trafilatura: pip install 'ainoi[batch]'")
        return self._child

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        assert child.stdin is not None and child.stdout is not None
        child.stdout.close()
        try:
            child.stdin.close()
        except BrokenPipeError:  # what was still buffered for a dead child
            return


def _read_frame(pipe: IO[bytes], deadline: float) -> bytes | None:
    """One length-prefixed frame, or None when the pipe ends or the monotonic clock passes ``deadline`` first."""
    data, wanted = bytearray(), 4
    poll = select.poll()  # select.select takes no descriptor from 1024 on
    poll.register(pipe, select.POLLIN)
    while len(data) < wanted:
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            return None
        chunk = pipe.read1(65536)  # type: ignore[attr-defined]
        if not chunk:
            return None
        data += chunk
        if wanted == 4 and len(data) >= 4:
            wanted = 4 + int(struct.unpack(">I", data[:4])[0])
    return bytes(data[4:])
