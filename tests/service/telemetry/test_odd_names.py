"""Names that would begin a new line, colour a terminal or turn the writing round: the log keeps one line a request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from caught_log import Log
from fake_annotator import POISON, FakeAnnotator
from service_app import serving

ODD = {
    "newline": "\n",
    "carriage return": "\r",
    "both": "\r\n",
    "vertical tab": "\v",
    "form feed": "\f",
    "separators": "\x1c\x1d\x1e",
    "next line": "\x85",
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
    "colour": "\x1b[31m",
    "clear screen": "\x1b[2J\x1b[H",
    "title of the window": "\x1b]0;owned\x07",
    "C1 control": "\x9b31m",
    "backspaces": "\b" * 30,
    "right to left": "\u202e",
    "isolate": "\u2066",
    "zero width": "\u200b",
    "null": "\0",
    "a line of the log": '"}\n{"time": "2026", "level": "error", "event": "forged"}',
    "format": "%s%d%(levelname)s{0}",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(FakeAnnotator(), tmp_path_factory.mktemp("store")) as client:
        yield client


def requests(name: str) -> list[dict[str, Any]]:
    """The places of a request that a name may stand in."""
    text = f"Ông {name} nói: “Chúng tôi sẵn sàng”."
    word, header = quote(name, safe=""), {"X-Request-ID": name.encode(), "User-Agent": name.encode()}
    articles: list[dict[str, str]] = [
        {"text": text},
        {"text": text, "title": name, "outlet": name, "url": f"https://bao.example/{name}"},
        {"text": text, "id": name},
        {"text": text, "date": name},
        {"text": f"{POISON} {name}"},
        {"text": text, name: name},
        {"html": f"<title>{name}</title><p>{name}</p>"},
    ]
    return [
        *({"method": "POST", "url": "/v1/articles", "json": article} for article in articles),
        {"method": "PUT", "url": f"/v1/quotes/{word}/speaker", "json": {"name": name, "kind": "person"}},
        {"method": "POST", "url": "/v1/checks", "json": {"claim": name, "speaker": name}},
        {"method": "GET", "url": "/v1/quotes", "params": {"q": name, "speaker": name, "outlet": name}},
        {"method": "GET", "url": "/v1/quotes", "params": {name: name}},
        {"method": "GET", "url": "/quotes", "params": {"q": name}, "headers": {"accept": "text/html"}},
        {"method": "GET", "url": f"/v1/articles/{word}"},
        {"method": "GET", "url": f"/{word}"},
        {"method": "GET", "url": f"/static/{word}"},
        {"method": "GET", "url": "/healthz", "headers": header},
    ]


@pytest.mark.slow
def test_the_log_stays_one_line_a_request(
    client: TestClient, log: Log, record_property: Callable[[str, object], None]
) -> None:
    ids = []
    for odd in ODD.values():
        for request in requests(f"Peskov{odd}Peskov"):
            answer = client.request(**request, follow_redirects=False)
            ids += answer.headers.get_list("x-request-id")

    record_property("count", len(ids))
    assert len(ids) == 16 * len(ODD)
    assert [line["request_id"] for line in log.requests] == ids
    assert len(log.text.splitlines()) == len(log.lines)  # which knows every line end that Unicode has
    assert all(line.isascii() and line.isprintable() for line in log.text.splitlines())
    assert not any("forged" in str(line) or "Peskov" in str(line) for line in log.lines)
