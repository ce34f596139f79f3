"""T34: nothing of the application answers without a key, whatever the method, but for the two probes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator

import pytest
from httpx2 import ASGITransport, AsyncClient, Response
from starlette.routing import BaseRoute, Mount

from ainoi_service.guard.layer import ALWAYS_OPEN
from ainoi_service.limits import Limits
from error_shape import assert_problem
from guarded_app import Guarded, basic, bearer, guarded

Record = Callable[[str, object], None]

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
ELSEWHERE = (
    *(
        "/no/such/page",
        "/v1/none",
        "/livez/",
        "//livez",
        "/LIVEZ",
        "/livez/x",
        "/livez;x",
        "/livez%00",
        "/livez/../docs",
    ),
    *("/%6civez/", "/readyz/", "/readyz.", "/static/", "/static/../app.py", "/favicon.ico"),
)
"""Addresses that there are not, and some that look like the probes'."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with guarded(tmp_path_factory.mktemp("store"), Limits(requests_per_minute=100_000)) as site:
        yield site


def walked(routes: Iterable[BaseRoute]) -> Iterator[str]:
    """An address for every route of the application, whatever way it got in."""
    for route in routes:
        inner = getattr(route, "original_router", None)  # how FastAPI keeps what was included
        if inner is not None:
            yield from walked(inner.routes)
        elif isinstance(route, Mount):
            yield f"{route.path}/layout.css"
        else:
            yield re.sub(r"\{[^}]*\}", "x", route.path)  # type: ignore[attr-defined]


def addresses(site: Guarded) -> list[str]:
    return sorted({*walked(site.app.routes)})


def credentials(site: Guarded) -> dict[str, dict[str, str]]:
    """All the ways to have no key."""
    nearly = site.key[:-1] + ("A" if site.key[-1] != "A" else "B")
    return {
        "none": {},
        "empty": {"authorization": ""},
        "a wrong key": bearer("ainoi_" + "x" * 43),
        "nearly the key": bearer(nearly),
        "more than the key": bearer(site.key + "A"),
        "the key without its prefix": bearer(site.key.removeprefix("ainoi_")),
        "its hash": bearer(site.stored.sha256),
        "its id": bearer(site.stored.id),
        "a revoked key": bearer(site.revoked),
        "a revoked key of a browser": basic(site.revoked),
        "the key as user": basic("", site.key),
        "the key in another header": {"x-api-key": site.key},
        "the key in a cookie": {"cookie": f"key={site.key}"},
        "the key by another scheme": {"authorization": f"Token {site.key}"},
    }


async def answers(site: Guarded, asked: Iterable[tuple[str, str, str]]) -> list[Response]:
    """What the application says to each, asked without a client's thread in between: there are many."""
    given = credentials(site)
    async with AsyncClient(transport=ASGITransport(app=site.app), base_url="http://testserver") as client:
        return [await client.request(method, path, headers=given[name]) for name, method, path in asked]


def test_the_walk_finds_what_the_application_has(site: Guarded) -> None:
    found = set(addresses(site))
    described = {re.sub(r"\{[^}]*\}", "x", path) for path in site.app.openapi()["paths"]}
    assert described < found
    assert {"/", "/lookup", "/about", "/docs", "/openapi.json", "/metrics", "/static/layout.css"} < found
    assert found > ALWAYS_OPEN


@pytest.mark.slow
def test_without_a_key_nothing_answers_but_the_probes(site: Guarded, record_property: Record) -> None:
    guarded_ones = [path for path in (*addresses(site), *ELSEWHERE) if path not in ALWAYS_OPEN]
    # Every address and method without a key, and every other way to have none at each address once.
    asked = [
        (name, method, path)
        for name in credentials(site)
        for path in guarded_ones
        for method in (METHODS if name in ("none", "a wrong key", "a revoked key") else ("GET",))
    ]
    for (name, method, path), answer in zip(asked, asyncio.run(answers(site, asked)), strict=True):
        assert answer.status_code == 401, f"{method} {path} with {name}: {answer.status_code}"
        challenges = [value.partition(" ")[0] for value in answer.headers.get_list("www-authenticate")]
        assert challenges == ["Basic", "Bearer"]
        if method != "HEAD":
            assert_problem(answer, 401, "unauthorized")
    assert len(asked) >= 3 * len(METHODS) * len(guarded_ones)
    record_property("count", len(asked))


def test_with_the_key_nothing_is_refused(site: Guarded) -> None:
    for path in (*addresses(site), *ELSEWHERE):
        answer = site.client.get(path, headers=bearer(site.key))
        assert answer.status_code not in (401, 403), path


@pytest.mark.parametrize("path", sorted(ALWAYS_OPEN))
def test_the_probes_need_no_key_and_mind_none(site: Guarded, path: str) -> None:
    for headers in credentials(site).values():
        assert site.client.get(path, headers=headers).status_code == 200
    assert_problem(site.client.post(path), 405, "method_not_allowed")


def test_a_wrong_key_in_the_address_does_not_come_back(site: Guarded) -> None:
    answer = site.client.get(f"/v1/quotes?key={site.key}")
    assert_problem(answer, 401, "unauthorized")
    assert site.key not in answer.text
