"""Every page is a sound page, in a store that is empty or filled, and its parts hang together."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from ainoi_service.pages.rendering import HEADERS
from ainoi_service.store import articles
from page_reading import faults, read
from pages_app import FakeDesk
from pasted import follow


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
