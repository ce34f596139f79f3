"""What a reader pastes or uploads is read, kept or not, and given back."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from ainoi_service.store import articles
from fake_annotator import POISON
from html_pages import NEWS_PAGE
from page_reading import faults, read
from pages_app import FakeDesk
from pasted import TEXT, follow


def test_a_pasted_article_is_stored_and_shown_with_its_quotes(
    client: TestClient, site: tuple[TestClient, FakeDesk]
) -> None:
    given = {"text": TEXT, "title": "Tin", "date": "2024-11-12", "outlet": "Báo Thử", "url": "https://bao.example/1"}
    html = follow(client, client.post("/", data=given))
    page = read(html)
    for words in ("Tin", "12/11/2024", "Báo Thử", "Chúng tôi sẵn sàng đối thoại", "Dmitry Peskov", "chắc 80\u00a0%"):
        assert words in page.text
    assert "https://bao.example/1" in page.addresses
    assert faults(html) == []
    [head] = articles.newest(site[1].store, limit=2)
    stored = articles.get(site[1].store, head.id)
    assert stored is not None and stored.text == TEXT


def test_the_articles_own_words_stand_on_its_page_unchanged(client: TestClient) -> None:
    text = "  Dòng “một  hai”\n\n\n<b>&amp; “ba\nbốn” 😀 é\t."
    html = follow(client, client.post("/", data={"text": text, "as": "text"}))
    column = html.partition('<div class="column">')[2].partition("</div>\n</section>")[0]
    shown = "".join(re.findall(r"<p>(.*?)</p>", column, re.DOTALL))
    assert read(f"<p>{shown}</p>").text == text


def test_the_line_ends_that_a_browser_sends_are_those_that_were_pasted(
    client: TestClient, site: tuple[TestClient, FakeDesk]
) -> None:
    client.post("/", data={"text": TEXT.replace("\n", "\r\n")})
    [head] = articles.newest(site[1].store, limit=2)
    stored = articles.get(site[1].store, head.id)
    assert stored is not None and stored.text == TEXT


def test_an_article_that_is_known_is_not_stored_twice(client: TestClient, site: tuple[TestClient, FakeDesk]) -> None:
    first = client.post("/", data={"text": TEXT})
    second = client.post("/", data={"text": TEXT})
    assert first.headers["location"] == second.headers["location"]
    assert "đã có trong kho" in read(follow(client, second)).text
    assert articles.size(site[1].store).articles == 1


def test_what_is_not_to_be_stored_is_shown_and_nowhere_kept(
    client: TestClient, site: tuple[TestClient, FakeDesk]
) -> None:
    answer = client.post("/", data={"text": TEXT, "title": "Tin", "store": "no"})
    assert (answer.status_code, faults(answer.text)) == (200, [])
    page = read(answer.text)
    assert "Bài này không được lưu." in page.text and "Chúng tôi sẵn sàng đối thoại" in page.text
    assert not any("verdict" in each for each in page.addresses)
    assert articles.size(site[1].store).articles == 0


@pytest.mark.parametrize("name", ["tin.html", "tin.HTM", "tin.txt", "tin"])
def test_a_page_is_read_whatever_its_file_is_called(client: TestClient, name: str) -> None:
    html = follow(client, client.post("/", files={"file": (name, NEWS_PAGE.encode())}))
    assert "Điện Kremlin nêu lập trường" in read(html).text
    assert len(re.findall(r"<tr id=", html)) == 8


def test_pasted_html_is_read_as_a_page_and_a_text_with_a_tag_in_it_is_not(client: TestClient) -> None:
    assert "Điện Kremlin nêu lập trường" in follow(client, client.post("/", data={"text": NEWS_PAGE}))
    assert "a &lt;b&gt; c" in follow(client, client.post("/", data={"text": "a <b> c"}))


def test_a_text_file_loses_its_byte_order_mark_and_keeps_its_line_ends(
    client: TestClient, site: tuple[TestClient, FakeDesk]
) -> None:
    client.post("/", files={"file": ("a.txt", b"\xef\xbb\xbfm\xe1\xbb\x99t\r\nhai")})
    [head] = articles.newest(site[1].store, limit=2)
    stored = articles.get(site[1].store, head.id)
    assert stored is not None and stored.text == "một\r\nhai"


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        ({"data": {"text": ""}}, 422, "Bài không có chữ nào"),
        ({"data": {"text": " \n "}}, 422, "Bài không có chữ nào"),
        ({}, 422, "Bài không có chữ nào"),
        ({"files": {"file": ("a.txt", b"\xff\xfe\x00")}}, 422, "không phải là văn bản UTF-8"),
        ({"data": {"text": "<html><body></body></html>"}}, 422, "Không tìm thấy bài báo nào"),
        ({"data": {"text": "a" * 2_000_001}}, 413, "dài quá giới hạn"),
        ({"data": {"text": "a", "title": "x" * 2_001}}, 422, "quá dài"),
        ({"data": {"text": "a\x00"}}, 422, "Không lưu được"),
        ({"data": {"text": POISON}}, 500, "Máy gặp lỗi"),
        ({"content": b"--x", "headers": {"content-type": "multipart/form-data; boundary=y"}}, 400, "không đọc được"),
    ],
)
def test_what_cannot_be_read_is_told_on_a_page(client: TestClient, sent: dict, status: int, words: str) -> None:
    answer = client.post("/", **sent)
    assert (answer.status_code, faults(answer.text)) == (status, [])
    assert words in read(answer.text).text


def test_what_was_pasted_is_not_lost_when_it_cannot_be_read(client: TestClient) -> None:
    page = read(client.post("/", data={"text": "\nmột", "title": "x" * 2_001, "outlet": "Báo", "store": "no"}).text)
    assert "\n\nmột" in page.text
    assert ("input", "value", "Báo") in page.attributes
