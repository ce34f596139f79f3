"""POST, GET and DELETE /v1/articles."""

from __future__ import annotations

from pathlib import Path

from starlette.testclient import TestClient

from error_shape import assert_problem
from fake_annotator import POISON, VERSION, FakeAnnotator
from html_pages import NEWS_PAGE
from service_articles import TALKS, WINTER, put, texts


def test_a_new_article_is_stored_and_found_where_location_says(client: TestClient) -> None:
    response = client.post("/v1/articles", json=TALKS)
    assert response.status_code == 201
    answer = response.json()
    assert response.headers["location"] == f"/v1/articles/{answer['id']}"
    assert client.get(response.headers["location"]).json() == answer
    ref = {name: TALKS[name] for name in ("title", "date", "url", "outlet")}
    ref |= {"id": answer["id"], "version": 1, "current": True}
    assert {name: answer[name] for name in ref} == ref
    assert (answer["text"], answer["model"], answer["versions"]) == (None, VERSION.model_dump(), [ref])
    assert [(quote["text"], quote["article"], quote["checked"]) for quote in answer["quotes"]] == [
        ("Nga sẵn sàng thương lượng với Ukraine", ref, None),
        ("Cuộc gặp chưa được ấn định", ref, None),
    ]


def test_a_known_article_is_not_read_again(client: TestClient, annotator: FakeAnnotator) -> None:
    first = client.post("/v1/articles", json=TALKS)
    again = client.post("/v1/articles", json=TALKS)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]
    assert annotator.batches == [1]


def test_offsets_count_in_the_text_that_is_given_on_request(client: TestClient) -> None:
    for answer in (
        client.post("/v1/articles", params={"withText": "true"}, json=TALKS).json(),
        client.get(f"/v1/articles/{put(client, TALKS)['id']}", params={"withText": "true"}).json(),
    ):
        assert answer["text"] == TALKS["text"]
        for quote in answer["quotes"]:
            [span] = quote["spans"]
            assert answer["text"][span["start"] : span["end"]] == quote["text"]


def test_a_page_is_stored_with_what_it_says_of_itself(client: TestClient) -> None:
    answer = put(client, {"html": NEWS_PAGE, "url": "https://x.vn/1"})
    assert (answer["title"], answer["date"]) == ("Điện Kremlin nêu lập trường", "2024-11-12")
    assert len(answer["quotes"]) == 8


def test_new_text_at_an_address_is_a_new_version_and_look_ups_show_that_one_only(client: TestClient) -> None:
    old = put(client, TALKS)
    new = put(client, TALKS | {"text": "Ông Peskov nói: “Nga chưa sẵn sàng thương lượng”."})
    assert (old["id"] != new["id"], new["version"], new["current"]) == (True, 2, True)
    then = client.get(f"/v1/articles/{old['id']}").json()
    assert (then["version"], then["current"]) == (1, False)
    versions = [(new["id"], 2, True), (old["id"], 1, False)]
    for answer in (new, then):
        assert [(each["id"], each["version"], each["current"]) for each in answer["versions"]] == versions
    assert texts(client.get("/v1/quotes", params={"q": "thương lượng"})) == ["Nga chưa sẵn sàng thương lượng"]


def test_the_same_text_at_two_addresses_is_two_articles(client: TestClient) -> None:
    ids = {put(client, WINTER)["id"], put(client, WINTER | {"url": "https://tin.example/winter"})["id"]}
    assert len(ids) == 2


def test_a_take_down_leaves_nothing_behind(client: TestClient, tmp_path: Path) -> None:
    gone, stays = put(client, TALKS), put(client, WINTER)
    quote = gone["quotes"][0]
    assert texts(client.get("/v1/quotes", params={"q": "thuong luong"})) == [quote["text"]]
    response = client.delete(f"/v1/articles/{gone['id']}")
    assert response.status_code == 200
    assert response.json() == {"articles": 1, "quotes": 2, "scrubbed": True}
    assert_problem(client.get(f"/v1/articles/{gone['id']}"), 404, "not_found")
    assert_problem(client.get(f"/v1/quotes/{quote['id']}"), 404, "not_found")
    assert_problem(client.delete(f"/v1/articles/{gone['id']}"), 404, "not_found")
    answer = client.get("/v1/quotes", params={"q": "thuong luong"}).json()
    assert (answer["quotes"], answer["total"], answer["facets"]["month"]) == ([], 0, [])
    assert client.post("/v1/checks", json={"claim": quote["text"]}).json()["answer"] == "not_found"
    assert "thương lượng" not in client.get("/v1/quotes", params={"format": "doccano"}).text
    assert [each["id"] for each in client.get("/v1/articles").json()["articles"]] == [stays["id"]]
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert "Mùa đông".encode() in left
    assert "thương lượng".encode() not in left
    assert b"thuong luong" not in left


def test_a_take_down_takes_one_version_or_all(client: TestClient) -> None:
    old = put(client, TALKS)
    new = put(client, TALKS | {"text": "Ông Peskov nói: “Nga chưa sẵn sàng”."})
    client.delete(f"/v1/articles/{new['id']}")
    assert client.get(f"/v1/articles/{old['id']}").json()["current"] is True
    put(client, TALKS | {"text": "Ông Peskov nói: “Nga chưa sẵn sàng”."})
    done = client.delete(f"/v1/articles/{old['id']}", params={"allVersions": "true"}).json()
    assert (done["articles"], done["quotes"]) == (2, 3)
    assert client.get("/v1/articles").json() == {"articles": [], "next_page_token": None}


def test_the_list_goes_on_where_it_ended_whatever_happens_meanwhile(client: TestClient) -> None:
    ids = [put(client, {"text": f"Ông nói “lời số {number}”."})["id"] for number in range(5)]
    first = client.get("/v1/articles", params={"pageSize": 2}).json()
    put(client, {"text": "Ông nói “lời mới”."})
    client.delete(f"/v1/articles/{ids[3]}")
    second = client.get("/v1/articles", params={"pageSize": 2, "pageToken": first["next_page_token"]}).json()
    third = client.get("/v1/articles", params={"pageSize": 2, "pageToken": second["next_page_token"]}).json()
    listed = [[article["id"] for article in page["articles"]] for page in (first, second, third)]
    assert listed == [[ids[4], ids[3]], [ids[2], ids[1]], [ids[0]]]
    assert third["next_page_token"] is None


def test_what_cannot_be_annotated_is_not_stored(client: TestClient) -> None:
    assert_problem(client.post("/v1/articles", json={"text": " "}), 422, "empty")
    assert_problem(client.post("/v1/articles", json={"text": POISON}), 500, "internal")
    assert_problem(client.post("/v1/articles", json={"text": "một\x00hai"}), 422, "bad_characters")
    assert client.get("/v1/articles").json()["articles"] == []
