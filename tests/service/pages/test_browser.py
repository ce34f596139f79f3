"""The main paths in a real browser, with and without JavaScript, by mouse, by keyboard and on a phone.

``AINOI_SCREENSHOTS=docs/img`` keeps a picture of each page there, of the real model's work.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from ainoi_service import create_app
from browsing import CHROMIUM, chromium, serve
from page_reading import read
from pages_app import FILE, SeedAnnotator, pages_app
from xss_payloads import PAYLOADS

SCREENSHOTS = os.environ.get("AINOI_SCREENSHOTS", "")
LARGEST_PICTURE = 200_000
TEXT = "Ông Peskov nói: “Chúng tôi sẵn sàng đối thoại”.\n\nÔng nói thêm: “Không có thay đổi nào”."

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: no browser tests")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="there is no chromium on this machine: no browser tests")

Page = Any
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium(playwright) as started:
        yield started


@pytest.fixture
def base(tmp_path: Path, seeded_store: Path) -> Iterator[str]:
    """Address of the pages of a store with the seeds."""
    shutil.copy(seeded_store, tmp_path / FILE)
    app, desk = pages_app(SeedAnnotator(), tmp_path)
    with serve(app) as address:
        yield address
    desk.close()


@pytest.fixture
def gallery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of the pages to take pictures of: the whole application's with its own model if they are to be kept."""
    if not SCREENSHOTS:
        yield request.getfixturevalue("base")
        return
    monkeypatch.setenv("AINOI_DATA_DIR", str(tmp_path))
    with serve(create_app()) as address:
        yield address


@pytest.fixture
def open_page(browser: Any, base: str) -> Iterator[Open]:
    """Opens a page; at the end nothing may have been complained of: no error, no refused script, no dialog."""
    complaints: list[str] = []
    contexts = []

    def open_page(path: str, **options: Any) -> Page:
        context = browser.new_context(**{"locale": "vi-VN", "viewport": {"width": 1280, "height": 800}} | options)
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: (complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.goto(base + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def article(open_page: Open) -> str:
    """Address of one article of the seeds."""
    return re.findall(r"/articles/[0-9a-f]{16}", open_page("/articles").content())[-1]


def lit(page: Page) -> list[str]:
    """What is shown as belonging together: its kind and number."""
    found: list[str] = page.eval_on_selector_all(
        ".on",
        "parts => parts.map(part => (part.className.match(/^(q|cue|mention|ref)/) ?? ['row'])[0] + part.dataset.q)",
    )
    return found


def test_a_pasted_article_becomes_a_page_with_its_quotes(open_page: Open) -> None:
    page = open_page("/")
    page.fill("#f-text", TEXT)
    page.click("form.paste button.primary")
    page.wait_for_url("**/articles/*")
    assert page.locator(".text span.q").all_inner_texts() == ["Chúng tôi sẵn sàng đối thoại", "Không có thay đổi nào"]
    assert page.locator("table.quotes tbody tr").count() == 2


def test_a_file_that_is_dropped_on_the_text_is_read(open_page: Open) -> None:
    page = open_page("/")
    page.evaluate(
        """text => {
          const files = new DataTransfer();
          files.items.add(new File([text], "tin.txt", {type: "text/plain"}));
          const drop = new DragEvent("drop", {dataTransfer: files, bubbles: true, cancelable: true});
          document.querySelector("#f-text").dispatchEvent(drop);
        }""",
        TEXT,
    )
    page.click("form.paste button.primary")
    page.wait_for_url("**/articles/*")
    assert page.locator(".text span.q").count() == 2


def test_hover_focus_and_tap_show_what_belongs_to_a_quote(open_page: Open, article: str) -> None:
    page = open_page(article)
    page.hover("#m4")
    assert set(lit(page)) == {"q4", "ref4", "cue4", "mention4", "row4"}
    page.mouse.move(2, 2)
    assert lit(page) == []
    page.focus("a.ref[data-q='5']")
    assert set(lit(page)) == {"q5", "ref5", "cue5", "mention5", "row5"}
    page.click("#m4")
    page.mouse.move(2, 2)
    assert "row4" in lit(page)
    page.keyboard.press("Escape")
    assert lit(page) == []


def test_a_tap_brings_the_row_into_sight(open_page: Open, article: str) -> None:
    page = open_page(article, reduced_motion="reduce")
    last = page.locator("tr[data-q='10']")
    page.click("#m10")
    top, height = last.bounding_box()["y"], page.viewport_size["height"]
    assert 0 <= top < height


def test_a_mark_is_kept_without_loading_the_page_anew(open_page: Open, article: str) -> None:
    page = open_page(article)
    page.evaluate("window.same = true")
    page.click("#right-1")
    page.wait_for_selector("#right-1[aria-pressed='true']")
    page.click("#wrong-2")
    page.wait_for_selector("#wrong-2[aria-pressed='true']")
    assert page.inner_text("#notice").startswith("Đã ghi: phát ngôn này sai.")
    assert page.locator("#m2.is-wrong").count() == 1
    assert page.evaluate("document.activeElement.id") == "wrong-2"
    assert page.evaluate("window.same") is True
    page.reload()
    assert page.get_attribute("#right-1", "aria-pressed") == "true"
    page.click("#right-1")
    page.wait_for_selector("#right-1[aria-pressed='false']")
    assert page.inner_text("#notice").startswith("Đã bỏ đánh dấu.")
    assert page.locator("#m1.is-right").count() == 0


def test_the_speaker_is_corrected_to_somebody_new(open_page: Open, article: str) -> None:
    page = open_page(article)
    row = page.locator("tr[data-q='1']")
    row.locator("summary").click()
    row.locator("input[value='other']").check()
    row.locator("input[name='name']").fill("Nguyễn Văn A")
    row.locator("form.correct button").click()
    page.wait_for_selector("text=Đã sửa người nói.")
    assert page.locator("tr[data-q='1'] .by .who").inner_text() == "Nguyễn Văn A"


def test_a_look_up_follows_what_is_typed_and_chosen(open_page: Open) -> None:
    page = open_page("/lookup")
    page.keyboard.press("/")
    page.keyboard.type("dam phan")
    page.wait_for_url("**/lookup?q=dam*phan*")
    page.wait_for_selector("mark.hit")
    assert set(page.locator("mark.hit").all_inner_texts()) == {"đàm phán"}
    page.locator(".facets a", has_text="Dmitry Peskov").click()
    page.wait_for_selector(".chips")
    assert set(page.locator(".card .who").all_inner_texts()) == {"Dmitry Peskov"}
    page.locator(".chips a", has_text="Dmitry Peskov").click()
    page.wait_for_selector(".chips", state="detached")


def test_everything_works_without_javascript(open_page: Open) -> None:
    page = open_page("/", java_script_enabled=False)
    page.fill("#f-text", TEXT)
    page.click("form.paste button.primary")
    page.wait_for_url("**/articles/*")
    page.click("#wrong-1")
    assert "người xem: sai" in page.inner_text("table.quotes")
    page.click("tr[data-q='2'] summary")
    page.check("tr[data-q='2'] input[value='unnamed']")
    page.click("tr[data-q='2'] form.correct button")
    assert "người không nêu tên" in page.inner_text("table.quotes")
    page.click("text=Tra cứu")
    page.fill("#f-q", "khong co thay doi")
    page.click("form.search button")
    assert page.locator("mark.hit").count() > 0
    page.click("text=EN")
    assert page.inner_text("h1") == "Look up quotes"
    page.click("a[data-theme-choice='dark']")
    assert page.get_attribute("html", "data-theme") == "dark"


def test_the_theme_changes_at_once_and_stays(open_page: Open) -> None:
    page = open_page("/", color_scheme="light")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("a[data-theme-choice='dark']")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert light != dark
    page.goto(page.url)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark


def test_the_keyboard_reaches_everything_and_shows_where_it_is(open_page: Open, article: str) -> None:
    page = open_page(article)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        name, outline = page.evaluate(
            """() => {
              const focused = document.activeElement;
              return [focused.id || focused.className, getComputedStyle(focused).outlineStyle];
            }"""
        )
        assert outline != "none", name
        reached.add(name.split()[0] if name else "")
    assert {"wordmark", "who", "ref", "right-1", "wrong-1", "small", "permalink"} <= reached


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_no_page_is_wider_than_its_window(open_page: Open, base: str, article: str, language: str, width: int) -> None:
    page = open_page("/about", viewport={"width": width, "height": 800}, locale=language)
    for path in (
        "/",
        "/lookup?q=dam+phan&type=indirect",
        "/check?claim=a",
        "/speakers",
        "/speakers/dmitry-peskov",
        "/articles",
        article,
    ):
        page.goto(base + path)
        assert (path, page.evaluate("document.documentElement.scrollWidth <= innerWidth")) == (path, True)


def test_no_payload_does_anything_in_a_browser(open_page: Open, base: str) -> None:
    page = open_page("/")
    for payload in PAYLOADS:
        text = f"Ông nói “{payload}” như vậy."
        answer = page.request.post(
            base + "/", multipart={"text": text, "title": payload, "url": payload, "outlet": payload, "as": "text"}
        )
        assert answer.ok
        page.goto(answer.url)
        assert page.evaluate("[...document.scripts].every(script => script.src.includes('/static/'))")
    for path in ("/articles", "/lookup?q=alert", "/lookup?q=script", "/check?claim=alert", "/speakers"):
        page.goto(base + path)
    for payload in PAYLOADS[::5]:
        page.goto(f"{base}/lookup?q={quote(payload)}&speaker={quote(payload)}")


def test_pictures_of_every_page(browser: Any, gallery: str, tmp_path: Path) -> None:
    folder = Path(SCREENSHOTS) if SCREENSHOTS else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    page = browser.new_context(viewport={"width": 1180, "height": 740}, locale="vi-VN").new_page()
    assert page.request.post(f"{gallery}/seeds").ok
    page.goto(gallery + "/articles")
    article = re.findall(r"/articles/[0-9a-f]{16}", page.content())[2]
    claim = "lần đầu tiên có sự trao đổi ý kiến trực tiếp"
    for name, path in {
        "annotate": "/",
        "article": article,
        "lookup": "/lookup?q=dam+phan",
        "check": f"/check?speaker=Peskov&claim={claim}",
        "speakers": "/speakers",
        "speaker": "/speakers/dmitry-peskov",
        "articles": "/articles",
        "about": "/about",
    }.items():
        page.goto(gallery + path)
        page.evaluate("document.fonts.ready")
        picture = folder / f"{name}.png"
        page.screenshot(path=str(picture))
        assert 5_000 < picture.stat().st_size <= LARGEST_PICTURE
        assert read(page.content()).tags.count("h1") == 1
