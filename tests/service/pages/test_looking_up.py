"""Looking quotes, speakers and claims up on the pages."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from page_reading import faults, read


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
