"""Whatever an article, a speaker, a reader or a link says, it stays text on every page."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote as quoted

import pytest
from starlette.testclient import TestClient

from ainoi_service.pages.rendering import CONTENT_SECURITY_POLICY
from hostile_pages import hostile_app, id_of
from page_reading import faults, read
from xss_payloads import PAYLOADS


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, dict[str, str]]]:
    """A client of a store that holds an article for each payload, and their ids."""
    app, desk, ids = hostile_app(tmp_path_factory.mktemp("hostile"))
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client, ids
    desk.close()


def test_there_are_enough_payloads() -> None:
    assert len(set(PAYLOADS)) >= 60


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_page_lets_a_payload_out_of_its_text(stored: tuple[TestClient, dict[str, str]], payload: str) -> None:
    client, ids = stored
    id, asked = ids[payload], quoted(payload, safe="")
    article = client.get(f"/articles/{id}")
    assert article.status_code == 200
    assert payload.replace("\r\n", "\n") in read(article.text).text.replace("\r\n", "\n")
    pages = {
        f"/quotes/{id}1": 200,
        f"/quotes/{id}2": 200,
        f"/speakers/{quoted(id_of(payload), safe='')}": 200,
        f"/speakers?q={asked}": 200,
        f"/lookup?q={asked}": 200,
        f"/lookup?speaker={asked}&outlet={asked}": 200,
        f"/lookup?q=a&from={asked}": 422,
        f"/lookup?q=a&type={asked}": 422,
        f"/lookup?q=a&sort={asked}": 422,
        f"/lookup?q=a&minConfidence={asked}": 422,
        f"/lookup?q=a&pageToken={asked}": 200,
        f"/lookup?lang={asked}&theme={asked}&{asked}={asked}": 200,
        f"/check?claim={asked}": 200,
        f"/check?claim=a&speaker={asked}": 200,
        f"/check?claim=a&from={asked}": 422,
        f"/articles?before={asked}": 200,
        f"/articles/{asked}": 404,
        f"/quotes/{asked}": 404,
    }
    answers = {page: client.get(page) for page in pages}
    assert {page: answer.status_code for page, answer in answers.items()} == pages
    answers |= {
        "/ (kept)": client.post("/", data={"text": "\x00", "title": payload, "url": payload, "outlet": payload}),
        "/ (not kept)": client.post(
            "/", data={"text": f"{payload}.", "title": payload, "url": payload, "store": "no", "as": "text"}
        ),
        "article": article,
    }
    assert {page: faults(answer.text) for page, answer in answers.items() if faults(answer.text)} == {}
    kinds = {
        (answer.headers["content-type"], answer.headers.get("content-security-policy")) for answer in answers.values()
    }
    # What no route takes is the application's to answer, which it does with a problem document.
    assert kinds - {("application/problem+json", None)} == {("text/html; charset=utf-8", CONTENT_SECURITY_POLICY)}


def test_nothing_but_our_own_files_is_ever_run_or_loaded() -> None:
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'self';") and "unsafe" not in CONTENT_SECURITY_POLICY


def test_lists_of_hostile_articles_and_speakers_are_pages_all_the_same(
    stored: tuple[TestClient, dict[str, str]],
) -> None:
    client, _ = stored
    for page in ("/", "/lookup", "/articles", "/speakers", "/about"):
        answer = client.get(page, headers={"cookie": 'notice=<script>; lang=<b>; theme="><b>'})
        assert (page, answer.status_code, faults(answer.text)) == (page, 200, [])
