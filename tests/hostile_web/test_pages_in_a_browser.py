"""In a real browser no page does anything but show a payload, whichever part of a quote it is: T38.

(``tests/service/pages/test_xss.py`` reads the same pages without one; ``test_browser.py`` pastes the payloads.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest

from browsing import CHROMIUM, chromium, serve
from hostile_pages import hostile_app, id_of
from xss_payloads import PAYLOADS

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: no browser tests")
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not CHROMIUM, reason="there is no chromium on this machine: no browser tests"),
]

WATCH = """
window.refused = [];
document.addEventListener('securitypolicyviolation', ({violatedDirective, blockedURI}) =>
  refused.push(`${violatedDirective} ${blockedURI}`));
"""
FAULTS = """() => [...document.querySelectorAll('*')].flatMap(element => [...element.attributes].flatMap(each => {
  const {name, value} = each;
  if (name.startsWith('on') || name === 'style' || name === 'srcdoc') return [`${element.tagName} ${name}=${value}`];
  if (!['href', 'src', 'action', 'formaction', 'xlink:href', 'hx-post', 'hx-get'].includes(name)) return [];
  const {protocol, host} = new URL(value, location.href);
  const ours = host === location.host || element.rel?.includes('nofollow');
  return ['http:', 'https:'].includes(protocol) && ours ? [] : [`${element.tagName} ${name}=${value}`];
})).concat(window.refused)"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of pages whose every word is a payload, and the ids of their articles."""
    app, desk, ids = hostile_app(tmp_path_factory.mktemp("hostile"))
    with serve(app) as address:
        yield address, ids
    desk.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium(playwright) as started:
        yield started


def pages(payload: str, id: str) -> list[str]:
    """The pages that show what is stored of a payload, or what was asked."""
    asked = quote(payload, safe="")
    return [
        f"/articles/{id}",
        f"/quotes/{id}1",
        f"/speakers/{quote(id_of(payload), safe='')}",
        f"/lookup?q={asked}&speaker={asked}&outlet={asked}",
        f"/check?claim={asked}&speaker={asked}&from={asked}",
        f"/speakers?q={asked}",
    ]


def test_no_page_does_anything_with_a_payload(
    site: tuple[str, dict[str, str]], browser: Any, record_property: Callable[[str, object], None]
) -> None:
    address, ids = site
    context = browser.new_context(locale="vi-VN")
    context.set_default_timeout(60_000)
    context.add_init_script(WATCH)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: (complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("popup", lambda popup: complaints.append(f"popup: {popup.url}"))
    lists = [
        "/",
        "/lookup",
        "/lookup?q=alert",
        "/lookup?q=script",
        "/check?claim=alert",
        "/articles",
        "/speakers",
        "/about",
    ]
    shown = [*lists, *(path for payload in PAYLOADS for path in pages(payload, ids[payload]))]
    for path in shown:
        page.goto(address + path, wait_until="load")
        assert (path, page.evaluate(FAULTS)) == (path, [])
    context.close()
    # The browser says of every answer with 404 or 422 that it failed to load; those are meant.
    assert [each for each in complaints if "Failed to load resource" not in each] == []
    record_property("count", len(shown))
    assert len(shown) >= 6 * 60
