"""What requests say stays out of the log, of metrics and of errors, whatever goes wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from httpx2 import Response
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from ainoi import AinoiError, AnnotatedArticle, Article
from ainoi_service.guard import keys
from ainoi_service.store.engine import Store
from caught_log import Log
from fake_annotator import POISON, FakeAnnotator
from page_routes import page_routes
from service_app import serving

TEXT, TITLE, QUERY, ID, KEY, HEADER = (f"mark{what}of7e3" for what in ("Text", "Title", "Query", "Id", "Key", "Head"))
FIELD = "ông nói of7e3"
"""Of the name of an unknown field a problem tells what is a plain word; this is none."""
MARK = "of7e3"
"""Stands in everything that a request says."""

ARTICLE = {
    "id": ID,
    "text": f"Ông Dmitry Peskov nói: “Chúng tôi {TEXT} sẵn sàng”.",
    "title": TITLE,
    "url": f"https://bao.example/{TITLE}",
    "outlet": TITLE,
}
PARAGRAPH = f"<p>Ông Dmitry Peskov nói: “Chúng tôi {TEXT} sẵn sàng đối thoại với mọi người”.</p>"
BODIES: list[tuple[str, object]] = [
    ("an article", ARTICLE),
    (
        "a page",
        {"html": f"<html><head><title>{TITLE}</title></head><body><article>{PARAGRAPH * 9}</article></body></html>"},
    ),
    ("a page without text", {"html": f"<p title='{TEXT}'></p>"}),
    ("no text", {**ARTICLE, "text": "  "}),
    ("a null character", {**ARTICLE, "text": f"{TEXT}\0"}),
    ("an article that the model cannot bear", {**ARTICLE, "text": f"{POISON} {TEXT}"}),
    ("an unknown field", {**ARTICLE, FIELD: TEXT}),
    ("wrong types", {"text": [TEXT], "title": {FIELD: TITLE}, "date": TITLE}),
    ("a string", TEXT),
    ("a claim", {"claim": f"Peskov nói rằng {QUERY}", "speaker": QUERY, "from": QUERY}),
    ("a verdict", {"verdict": QUERY}),
    ("a speaker", {"name": QUERY, "kind": "person"}),
    ("a speaker's id", {"id": QUERY}),
    (
        "a corrected file",
        [{"id": 1, "data": {"text": TEXT, "article_id": ID}, "annotations": [{"result": [{FIELD: TEXT}]}]}],
    ),
]
RAW: list[tuple[str, bytes]] = [
    ("broken JSON", f'{{"text": "{TEXT}'.encode()),
    ("no UTF-8", f'{{"text": "{TEXT}'.encode() + b"\xff"),
    ("lines", f'{json.dumps(ARTICLE)}\n{{"text": "{TEXT}\n{{"{FIELD}": "{TEXT}"}}\n'.encode()),
    ("half a surrogate", f'{{"text": "{TEXT}\\ud800", "{FIELD}\\udfff": 1}}'.encode()),
    ("a form", f"text={TEXT}&title={TITLE}&url={TITLE}&q={QUERY}&claim={QUERY}&date={QUERY}&{FIELD}={TEXT}".encode()),
]
TYPES = ("application/json", "application/jsonl", "application/x-www-form-urlencoded", "text/plain")


class Talkative(FakeAnnotator):
    """Its faults quote the article, as those of a real one might."""

    def annotate_batch(
        self, articles: Sequence[Article], *, with_text: bool = False
    ) -> list[AnnotatedArticle | AinoiError]:
        for article in articles:
            if POISON in article.text:
                raise ValueError(article.text, article)
        return super().annotate_batch(articles, with_text=with_text)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(Talkative(), tmp_path_factory.mktemp("store")) as client:
        yield client


def operations(client: TestClient) -> list[tuple[str, str, list[str]]]:
    """Method, path and names of query parameters of every route: the interface's, the pages', and what is no route."""
    found = [
        (method.upper(), path, [each["name"] for each in told.get("parameters", []) if each["in"] == "query"])
        for path, methods in client.get("/openapi.json").json()["paths"].items()
        for method, told in methods.items()
    ]
    for route in page_routes():
        found += [(method, route.path_format, ["q", "speaker", "claim", "from"]) for method in sorted(route.methods)]
    return [*found, ("GET", f"/{ID}", []), ("POST", f"/static/{ID}", []), ("GET", f"/v1/{ID}/{ID}", [])]


def requests(client: TestClient) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every request of the walk, with its name."""
    headers = {
        "user-agent": HEADER,
        "referer": f"http://localhost/{HEADER}",
        "cookie": f"lang={HEADER}",
        "x-request-id": f"{HEADER} !",
        "authorization": f"Bearer ainoi_{KEY}",
        "x-forwarded-for": HEADER,
    }
    for method, path, parameters in operations(client):
        address = {"method": method, "url": path.replace("{id}", quote(ID, safe=""))}
        for accept in ("application/json", "text/html"):
            for params in (
                {name: QUERY for name in [*parameters, FIELD]},
                dict.fromkeys(parameters, QUERY),
                {"q": QUERY},
            ):
                yield (
                    f"{method} {path} {params}",
                    {**address, "params": params, "headers": {**headers, "accept": accept}},
                )
        if method in ("POST", "PUT", "PATCH"):
            sent = [(name, json.dumps(body).encode(), TYPES[0]) for name, body in BODIES]
            sent += [(name, json.dumps(body).encode() + b"\n", TYPES[1]) for name, body in BODIES if "batch" in path]
            sent += [(name, body, type) for name, body in RAW for type in TYPES]
            for name, body, type in sent:
                yield (
                    f"{method} {path} {name}",
                    {**address, "content": body, "headers": {**headers, "content-type": type}},
                )


def assert_silent(name: str, answer: Response) -> None:
    """An error says nothing of its request. A page may link to its own address, and a form that is wrong is shown again
    with what was typed into it; of keys and headers pages say nothing either."""
    if answer.status_code < 400:
        return
    assert not any(MARK in value for value in answer.headers.values()), name
    if not answer.headers["content-type"].startswith("text/html"):
        assert MARK not in answer.text, f"{name}: {answer.status_code} {answer.text[:300]}"
        assert len(answer.content) <= 4096, name
        return
    forbidden = [KEY, HEADER] if answer.status_code < 500 else [KEY, HEADER, TEXT, TITLE]
    assert not any(mark in answer.text for mark in forbidden), f"{name}: {answer.status_code}"


def assert_silent_log(log: Log, count: int) -> None:
    assert MARK not in log.text
    assert MARK not in json.dumps(log.lines, ensure_ascii=False)
    assert len(log.requests) == count


@contextmanager
def broken(monkeypatch: pytest.MonkeyPatch, *names: str) -> Iterator[None]:
    """The store's methods fail as a database does, with the statement and what was put in it."""

    def fails(self: Store, **_: object) -> None:
        raise OperationalError(f"SELECT '{TEXT}'", {"text": TEXT, "title": TITLE}, Exception(f"near {QUERY}"))

    with monkeypatch.context() as patched:
        for name in names:
            patched.setattr(Store, name, fails)
        yield


@pytest.mark.parametrize(
    "failing",
    [
        pytest.param((), id="sound", marks=pytest.mark.slow),
        pytest.param(("write",), id="no writing", marks=pytest.mark.long),
        pytest.param(("read", "write"), id="no store", marks=pytest.mark.long),
    ],
)
def test_no_route_tells_what_it_was_told(
    client: TestClient,
    log: Log,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
    failing: tuple[str, ...],
) -> None:
    walk = list(requests(client))
    log.clear()
    statuses: dict[int, int] = {}
    with broken(monkeypatch, *failing):
        for name, request in walk:
            answer = client.request(**request, follow_redirects=False)
            statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
            assert_silent(name, answer)

    record_property("count", len(walk))
    record_property("statuses", statuses)
    assert_silent_log(log, len(walk))
    assert MARK not in client.get("/metrics").text
    wanted = {400, 404, 415, 422, 500} if not failing else {400, 404, 422, 500}
    assert wanted <= set(statuses), statuses


def test_keys_are_told_nowhere(tmp_path: Path, log: Log, record_property: Callable[[str, object], None]) -> None:
    with serving(FakeAnnotator(), tmp_path) as client:
        secret, stored = keys.make(client.app.state.desk.store, "desk")  # type: ignore[attr-defined]
    tried = [secret, f"ainoi_{KEY}", secret[:-1], f"{secret} ", secret.upper(), stored.id, ""]
    with serving(FakeAnnotator(), tmp_path) as client:
        answers = [
            client.request(method, path, headers={"authorization": f"{scheme} {key}", "accept": accept})
            for key in tried
            for scheme in ("Bearer", "Basic", "Digest")
            for accept in ("application/json", "text/html")
            for method, path in (("GET", "/v1/quotes"), ("POST", "/v1/annotate"), ("GET", "/"))
        ]
        answers += [client.get(f"/{key}", params={"key": key}) for key in tried]
        metrics = client.get("/metrics", headers={"authorization": f"Bearer {secret}"}).text

    record_property("count", len(answers))
    told = [log.text, metrics, *(answer.text for answer in answers), *(str(answer.headers) for answer in answers)]
    for secret_part in (secret, secret.removeprefix("ainoi_"), KEY):
        assert not any(secret_part in text for text in told)
    assert {answer.status_code for answer in answers} == {200, 401, 422}
    assert {line.get("key_id") for line in log.requests} == {None, stored.id}
