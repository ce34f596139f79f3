"""The ways to the store: its modules called as the interface calls them, and the interface itself on the loopback."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any, Literal, cast
from urllib.parse import urlencode

import uvicorn

from ainoi import Annotator
from ainoi_service import create_app
from ainoi_service.search.lookup import Lookup
from ainoi_service.search.query import QuoteQuery
from ainoi_service.similar.checks import check
from ainoi_service.similar.neighbours import Neighbours
from ainoi_service.store.engine import Store
from benchmarking.stores.questions import Question

STARTS_WITHIN = 600.0


def query_of(values: dict[str, str]) -> QuoteQuery:
    """The look-up that the interface would make of these parameters."""
    sort = cast(Literal["relevance", "newest"], values.get("sort", "relevance"))
    return QuoteQuery(
        q=values.get("q"), speaker=values.get("speaker"), from_=values.get("from"), to=values.get("to"), sort=sort
    )


class Modules:
    """Asks the modules: a search with its facets and a check, and the records that the interface would print."""

    def __init__(self, lookup: Lookup, neighbours: Neighbours) -> None:
        self._lookup, self._neighbours = lookup, neighbours

    def look_up(self, question: Question) -> int:
        """How many quotes there are."""
        page = self._lookup.search(query_of(question.values))
        json.dumps([hit.quote.record() for hit in page.hits], ensure_ascii=False)
        return page.total

    def check(self, question: Question) -> str:
        """The answer."""
        asked = query_of({name: value for name, value in question.values.items() if name != "claim"})
        found = check(self._neighbours, question.values["claim"], asked.speaker, asked.first, asked.last)
        json.dumps([evidence.quote.record() for evidence in found.evidence], ensure_ascii=False)
        return found.answer


class Interface:
    """Asks the interface over one connection that stays open."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def look_up(self, question: Question) -> bytes:
        """The answer as it comes. Raises RuntimeError for one that is an error."""
        return self._answer("GET", f"/v1/quotes?{urlencode(question.values)}")

    def check(self, question: Question) -> bytes:
        """Likewise."""
        return self._answer("POST", "/v1/checks", json.dumps(question.values))

    def _answer(self, method: str, path: str, body: str | None = None) -> bytes:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        text = response.read()
        if response.status != 200:
            raise RuntimeError(f"{method} {path} was answered {response.status}: {text.decode()[:500]}")
        return text


@contextmanager
def served(annotator: Annotator, store: Store) -> Iterator[Interface]:
    """The application in a thread of this process. Raises RuntimeError if it does not start."""
    start = time.perf_counter()
    app: Any = create_app(annotator, store=store)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive() or time.perf_counter() - start > STARTS_WITHIN:
            raise RuntimeError("the application did not start")
        time.sleep(0.01)
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Interface(port)
    finally:
        server.should_exit = True
        thread.join()
