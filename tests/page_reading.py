"""Reads a page as a careful browser would: its elements, links and text. For tests of what pages show, and must not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

TAGS = frozenset(
    re.findall(
        r"\w+",
        """
        html head meta title link script body header nav main section article aside footer h1 h2 h3 p div span
        a abbr b i br code blockquote mark small ul li dl dt dd table thead tbody tr th td details summary
        form fieldset legend label input textarea select option button svg rect line text
        """,
    )
)
"""Everything that the templates use."""
_OWN = re.compile(r"(/(?!/)|#|\?)[^\x00-\x20\"'<>\\]*|/")
_WEB = re.compile(r"https?://[^\x00-\x20\"'<>\\]+")
_ADDRESSES = {"href", "src", "action", "formaction", "hx-get", "hx-post"}
_VOID = {"meta", "link", "input", "br"}


@dataclass
class Reading(HTMLParser):
    """``tags`` and ``addresses`` in order; ``text`` is everything a reader sees; ``ids`` of all elements."""

    tags: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str, str]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    text: str = ""
    scripts: str = ""
    open: list[str] = field(default_factory=list)
    unbalanced: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in _VOID:
            self.open.append(tag)
        for name, value in attrs:
            self.attributes.append((tag, name, value or ""))
            if name in _ADDRESSES:
                self.addresses.append(value or "")
            if name == "id":
                self.ids.append(value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("script", "style"):
            self.scripts += data
        else:
            self.text += data


def read(html: str) -> Reading:
    """The page that ``html`` is."""
    reading = Reading()
    reading.feed(html)
    reading.close()
    return reading


def faults(html: str) -> list[str]:
    """What is wrong with a page: elements, attributes or addresses that no template of ours writes."""
    page = read(html)
    found = [f"element {tag}" for tag in page.tags if tag not in TAGS]
    found += [f"unbalanced {tag}" for tag in page.unbalanced + page.open]
    found += [
        f"attribute {name}={value}" for _, name, value in page.attributes if name.startswith("on") or name == "style"
    ]
    found += [f"address {each}" for each in page.addresses if not (_OWN.fullmatch(each) or _WEB.fullmatch(each))]
    found += [
        f"script from {value}"
        for tag, name, value in page.attributes
        if tag == "script" and name == "src" and not value.startswith("/static/")
    ]
    found += [f"script {page.scripts}"] if page.scripts.strip() else []
    found += [f"id twice: {id}" for id in sorted(set(page.ids)) if page.ids.count(id) > 1]
    return found
