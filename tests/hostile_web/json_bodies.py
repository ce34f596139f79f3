"""JSON that is meant to break a reader: T16. ``FIELD`` stands for the name of the body's own field."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Mapping
from typing import NamedTuple

FIELD = b"FIELD"
MARKER = "KHÔNG-ĐƯỢC-LẶP-LẠI"
"""Stands in bodies; no answer may repeat it."""
_marker = MARKER.encode()


class Body(NamedTuple):
    """What is sent, and under which headers beside the type."""

    name: str
    sent: bytes
    headers: Mapping[str, str] = {}


def _text(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")


BODIES = (
    Body("nothing", b""),
    Body("half a surrogate pair, the first", rb'{"FIELD": "\ud800"}'),
    Body("half a surrogate pair, the second", rb'{"FIELD": "a\udfffb"}'),
    Body("a surrogate pair in the wrong order", rb'{"FIELD": "\udc00\ud800"}'),
    Body("half a surrogate pair in a key", rb'{"FIELD": "a", "\ud800": 1}'),
    Body("half a surrogate pair as its three bytes", _text('{"FIELD": "\ud800"}')),
    Body("NaN", b'{"FIELD": NaN}'),
    Body("Infinity", b'{"FIELD": Infinity}'),
    Body("minus Infinity in a list", b'{"FIELD": [-Infinity]}'),
    Body("1e999", b'{"FIELD": 1e999}'),
    Body("-1e999 in a key's place", b'{"FIELD": {"a": -1e999}}'),
    Body("a whole number of 4,300 digits", b'{"FIELD": ' + b"9" * 4300 + b"}"),
    Body("a whole number of 5,000 digits", b'{"FIELD": ' + b"9" * 5000 + b"}"),
    Body("a fraction of 100,000 digits", b'{"FIELD": 0.' + b"3" * 100_000 + b"}"),
    Body("lists 100,000 deep", b"[" * 100_000),
    Body("lists 100,000 deep, closed", b'{"FIELD": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    Body("objects 100,000 deep", b'{"a":' * 100_000),
    Body("objects 100,000 deep, closed", b'{"FIELD": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}"),
    Body("10,000 keys", json.dumps({f"{MARKER}{number}": number for number in range(10_000)}).encode()),
    Body("10,000 times the same key", b'{"FIELD": "a"' + b', "FIELD": "b"' * 10_000 + b"}"),
    Body("a key twice, of two types", b'{"FIELD": "a", "FIELD": {"$ne": null}}'),
    Body("a list of 10,000", b'{"FIELD": [' + b"1," * 9_999 + b"1]}"),
    Body("a key of 100,000 letters", b'{"FIELD": "a", "' + b"k" * 100_000 + b'": 1}'),
    Body("a key that is the marker", b'{"FIELD": "a", "' + _marker + b'": "' + _marker + b'"}'),
    Body("an empty key", b'{"": "a"}'),
    Body("keys of Python's own", b'{"__class__": "a", "__init__": {"__globals__": 1}, "model_config": {}}'),
    Body("UTF-16 with its mark", f'{{"FIELD": "{MARKER}", "a": 1}}'.encode("utf-16")),
    Body("UTF-16 without one", f'{{"FIELD": "{MARKER}", "a": 1}}'.encode("utf-16-be")),
    Body("UTF-32", f'{{"FIELD": "{MARKER}", "a": 1}}'.encode("utf-32")),
    Body("a byte order mark", b'\xef\xbb\xbf{"FIELD": 1}'),
    Body("two byte order marks", b'\xef\xbb\xbf\xef\xbb\xbf{"FIELD": 1}'),
    Body("a null character, escaped", rb'{"FIELD": "\u0000", "a": 1}'),
    Body("a null character as it is", b'{"FIELD": "\x00"}'),
    Body("nothing but null characters", b"\x00" * 10_000),
    Body("control characters", b'{"FIELD": "\x01\x1b[31m"}'),
    Body("bytes that are no UTF-8", b'{"FIELD": "\xff\xfe"}'),
    Body("a slash in too many bytes", b'{"FIELD": "\xc0\xaf"}'),
    Body("a code point above all", b'{"FIELD": "\xf4\x90\x80\x80"}'),
    Body("a character that is cut off", b'{"FIELD": "\xe1\xba'),
    Body("gzip", gzip.compress(b'{"FIELD": 1}'), {"content-encoding": "gzip"}),
    Body("gzip of ten million bytes", gzip.compress(b" " * 10_000_000 + b"1"), {"content-encoding": "gzip"}),
    Body("deflate", zlib.compress(b'{"FIELD": 1}'), {"content-encoding": "deflate"}),
    Body("gzip that is none", b'{"FIELD": 1}', {"content-encoding": "gzip"}),
    Body("another character set", '{"FIELD": "ông"}'.encode("utf-16-le"), {"charset": "utf-16le"}),
    Body("a character set that is none", b'{"FIELD": 1}', {"charset": MARKER.encode().hex()}),
    Body("two values", b'{"FIELD": 1} {"FIELD": 2}'),
    Body("a comment", b'{"FIELD": /* ' + _marker + b" */ 1}"),
    Body("single quotes", b"{'FIELD': 'a'}"),
    Body("words of Python", b'{"FIELD": None, "a": True}'),
    Body("a number in base 16", b'{"FIELD": 0x10}'),
    Body("a plus and noughts before", b'{"FIELD": +001}'),
    Body("an escape that is cut off", rb'{"FIELD": "\u12'),
    Body("an escape that is none", rb'{"FIELD": "\x41"}'),
    Body("a text that does not end", b'{"FIELD": "' + _marker),
    Body("the marker as list", b'{"FIELD": ["' + _marker + b'"]}'),
    Body("the marker as object", b'{"FIELD": {"' + _marker + b'": "' + _marker + b'"}}'),
    Body("true", b"true"),
    Body("the marker alone", b'"' + _marker + b'"'),
    Body("markup", b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"),
)
