"""Pages become articles; hostile pages cost seconds at most and never the process."""

from __future__ import annotations

import os
import resource
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ainoi_service.html import (
    HtmlError,
    HtmlExtractor,
    HtmlNoTextError,
    HtmlTimeoutError,
    HtmlTooLargeError,
    most_attributes,
)
from ainoi_service.limits import Limits
from html_pages import ATTRIBUTE_BOMB, NEWS_PAGE, PARAGRAPH, SLOW_PAGE


@pytest.fixture(scope="module")
def extractor() -> Iterator[HtmlExtractor]:
    with HtmlExtractor() as extractor:
        yield extractor


def test_a_news_page_gives_its_text_title_date_and_outlet(extractor: HtmlExtractor) -> None:
    page = extractor.extract(NEWS_PAGE)
    assert page.text.splitlines() == [f"Đoạn {i}. {PARAGRAPH}" for i in range(8)]
    assert (page.title, page.date, page.outlet) == ("Điện Kremlin nêu lập trường", "2024-11-12", "Báo Thử")


def test_the_child_is_kept_while_it_is_healthy(extractor: HtmlExtractor) -> None:
    extractor.extract(NEWS_PAGE)
    first = extractor.child_pid
    extractor.extract(NEWS_PAGE)
    assert extractor.child_pid == first


def test_a_killed_child_is_replaced(extractor: HtmlExtractor) -> None:
    expected = extractor.extract(NEWS_PAGE)
    killed = extractor.child_pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    assert extractor.extract(NEWS_PAGE) == expected
    assert extractor.child_pid != killed


def test_an_attribute_bomb_is_refused_without_a_child() -> None:
    with HtmlExtractor() as extractor:
        with pytest.raises(HtmlTooLargeError, match="2,000 attributes"):
            extractor.extract(ATTRIBUTE_BOMB)
        assert extractor.child_pid is None


def test_an_attribute_bomb_that_is_let_through_is_killed_in_time_and_the_next_page_read() -> None:
    with HtmlExtractor(Limits(html_seconds=1, html_tag_attributes=1_000_000)) as extractor:
        expected = extractor.extract(NEWS_PAGE)
        before = extractor.child_pid
        with pytest.raises(HtmlTimeoutError, match="1 seconds"):
            extractor.extract(ATTRIBUTE_BOMB)
        assert extractor.extract(NEWS_PAGE) == expected
        assert extractor.child_pid != before
        assert before is not None
        with pytest.raises(ProcessLookupError):
            os.kill(before, 0)


def test_a_slow_page_of_short_tags_is_killed_in_time() -> None:
    with HtmlExtractor(Limits(html_seconds=1)) as extractor:
        extractor.extract(NEWS_PAGE)
        started = time.monotonic()
        with pytest.raises(HtmlTimeoutError):
            extractor.extract(SLOW_PAGE)
        assert time.monotonic() - started < 30  # it would run for minutes


def test_a_page_that_needs_more_memory_than_allowed_is_an_error() -> None:
    with HtmlExtractor(Limits(html_memory_bytes=120_000_000, html_seconds=30)) as extractor:
        extractor.extract(NEWS_PAGE)
        with pytest.raises(HtmlError):
            extractor.extract("<b>" + "<p class='a'>x</p>" * 110_000)
        extractor.extract(NEWS_PAGE)


@pytest.mark.parametrize(
    "page",
    [
        "",
        " ",
        "x",
        "<p></p>",
        "<html><body></body></html>",
        "<div>" * 100_000,
        "<!--" + "-" * 1_000_000,
        "&amp;" * 300_000,
        "<script " * 200_000,
        "<a" * 900_000,
        "<p>\0</p>",
        "<p>\ud800</p>",
        "\x1f\x8b\x08\x00 not gzip",
        "<?xml version='1.0' encoding='windows-1258'?><html><body><p></p></body></html>",
        "<img src='data:image/png;base64," + "A" * 500_000 + "'>",
    ],
    ids=lambda page: repr(page[:12]),
)
def test_a_page_without_an_article_is_an_error_and_harms_nothing(extractor: HtmlExtractor, page: str) -> None:
    with pytest.raises((HtmlNoTextError, HtmlTooLargeError)):
        extractor.extract(page)
    assert extractor.extract(NEWS_PAGE).title


@pytest.mark.parametrize("over", [0, 1])
def test_the_size_limit_counts_bytes(over: int) -> None:
    with HtmlExtractor(Limits(max_html_bytes=300)) as extractor:
        page = "ắ" * 100 + "x" * over  # three bytes a letter
        with pytest.raises(HtmlTooLargeError if over else HtmlNoTextError):
            extractor.extract(page)


@pytest.mark.parametrize(
    ("page", "most"),
    [
        ("", 0),
        ("a < b > c", 0),
        ("<p>many words that are no attributes</p>", 0),
        ('<p class="a b c" id=x>', 2),
        ("<p a b c/>", 3),
        ('<p a=">" b=">" c=">">', 3),
        ("<a x><b x y><c>", 2),
        ("<!-- a b c d e -->", 0),
        ("<script>if (a <b c d e f) g</script><p a>", 1),
        ("<p " + "a " * 50, 7),
        ('<p a="unclosed b c d', 7),
        ("<p ====", 4),
    ],
)
def test_no_fewer_attributes_are_counted_than_a_browser_sees(page: str, most: int) -> None:
    assert most_attributes(page, stop_at=7) == most


def test_a_closed_extractor_starts_nothing() -> None:
    extractor = HtmlExtractor()
    extractor.extract(NEWS_PAGE)
    extractor.close()
    assert extractor.child_pid is None
    with pytest.raises(RuntimeError, match="closed"):
        extractor.extract(NEWS_PAGE)
    assert extractor.child_pid is None


def test_closing_breaks_off_the_page_that_is_being_read() -> None:
    extractor = HtmlExtractor(Limits(html_seconds=1000))
    extractor.extract(NEWS_PAGE)
    raised: list[Exception] = []

    def read() -> None:
        try:
            extractor.extract(SLOW_PAGE)
        except Exception as error:
            raised.append(error)

    reading = threading.Thread(target=read)
    reading.start()
    extractor.close()
    reading.join()
    assert [str(error) for error in raised] == ["the HTML extractor is closed"]
    assert extractor.child_pid is None


def test_a_page_that_nobody_wants_any_more_when_its_turn_comes_is_not_read() -> None:
    with HtmlExtractor() as extractor:
        with pytest.raises(HtmlError, match="nobody waits"):
            extractor.extract(NEWS_PAGE, wanted=lambda: False)
        assert extractor.child_pid is None


def test_pages_are_read_where_over_a_thousand_files_are_open() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with ExitStack() as stack:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2048), hard))
        stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        last = 0
        while last < 1024:
            last = os.open(os.devnull, os.O_RDONLY)
            stack.callback(os.close, last)
        with HtmlExtractor() as extractor:
            assert extractor.extract(NEWS_PAGE).title


def test_a_child_whose_answer_cannot_be_read_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    child = tmp_path / "child.py"
    child.write_text(
        "import sys\n"
        "out = sys.stdout.buffer\n"
        "out.write(bytes(4)); out.flush()\n"
        "sys.stdin.buffer.read(4)\n"
        "out.write(bytes([0, 0, 0, 1]) + b'{'); out.flush()\n"
        "sys.stdin.buffer.read()\n"
    )
    monkeypatch.setattr("ainoi_service.html._CHILD", child)
    with HtmlExtractor() as extractor:
        with pytest.raises(ValueError, match="Expecting property name"):
            extractor.extract(NEWS_PAGE)
        assert extractor.child_pid is None
