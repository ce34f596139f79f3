"""Metrics count what happens, and no request can add a series of its own."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import pytest
from starlette.testclient import TestClient
from starlette.types import Message

from ainoi_service.telemetry import Telemetry
from ainoi_service.workers.events import (
    Admitted,
    BatchDone,
    Dropped,
    PoolEvent,
    Refused,
    Waited,
    WorkerDied,
    WorkerUp,
)
from ainoi_service.workers.state import PoolState
from exposed_metrics import samples, series, value
from fake_annotator import VERSION, FakeAnnotator
from page_routes import page_routes
from service_app import serving

TEXT = "Ông Dmitry Peskov nói: “Chúng tôi sẵn sàng đối thoại”."
PAGE = "<html><body><article>" + f"<p>{TEXT} Ông nói thêm rằng hai bên sẽ gặp lại.</p>" * 8 + "</article></body></html>"
STATE = PoolState(
    ready=True, draining=False, requests=5, waiting=3, waiting_subwords=700, running=2, workers_up=1, workers=2
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serving(FakeAnnotator(), tmp_path_factory.mktemp("store")) as client:
        yield client


def exposed(client: TestClient) -> str:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return answer.text


def told(telemetry: Telemetry) -> str:
    return telemetry.metrics.exposed().decode()


def grown(client: TestClient, name: str, asked: Callable[[], object], **labels: str) -> float:
    """By how much a series grows while ``asked`` runs."""
    before = value(exposed(client), name, **labels) or 0.0
    asked()
    return (value(exposed(client), name, **labels) or 0.0) - before


@pytest.mark.parametrize(
    ("method", "path", "body", "labels"),
    [
        ("GET", "/healthz", None, {"route": "/healthz", "method": "GET", "status": "2xx"}),
        ("POST", "/v1/annotate", {"text": TEXT}, {"route": "/v1/annotate", "method": "POST", "status": "2xx"}),
        ("POST", "/v1/annotate", {}, {"route": "/v1/annotate", "method": "POST", "status": "4xx"}),
        ("GET", "/v1/articles/x", None, {"route": "/v1/articles/{id}", "method": "GET", "status": "4xx"}),
        ("BREW", "/", None, {"route": "/", "method": "other", "status": "4xx"}),
        ("GET", "/wp-login.php", None, {"route": "none", "method": "GET", "status": "4xx"}),
    ],
)
def test_a_request_is_counted_and_timed_by_its_route(
    client: TestClient, method: str, path: str, body: object, labels: dict[str, str]
) -> None:
    def ask() -> None:
        client.request(method, path, json=body)

    assert grown(client, "ainoi_http_requests_total", ask, **labels) == 1
    assert grown(client, "ainoi_http_request_seconds_count", ask, route=labels["route"]) == 1


@pytest.mark.parametrize(
    ("path", "headers", "code"),
    [
        ("/v1/quotes/x", {}, "not_found"),
        ("/v1/quotes?from=never", {}, "bad_query"),
        ("/nowhere", {"accept": "text/html"}, "not_found"),
        ("/articles/none", {"accept": "text/html"}, "not_found"),
    ],
)
def test_a_problem_is_counted_by_its_code_also_if_a_page_tells_it(
    client: TestClient, path: str, headers: dict[str, str], code: str
) -> None:
    def ask() -> None:
        assert client.get(path, headers=headers).status_code >= 400

    assert grown(client, "ainoi_problems_total", ask, code=code) == 1


@pytest.mark.parametrize(
    ("stage", "path", "body"),
    [
        ("html", "/v1/annotate", {"html": PAGE}),
        ("store", "/v1/articles", {"text": f"{TEXT} Hôm nay."}),
        ("search", "/v1/quotes?q=peskov", None),
    ],
)
def test_html_store_and_search_are_timed(client: TestClient, stage: str, path: str, body: object) -> None:
    def ask() -> None:
        answer = client.post(path, json=body) if body else client.get(path)
        assert answer.is_success

    assert grown(client, "ainoi_stage_seconds_count", ask, stage=stage, lane="none") == 1


def test_what_the_model_does_is_counted(client: TestClient) -> None:
    def ask() -> None:
        assert client.post("/v1/annotate", json={"text": TEXT}).is_success

    before = series(exposed(client))
    ask()
    after = series(exposed(client))
    for name, labels, times in (
        ("ainoi_pool_admitted_total", {"lane": "short"}, 1),
        ("ainoi_stage_seconds_count", {"stage": "queue", "lane": "short"}, 1),
        ("ainoi_stage_seconds_count", {"stage": "model", "lane": "short"}, 1),
        ("ainoi_batch_articles_sum", {"lane": "short"}, 1),
        ("ainoi_quotes_total", {"type": "direct"}, 1),
    ):
        key = (name, frozenset(labels.items()))
        assert after[key] - before.get(key, 0) == times, name


def test_the_model_and_its_pool_are_told(client: TestClient) -> None:
    text = exposed(client)
    assert [sample.labels["sha256"] for sample in samples(text) if sample.name == "ainoi_model_info"] == [
        VERSION.sha256
    ]
    assert value(text, "ainoi_pool_ready") == 1
    assert value(text, "ainoi_pool_waiting") == 0
    assert value(text, "ainoi_http_requests_in_flight") == 1
    assert (value(text, "process_resident_memory_bytes") or 0) > 1e6
    assert value(text, "ainoi_children_resident_memory_bytes") is not None


@pytest.mark.slow
def test_no_request_adds_a_series(client: TestClient, record_property: Callable[[str, object], None]) -> None:
    """Paths, methods, parameters, ids and addresses are the client's to choose, a thousand times here."""
    chance = random.Random(5)

    def word(letters: str = "abcdefghijklmnopqrstuvwxyz0123456789%{}<>\"'ạđ\n\u202e") -> str:
        return "".join(chance.choices(letters, k=chance.randint(1, 20)))

    shapes = [
        "/{}",
        "/v1/{}",
        "/v1/articles/{}",
        "/v1/quotes/{}",
        "/static/{}",
        "/v1/articles",
        "/articles/{}",
        "/{}/{}",
    ]
    asked = {(shape, method): (shape.format("a", "b"), method) for shape in shapes for method in ("GET", "BREW")}
    ask_all(client, [*asked.values(), ("/metrics", "GET")])
    before = set(series(exposed(client)))

    paths = sorted({chance.choice(shapes).format(word(), word()) for _ in range(1500)})
    methods = ["GET" if number % 5 else word("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for number in range(1000)]
    requests = list(zip(chance.sample(paths, 1000), methods, strict=True))
    statuses = ask_all(client, requests)
    after = set(series(exposed(client)))

    record_property("count", len(statuses))
    assert len(statuses) == 1000 and len({path for path, _ in requests}) == 1000 and 500 not in statuses
    assert after == before


def ask_all(client: TestClient, requests: Sequence[tuple[str, str]]) -> list[int]:
    """The statuses of requests by path and method, past the client's own checks and its slowness."""

    async def ask(path: str, method: str) -> int:
        statuses: list[int] = []

        async def receive() -> Message:
            return {"type": "http.request"}

        async def send(message: Message) -> None:
            statuses.extend([message["status"]] if "status" in message else [])

        words = path.encode()
        headers = [(b"host", b"localhost"), (b"user-agent", words), (b"x-request-id", words[-64:])]
        fixed = {"type": "http", "http_version": "1.1", "scheme": "http", "server": ("localhost", 80), "root_path": ""}
        scope = {
            **fixed,
            "method": method,
            "path": path,
            "query_string": words,
            "headers": headers,
            "client": ("::1", 1),
        }
        await client.app(scope, receive, send)
        return statuses[0]

    async def all_of_them() -> list[int]:
        return [await ask(*request) for request in requests]

    assert client.portal is not None
    return client.portal.call(all_of_them)


def test_every_label_of_a_route_is_a_template(client: TestClient) -> None:
    ask_all(client, [(path.replace("{id}", "x"), "GET") for path in sorted(_templates(client))] + [("/x", "GET")])

    own = {"/docs", "/docs/oauth2-redirect", "/redoc", "/openapi.json", "/metrics", "/livez", "/readyz"}
    assert {sample.labels["route"] for sample in samples(exposed(client)) if "route" in sample.labels} <= _templates(
        client
    ) | own | {"/static", "none"}


def _templates(client: TestClient) -> set[str]:
    """The templates of the interface and of the pages."""
    return {*client.get("/openapi.json").json()["paths"], *(route.path_format for route in page_routes())}


EVENTS: list[tuple[PoolEvent, dict[tuple[str, str], float]]] = [
    (Admitted("long", 900), {("ainoi_pool_admitted_total", "long"): 1}),
    (Refused("subwords"), {("ainoi_pool_refused_total", "subwords"): 1}),
    (
        Waited("short", 0.5),
        {("ainoi_stage_seconds_sum", "queue short"): 0.5, ("ainoi_stage_seconds_count", "queue short"): 1},
    ),
    (
        BatchDone("short", 3, 1200, 0.5, {"clean": 0.125, "encode": 0.25}),
        {
            ("ainoi_batch_articles_sum", "short"): 3,
            ("ainoi_batch_subwords_sum", "short"): 1200,
            ("ainoi_stage_seconds_sum", "model short"): 0.5,
            ("ainoi_stage_seconds_sum", "clean short"): 0.125,
            ("ainoi_stage_seconds_sum", "encode short"): 0.25,
        },
    ),
    (Dropped("client_gone"), {("ainoi_pool_dropped_total", "client_gone"): 1}),
    (WorkerUp("short", 3.0), {("ainoi_worker_starts_total", "short"): 1}),
    (WorkerDied("long", "late"), {("ainoi_worker_deaths_total", "late"): 1}),
]


@pytest.mark.parametrize(("event", "counted"), EVENTS, ids=[type(event).__name__ for event, _ in EVENTS])
def test_an_event_of_the_pool_is_counted(event: PoolEvent, counted: dict[tuple[str, str], float]) -> None:
    telemetry = Telemetry()
    telemetry.on_event(event)

    found = {
        (sample.name, " ".join(sample.labels[name] for name in ("stage", "lane", "reason") if name in sample.labels)): (
            sample.value
        )
        for sample in samples(told(telemetry))
        if not sample.name.endswith("_bucket") and sample.value and sample.name.startswith("ainoi_")
    }
    found.pop(("ainoi_children_resident_memory_bytes", ""), None)
    assert counted.items() <= found.items()
    assert {name.rsplit("_", 1)[0] for name, _ in found} == {name.rsplit("_", 1)[0] for name, _ in counted}


def test_every_word_that_an_event_may_use_is_there_from_the_start() -> None:
    fresh = {sample.name: sample.value for sample in samples(told(Telemetry())) if sample.labels}
    assert fresh == {
        "ainoi_pool_admitted_total": 0,
        "ainoi_pool_refused_total": 0,
        "ainoi_pool_dropped_total": 0,
        "ainoi_worker_starts_total": 0,
        "ainoi_worker_deaths_total": 0,
        "ainoi_quotes_total": 0,
    }


def test_the_pools_state_is_that_of_the_last_look() -> None:
    telemetry = Telemetry()
    telemetry.watch(VERSION, lambda: STATE)
    assert value(told(telemetry), "ainoi_pool_waiting") is None

    telemetry.look()

    text = told(telemetry)
    names = ("ready", "draining", "requests", "waiting", "waiting_subwords", "running", "workers_up", "workers")
    assert [value(text, f"ainoi_pool_{name}") for name in names] == [1, 0, 5, 3, 700, 2, 1, 2]


def test_an_application_that_starts_again_watches_its_new_pool() -> None:
    telemetry = Telemetry()
    for waiting in (1, 2):
        telemetry.watch(VERSION, partial(replace, STATE, waiting=waiting))
        telemetry.look()
        assert value(told(telemetry), "ainoi_pool_waiting") == waiting


def test_two_applications_share_nothing() -> None:
    first, second = Telemetry(), Telemetry()
    first.on_event(Refused("requests"))
    assert value(told(first), "ainoi_pool_refused_total", reason="requests") == 1
    assert value(told(second), "ainoi_pool_refused_total", reason="requests") == 0
