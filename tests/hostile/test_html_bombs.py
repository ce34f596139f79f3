"""T15: every hostile page is an article or an error, within its time, and the process that asks stays as it was."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ainoi_service.html import HtmlError, HtmlExtractor
from ainoi_service.limits import Limits
from hostile.html_bombs import BOMBS
from html_pages import NEWS_PAGE

Record = Callable[[str, object], None]
GROWTH = 60_000_000
"""Bytes by which the asking process may grow over all pages: a few copies of one page of 2 MB, and fragments."""


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


@pytest.mark.long
def test_no_page_harms_the_process_that_asks(record_property: Record) -> None:
    limits = Limits(html_seconds=5)
    with HtmlExtractor(limits) as extractor:
        assert extractor.extract(NEWS_PAGE).title
        before = _resident()
        for name, page in BOMBS.items():
            began = time.monotonic()
            try:
                extractor.extract(page)
            except HtmlError as error:
                assert error.code.startswith("html_"), name
            # The child is given its time and a new one may be started; a reader that hangs would never come back.
            assert time.monotonic() - began < limits.html_seconds * 3 + 60, name
        assert extractor.extract(NEWS_PAGE).title
        assert _resident() - before < GROWTH
    record_property("count", len(BOMBS))
    assert len(BOMBS) >= 25


def test_no_file_of_the_machine_gets_into_a_page() -> None:
    with HtmlExtractor() as extractor:
        try:
            text = extractor.extract(BOMBS["an entity from a file"]).text
        except HtmlError:
            text = ""
    assert "root:" not in text
