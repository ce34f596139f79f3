"""The body of a captured HTTP answer: out of its chunks, unpacked, and as text; no more of it is held than a page may
have."""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Iterator
from itertools import chain
from typing import Protocol

from ainoi_service.batch.items import InputError

PIECE = 1 << 16
"""Bytes that are read, or unpacked, at once."""
CHARSETS = frozenset(
    {
        *("utf-8", "utf-16", "utf-16-le", "utf-16-be", "ascii"),
        *(f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)),
        *(f"cp{page}" for page in (866, 874, 932, 949, 950, *range(1250, 1259))),
        *("koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "tis-620"),
        *("big5", "big5hkscs", "gb2312", "gbk", "gb18030", "euc_kr", "euc_jp", "shift_jis", "iso2022_jp"),
    }
)
"""What Python calls the charsets of the web (https://encoding.spec.whatwg.org). It knows others, which give what is no
text or take time that grows with the square of the page."""

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_CHARSET_PARAMETER = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_LOOKED_AT = 2048
"""Bytes of a page in which it may say its own charset."""
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n")
_LONGEST_CHUNK_LINE = 1024
_ENOUGH_TO_TELL = 64


class Stream(Protocol):
    """Bytes of one record."""

    def read(self, length: int, /) -> bytes:
        """``length`` bytes, less at the end only."""

    def readline(self, length: int, /) -> bytes:
        """A line with its end, or the first ``length`` bytes of it."""


def body_of(stream: Stream, *, chunked: bool, coding: str | None, max_bytes: int) -> bytes:
    """The body as it was before its transfer. ``chunked`` and ``coding`` (``gzip``, ``deflate``) are what the headers
    say; many crawlers leave them as they were when they have undone both, so the body's begin decides.

    Raises ``InputError``: ``html_too_large`` over ``max_bytes``, ``unreadable`` if it is broken or ends too early.
    """
    pieces = _chunks(stream) if chunked else _pieces(stream)
    if coding is not None:
        pieces = _unpacked(pieces, coding)
    body = bytearray()
    try:
        for piece in pieces:
            body += piece
            if len(body) > max_bytes:
                raise InputError("html_too_large", f"the page has over {max_bytes:,} bytes")
    except zlib.error as error:
        raise InputError("unreadable", f"the page cannot be unpacked: {error}") from error
    return bytes(body)


def text_of(data: bytes, content: str) -> str:
    """The page as text, by the charset that its answer states (``content``, its type), or its own words, or as UTF-8.

    Raises ``InputError``: ``not_utf8``.
    """
    stated = _CHARSET_PARAMETER.search(content)
    own = _CHARSET.search(data[:_LOOKED_AT])
    charset = stated[1] if stated else own[1].decode("ascii") if own else "utf-8"
    try:
        codec = codecs.lookup(charset).name
        if codec not in CHARSETS:
            raise LookupError(codec)
        return data.decode("utf-8-sig" if codec == "utf-8" else codec)
    except LookupError as error:
        raise InputError("not_utf8", f"the page is in {charset}, which is no charset that can be read") from error
    except UnicodeError as error:
        raise InputError("not_utf8", f"the page is not in {charset}, as it says: {error}"[:200]) from error


def _pieces(stream: Stream) -> Iterator[bytes]:
    while piece := stream.read(PIECE):
        yield piece


def _chunks(stream: Stream) -> Iterator[bytes]:
    """What the chunks hold (RFC 9112, 7.1); everything if the body does not begin with one."""
    line = stream.readline(_LONGEST_CHUNK_LINE)
    if _CHUNK_SIZE.fullmatch(line) is None:
        yield line
        yield from _pieces(stream)
        return
    while line:  # a server that ends between two chunks has sent what it had
        said = _CHUNK_SIZE.fullmatch(line)
        if said is None:
            raise InputError("unreadable", "a chunk of the page does not say its size")
        left = int(said[1], 16)
        if left == 0:
            return
        while left:
            piece = stream.read(min(left, PIECE))
            if not piece:
                raise InputError("unreadable", "the page ends within a chunk")
            yield piece
            left -= len(piece)
        if stream.readline(2) not in (b"\r\n", b""):
            raise InputError("unreadable", "a chunk of the page is not as long as it says")
        line = stream.readline(_LONGEST_CHUNK_LINE)


def _unpacked(pieces: Iterator[bytes], coding: str) -> Iterator[bytes]:
    """Raises ``zlib.error``, and ``InputError`` at an end that comes too early."""
    first = b""
    while len(first) < _ENOUGH_TO_TELL and (piece := next(pieces, b"")):
        first += piece
    window = _window(first, coding)
    if window is None:
        yield first
        yield from pieces
        return
    unpacker = zlib.decompressobj(window)
    for piece in chain([first], pieces):
        waiting = piece
        while not unpacker.eof:
            yield (unpacked := unpacker.decompress(waiting, PIECE))
            waiting = unpacker.unconsumed_tail
            if not waiting and len(unpacked) < PIECE:
                break
    if not unpacker.eof:
        raise InputError("unreadable", "the page ends before it is unpacked")


def _window(first: bytes, coding: str) -> int | None:
    """What zlib is to be told (``wbits``) of a body that begins like this, None if it is not packed."""
    if coding == "gzip":
        return 16 + zlib.MAX_WBITS if first.startswith(b"\x1f\x8b") else None
    if coding == "deflate" and len(first) >= 2:
        if first[0] & 15 == 8 and int.from_bytes(first[:2], "big") % 31 == 0:
            return zlib.MAX_WBITS
        return None if first.lstrip().startswith((b"<", b"\xef\xbb\xbf")) else -zlib.MAX_WBITS
    return None
