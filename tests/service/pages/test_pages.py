"""The main paths through the pages, without a browser: what a reader does, and what is there afterwards."""

from __future__ import annotations

import json
import re
from typing import Literal

import pytest
from starlette.testclient import TestClient

from ainoi_service.pages.rendering import HEADERS
from ainoi_service.store import articles, quotes
from ainoi_service.store.errors import StoreError
from fake_annotator import POISON
from html_pages import NEWS_PAGE
from page_reading import faults, read
from pages_app import FakeDesk

TEXT = "Ông Peskov nói: “Chúng tôi sẵn sàng đối thoại”.\n\nÔng nói thêm: “Không có thay đổi nào”."


def follow(client: TestClient, response) -> str:  # type: ignore[no-untyped-def]
    assert response.status_code == 303, response.text
    return client.get(response.headers["location"]).text


@pytest.mark.parametrize("page", ["/", "/lookup", "/check", "/speakers", "/articles", "/about"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_of_an_empty_store_is_a_sound_page(client: TestClient, page: str, language: str) -> None:
    answer = client.get(page, params={"lang": language})
    assert (answer.status_code, faults(answer.text)) == (200, [])
    assert f'<html lang="{language}"' in answer.text
    assert {name: answer.headers[name] for name in HEADERS} == dict(HEADERS)


@pytest.mark.parametrize("page", ["/", "/lookup", "/check", "/speakers", "/articles"])
def test_an_empty_store_offers_the_seeds_and_a_filled_one_does_not(client: TestClient, page: str) -> None:
    assert 'action="/seeds"' in client.get(page).text
    client.post("/seeds")
    assert 'action="/seeds"' not in client.get(page).text


def test_the_seeds_are_loaded_by_one_click(client: TestClient, site: tuple[TestClient, FakeDesk]) -> None:
    page = read(follow(client, client.post("/seeds")))
    assert "Đã nạp năm bài mẫu" in page.text and "68 phát ngôn" in page.text
    assert articles.size(site[1].store).articles == 5
    assert client.post("/seeds").status_code == 303
    assert articles.size(site[1].store).articles == 5


def test_every_page_of_a_filled_store_is_a_sound_page(seeded: TestClient) -> None:
    seen, waiting = set(), ["/", "/lookup", "/check?claim=chi%E1%BA%BFn+s%E1%BB%B1", "/speakers", "/articles", "/about"]
    while waiting and len(seen) < 60:
        page = waiting.pop(0)
        if page in seen or page.startswith(("/static", "/docs", "/v1")) or not page.startswith("/"):
            continue
        seen.add(page)
        answer = seeded.get(page)
        assert (page, answer.status_code) == (page, 200)
        if answer.headers["content-type"].startswith("text/html"):
            assert (page, faults(answer.text)) == (page, [])
            links = [value.partition("#")[0] for tag, name, value in read(answer.text).attributes if name == "href"]
            waiting += sorted(set(links), key=links.index)
    assert len(seen) == 60


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


def test_a_quote_is_marked_as_right_and_as_wrong(
    seeded: TestClient, article: str, seeded_site: tuple[TestClient, FakeDesk]
) -> None:
    id = re.findall(r"/quotes/([^/\"]+)/verdict", seeded.get(article).text)[0]

    def checked() -> str | None:
        with seeded_site[1].store.read() as connection:
            quote = quotes.by_id(connection, id)
        assert quote is not None
        return quote.checked

    answer = seeded.post(f"/quotes/{id}/verdict", data={"verdict": "right"})
    assert answer.headers["location"].startswith(f"{article}#q-")
    page = read(follow(seeded, answer))
    assert checked() == "right"
    assert "Đã ghi: phát ngôn này đúng." in page.text and "người xem: đúng" in page.text
    seeded.post(f"/quotes/{id}/verdict", data={"verdict": "wrong"})
    assert checked() == "wrong"
    assert "67 phát ngôn" in read(seeded.get("/lookup").text).text


@pytest.mark.parametrize("verdict", ["right", "wrong"])
def test_a_mark_is_taken_back_by_the_button_that_made_it(seeded: TestClient, article: str, verdict: str) -> None:
    before = seeded.get(article).text
    id = re.findall(r"/quotes/([^/\"]+)/verdict", before)[0]

    def sent(html: str) -> list[str]:
        """What each button of the first quote sends, and whether it is pressed."""
        return re.findall(r'name="verdict" value="(\w+)" aria-pressed="(\w+)"', html)[:2]

    assert sent(before) == [("right", "false"), ("wrong", "false")]
    marked = follow(seeded, seeded.post(f"/quotes/{id}/verdict", data={"verdict": verdict}))
    assert sent(marked)[verdict == "wrong"] == ("none", "true")
    assert sent(marked)[verdict == "right"] == (("wrong" if verdict == "right" else "right"), "false")
    page = follow(seeded, seeded.post(f"/quotes/{id}/verdict", data={"verdict": "none"}))
    assert "Đã bỏ đánh dấu." in read(page).text
    assert seeded.get(article).text == before


def test_a_notice_is_told_once(seeded: TestClient, article: str) -> None:
    id = re.findall(r"/quotes/([^/\"]+)/verdict", seeded.get(article).text)[0]
    seeded.post(f"/quotes/{id}/verdict", data={"verdict": "right"})
    assert "Đã ghi" in seeded.get(article).text
    assert "Đã ghi" not in seeded.get(article).text


@pytest.mark.parametrize(
    ("sent", "name", "kind"),
    [
        ({"speaker": "other", "name": " Nguyễn  Văn A ", "kind": "person"}, "Nguyễn Văn A", "person"),
        (
            {"speaker": "other", "name": "Bộ Ngoại giao Lào", "kind": "organization"},
            "Bộ Ngoại giao Lào",
            "organization",
        ),
        ({"speaker": "id:dmitry-peskov"}, "Dmitry Peskov", "person"),
        ({"speaker": "other", "name": "Donald Trump"}, "Donald Trump", "person"),
        ({"speaker": "unnamed"}, None, "unnamed"),
        ({"speaker": "unknown"}, None, "unknown"),
    ],
)
def test_the_speaker_is_corrected(
    seeded: TestClient, article: str, seeded_site: tuple[TestClient, FakeDesk], sent: dict, name: str | None, kind: str
) -> None:
    id = re.findall(r"/quotes/([^/\"]+)/speaker", seeded.get(article).text)[1]
    html = follow(seeded, seeded.post(f"/quotes/{id}/speaker", data=sent))
    assert faults(html) == [] and "Đã sửa người nói." in html
    with seeded_site[1].store.read() as connection:
        quote = quotes.by_id(connection, id)
    assert quote is not None
    assert (quote.checked, quote.speaker.name, quote.speaker.kind) == ("corrected", name, kind)


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("verdict", {"verdict": "perhaps"}, 422),
        ("verdict", {}, 422),
        ("speaker", {}, 422),
        ("speaker", {"speaker": "other", "name": "  "}, 422),
        ("speaker", {"speaker": "id:nobody"}, 422),
        ("speaker", {"name": "A", "kind": "ghost"}, 422),
        ("speaker", {"speaker": "other", "name": "x" * 201}, 422),
    ],
)
def test_a_correction_that_makes_no_sense_is_refused(
    seeded: TestClient, article: str, path: str, sent: dict, status: int
) -> None:
    id = re.findall(r"/quotes/([^/\"]+)/verdict", seeded.get(article).text)[0]
    answer = seeded.post(f"/quotes/{id}/{path}", data=sent)
    assert (answer.status_code, faults(answer.text)) == (status, [])


@pytest.mark.parametrize(
    "sent", [("verdict", {"verdict": "right"}), ("speaker", {"speaker": "unknown"}), ("speaker", {"speaker": "id:a"})]
)
def test_a_quote_that_is_not_there_cannot_be_corrected(client: TestClient, sent: tuple[str, dict]) -> None:
    answer = client.post(f"/quotes/nope/{sent[0]}", data=sent[1])
    assert (answer.status_code, "Không có trang này" in answer.text) == (404, True)


@pytest.mark.parametrize("path", ["/", "/seeds", "/download", "/quotes/x/verdict", "/quotes/x/speaker"])
def test_no_other_site_can_make_a_reader_change_anything(
    client: TestClient, site: tuple[TestClient, FakeDesk], path: str
) -> None:
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        answer = client.post(path, data={"text": TEXT, "verdict": "right", "speaker": "unknown"}, headers=headers)
        assert (answer.status_code, "Yêu cầu này đến từ một trang khác" in answer.text) == (403, True)
    assert articles.size(site[1].store).articles == 0


def test_our_own_forms_are_let_through(client: TestClient) -> None:
    headers = {"sec-fetch-site": "same-origin", "origin": "http://testserver"}
    assert client.post("/", data={"text": TEXT}, headers=headers).status_code == 303


@pytest.mark.parametrize(
    ("format", "media_type"),
    [
        ("json", "application/json"),
        ("csv", "text/csv; charset=utf-8"),
        ("schema-org", "application/ld+json"),
        ("web-annotation", 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'),
        ("label-studio", "application/json"),
        ("doccano", "application/jsonl"),
    ],
)
def test_an_article_is_downloaded_in_every_format_stored_or_not(
    seeded: TestClient, article: str, format: str, media_type: str
) -> None:
    stored = seeded.get(f"{article}/download", params={"format": format})
    not_stored = seeded.post("/download", data={"text": TEXT, "format": format})
    for answer in (stored, not_stored):
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
        assert answer.headers["content-disposition"].startswith('attachment; filename="ainoi-')
    assert f"{article}/download?format={format}" in read(seeded.get(article).text).addresses
    assert "Chúng tôi sẵn sàng đối thoại" in not_stored.text
    if format == "json":
        assert len(json.loads(not_stored.text)["quotes"]) == 2


def test_a_format_that_is_none_is_refused(seeded: TestClient, article: str) -> None:
    assert seeded.get(f"{article}/download?format=exe").status_code == 422
    assert seeded.post("/download", data={"text": TEXT}).status_code == 422
    assert seeded.get("/articles/nope/download").status_code == 404


def test_a_look_up_finds_without_diacritics_and_highlights(seeded: TestClient) -> None:
    html = seeded.get("/lookup?q=dam+phan").text
    assert set(re.findall(r'<mark class="hit">(.*?)</mark>', html)) == {"đàm phán"}
    assert "đúng cụm từ, khác dấu" in html


def test_facets_narrow_the_result_down_and_are_taken_away_again(seeded: TestClient) -> None:
    first = read(seeded.get("/lookup?q=ukraine").text)
    narrower = next(each for each in first.addresses if "speaker=vladimir-putin" in each)
    second = seeded.get(narrower).text
    assert 'value="Vladimir Putin"' in second
    assert re.search(r'class="chosen"><a href="/lookup\?q=ukraine"', second)
    shown = re.findall(r"(\d+) phát ngôn</h2>", second)
    assert 0 < int(shown[0]) < int(re.findall(r"(\d+) phát ngôn", first.text)[0])


def test_pages_of_a_result_follow_each_other_to_the_end(seeded: TestClient) -> None:
    page, seen = "/lookup", []
    while page:
        html = seeded.get(page).text
        seen += re.findall(r'<p class="more"><a href="(/quotes/[^"]+)"', html)
        following = re.findall(r'rel="next" href="([^"]+)"', html)
        page = following[0].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 68


def test_a_page_token_of_another_question_leads_to_the_first_page(seeded: TestClient) -> None:
    token = re.findall(r'rel="next" href="[^"]*pageToken=([^"&]+)', seeded.get("/lookup").text)[0]
    html = seeded.get(f"/lookup?q=ukraine&pageToken={token}").text
    assert "Trang này không còn" in html


@pytest.mark.parametrize(
    "question",
    [
        "from=hôm+qua",
        "from=2025&to=2024",
        "type=x",
        "act=x",
        "minConfidence=x",
        "minConfidence=2",
        "dateField=x",
        "sort=x",
    ],
)
def test_a_look_up_that_makes_no_sense_is_told_so(seeded: TestClient, question: str) -> None:
    answer = seeded.get(f"/lookup?{question}")
    assert (answer.status_code, "Không hiểu phép tìm này" in answer.text, faults(answer.text)) == (422, True, [])


def test_the_result_can_be_downloaded_by_the_same_question(seeded: TestClient) -> None:
    addresses = read(seeded.get("/lookup?q=ukraine&type=direct").text).addresses
    assert "/v1/quotes?q=ukraine&type=direct&format=csv" in addresses


def test_a_claim_is_answered_with_its_evidence(seeded: TestClient) -> None:
    page = read(seeded.get("/check", params={"claim": "không có bất kỳ cuộc thảo luận nào", "speaker": "Peskov"}).text)
    assert "Có bài in đúng những lời này" in page.text and "Dmitry Peskov" in page.text
    page = read(seeded.get("/check", params={"claim": "trăng làm bằng pho mát", "speaker": "Ai Đó"}).text)
    assert "Không thấy trong kho" in page.text and "Kho không có ai tên “Ai Đó”." in page.text


def test_a_speakers_page_shows_months_offices_aliases_and_quotes(seeded: TestClient) -> None:
    html = seeded.get("/speakers/dmitry-peskov").text
    page = read(html)
    for words in ("Dmitry Peskov", "9 phát ngôn", "Người phát ngôn Điện Kremlin", "ông Peskov", "tháng 11/2024"):
        assert words in page.text
    assert len(re.findall(r'<rect class="bar"', html)) == 2
    assert "/lookup?speaker=dmitry-peskov&from=2024-11-01&to=2024-11-30" in page.addresses


def test_speakers_are_found_by_name(seeded: TestClient) -> None:
    assert "/speakers/dmitry-peskov" in seeded.get("/speakers?q=peskov").text
    assert "Không có ai tên như vậy" in seeded.get("/speakers?q=khongai").text


@pytest.mark.parametrize("page", ["/articles/x", "/quotes/x", "/speakers/x", "/speakers/x/y", "/articles/x/download"])
def test_what_is_not_there_is_told_on_a_page(client: TestClient, page: str) -> None:
    answer = client.get(page)
    assert (answer.status_code, faults(answer.text)) == (404, [])


BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nope", 404), ("GET", "/lookup/", 404), ("GET", "/static/nope.css", 404), ("POST", "/lookup", 405)],
)
def test_a_browser_gets_a_page_where_there_is_nothing_and_a_program_a_problem(
    client: TestClient, method: str, path: str, status: int
) -> None:
    page = client.request(method, path, headers=BROWSER)
    assert (page.status_code, faults(page.text)) == (status, [])
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers.get("allow") == ("GET" if status == 405 else None)
    assert {name: page.headers[name] for name in HEADERS} == dict(HEADERS)
    for accept in ("*/*", "application/json", "text/css,*/*;q=0.1"):
        problem = client.request(method, path, headers={"accept": accept})
        assert (problem.status_code, problem.json()["status"]) == (status, status)


@pytest.mark.parametrize("path", ["/v1", "/v1/nope", "/v1/articles/x/y"])
def test_the_interface_answers_browsers_as_it_answers_programs(client: TestClient, path: str) -> None:
    answer = client.get(path, headers=BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("code", "status", "title", "hint", "form"),
    [
        (
            "store_full",
            507,
            ("Ổ đĩa của kho đã đầy", "The store's disk is full"),
            ("Người quản trị trang này cần giải phóng chỗ trước.", "has to make room first."),
            "ổ đĩa của kho đã đầy",
        ),
        (
            "store_unreachable",
            503,
            ("Hiện chưa dùng được kho", "The store cannot be used right now"),
            ("Hãy thử lại sau ít giây.", "Try again in a few seconds."),
            "kho không trả lời",
        ),
    ],
)
def test_a_store_that_takes_nothing_is_told_in_words(
    site: tuple[TestClient, FakeDesk],
    monkeypatch: pytest.MonkeyPatch,
    code: Literal["store_full", "store_unreachable"],
    status: int,
    title: tuple[str, str],
    hint: tuple[str, str],
    form: str,
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise StoreError(code, "for the log")

    client, _ = site
    monkeypatch.setattr("ainoi_service.pages.corrections.corrections.mark", fails)
    monkeypatch.setattr("pages_app.put", fails)
    for language, *words in zip(("vi", "en"), title, hint, strict=True):
        page = client.post(f"/quotes/x/verdict?lang={language}", data={"verdict": "right"})
        assert (page.status_code, faults(page.text)) == (status, [])
        assert all(each in read(page.text).text for each in words)
        assert page.headers.get("retry-after") == ("10" if status == 503 else None)
    page = client.post("/?lang=vi", data={"text": TEXT})
    assert (page.status_code, faults(page.text)) == (status, [])
    assert form in read(page.text).text and "Không có thay đổi nào" in page.text


def test_language_and_theme_are_kept(client: TestClient) -> None:
    assert '<html lang="en" data-theme="dark"' in client.get("/?lang=en&theme=dark").text
    assert '<html lang="en" data-theme="dark"' in client.get("/about").text
    assert '<html lang="vi" data-theme="dark"' in client.get("/about?lang=vi").text


def test_the_links_that_change_the_language_keep_the_question(seeded: TestClient) -> None:
    addresses = read(seeded.get("/lookup?q=ukraine").text).addresses
    assert "/lookup?q=ukraine&lang=en" in addresses and "/lookup?q=ukraine&theme=dark" in addresses


def test_every_field_has_a_label_and_every_page_one_heading_and_its_landmarks(seeded: TestClient, article: str) -> None:
    for address in ("/", "/lookup", "/check", "/speakers", "/articles", "/about", article, "/speakers/dmitry-peskov"):
        page = read(seeded.get(address).text)
        assert (
            page.tags.count("h1")
            == page.tags.count("main")
            == page.tags.count("footer") - page.tags.count("blockquote")
            == 1
        )
        labelled = {value for tag, name, value in page.attributes if tag == "label" and name == "for"}
        named = {
            value for tag, name, value in page.attributes if name == "id" and tag in ("input", "select", "textarea")
        }
        assert named <= labelled
        described = {value for _, name, value in page.attributes if name in ("aria-labelledby", "aria-describedby")}
        assert described <= set(page.ids)


def test_our_own_files_are_served_and_kept_for_good_by_their_hash(client: TestClient) -> None:
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/").text):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["x-content-type-options"]) == (200, "nosniff")
        assert "immutable" in answer.headers["cache-control"]
    assert client.get("/static/pages.js").headers["cache-control"] == "no-cache"
    assert client.get("/static/../router.py").status_code == client.get("/static/%2e%2e/router.py").status_code == 404
