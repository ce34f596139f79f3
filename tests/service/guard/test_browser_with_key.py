"""A browser that was given a key once works on all pages, and changes what it may."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from pathlib import Path

import pytest
import uvicorn

from ainoi_service.guard.keys import make
from ainoi_service.store.engine import open_store, sqlite_url
from fake_annotator import FakeAnnotator
from service_app import application

CHROMIUM = os.environ.get("AINOI_TEST_CHROMIUM") or shutil.which("chromium") or ""
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: no browser tests")
pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="there is no chromium on this machine: no browser tests"),
    pytest.mark.slow,
]


def test_with_the_key_as_password_pages_have_their_styles_and_articles_are_stored(tmp_path: Path) -> None:
    store = open_store(sqlite_url(tmp_path))
    key, _ = make(store, "newsroom")
    store.close()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = application(FakeAnnotator(), tmp_path)
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", port, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    try:
        with playwright.sync_playwright() as started:
            browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            context = browser.new_context(
                base_url=f"http://127.0.0.1:{port}", http_credentials={"username": "ai cũng được", "password": key}
            )
            page = context.new_page()
            page.set_default_timeout(120_000)
            refused: list[tuple[int, str]] = []
            page.on(
                "response",
                lambda answer: refused.append((answer.status, answer.url)) if answer.status >= 400 else None,
            )
            page.goto("/?lang=en")
            page.fill("#f-text", "Ông Peskov nói: “Trời sẽ nắng đẹp trong nhiều ngày tới”.")
            page.locator("form.paste button.primary").click()
            page.wait_for_url("**/articles/*")
            assert "Trời sẽ nắng đẹp trong nhiều ngày tới" in page.inner_text("main")
            assert page.evaluate("document.styleSheets.length") == 4
            # The first request goes without the key, as from any browser, and is asked for it.
            assert {status for status, _ in refused} <= {401}
            browser.close()
    finally:
        server.should_exit = True
        thread.join()
