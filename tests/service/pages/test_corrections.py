"""What a reader says of a quote is kept, told once, and taken back; only our own pages may say it."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from ainoi_service.store import articles, quotes
from page_reading import faults, read
from pages_app import FakeDesk
from pasted import TEXT, follow


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
