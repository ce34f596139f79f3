"""Pages that are made to take time or memory, or that no browser would write. All under the size limit unless said."""

from __future__ import annotations

import base64
import gzip
import zlib

_ZSTD = b"\x28\xb5\x2f\xfd"
_BODY = "<p>Ông Peskov nói “Chúng tôi sẵn sàng”, hãng TASS đưa tin ngày 12/11.</p>"


def _page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


BOMBS: dict[str, str] = {
    "attributes": _page("<p " + " ".join(f"a{i}=1" for i in range(10_000)) + ">x</p>"),
    "attributes on many tags": _page(("<p " + "a=1 " * 150 + ">x") * 1000),
    "one attribute of a million characters": _page('<p title="' + "x" * 1_000_000 + f'">{_BODY}'),
    "depth": "<div>" * 100_000 + "x",
    "depth of inline tags": "<b><i>" * 60_000 + _BODY,
    "depth of lists": "<ul><li>" * 50_000 + _BODY,
    "depth of tables": "<table><tr><td>" * 20_000 + _BODY,
    "entities": _page("<p>" + "&amp;" * 390_000),
    "entities of entities": '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9))
    + f"]><html><body><p>&j;</p>{_BODY}</body></html>",
    "an entity from a file": '<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><html><body><p>&f;</p></body></html>',
    "numbers as entities": _page("<p>" + "&#1114111;" * 190_000),
    "unclosed tags": "<p>abc " * 250_000,
    "unclosed links": "<a href=x>abc " * 120_000,
    "tags that are never ended": "<a" * 900_000,
    "an attribute that is never ended": "<p a='" + "b" * 1_900_000,
    "quotes that are never ended": "<p a=\"b a='c " * 140_000,
    "a comment": _page("<!--" + "-" * 1_900_000),
    "comments": _page("<!--a-->" * 230_000),
    "a script": _page("<script>" + "if (a<b) c(); " * 130_000),
    "a style": _page("<style>" + "a{b:c} " * 250_000 + "</style>" + _BODY),
    "images in the page": _page(
        '<img src="data:image/png;base64,' + base64.b64encode(b"\0" * 1_200_000).decode() + '">'
    ),
    "tables": _page("<table>" + "<tr>" + "<td>1" * 10 + "\n" * 5, "") * 5000,
    "a wrong charset": _page(_BODY, '<meta charset="utf-7">'),
    "windows-1258 that is not": _page(_BODY, '<meta charset="windows-1258">'),
    "VISCII that is not": _page(_BODY, '<meta http-equiv="Content-Type" content="text/html; charset=viscii">'),
    "a byte order mark": "\ufeff\ufeff\ufeff" + _page(_BODY),
    "NUL everywhere": "\0".join(_page(_BODY)),
    "lone surrogates": _page("<p>" + "\ud800" * 100_000),
    "gzip": gzip.compress(b"<p>x" * 50_000_000, 1)[:1_900_000].decode("latin-1"),
    "zlib": zlib.compress(b"<p>x" * 50_000_000, 1)[:1_900_000].decode("latin-1"),
    "zstd": (_ZSTD + b"\0" * 1_000_000).decode("latin-1"),
    "JSON for machines, nested": _page(_BODY, '<script type="application/ld+json">' + '{"a":' * 100_000 + "</script>"),
    "a page over the limit": _page("<p>" + "a" * 2_000_001),
    "no page": "\x89PNG\r\n\x1a\n" + "\0" * 100_000,
}
