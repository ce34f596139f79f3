"""PostgreSQL is restarted under load: requests fail cleanly, the service goes on by itself, and nothing that it had
acknowledged is lost."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

import postgres
from error_shape import assert_problem
from faults.service_process import ServiceProcess, service
from faults.stored_once import article, assert_stored_once

CLIENTS = 8
READS = ("/v1/articles", "/v1/quotes?q=thuong", "/v1/speakers", "/v1/quotes?speaker=Peskov")


@pytest.fixture(scope="module")
def cluster() -> Iterator[postgres.Cluster]:
    with postgres.own_cluster() as cluster:
        if cluster is None:
            pytest.skip("needs PostgreSQL's binaries")
        yield cluster


class Load:
    """Clients who read and write for as long as the block lasts, half of each."""

    def __init__(self, process: ServiceProcess) -> None:
        self.acknowledged: dict[int, str] = {}
        self.sent: list[int] = []
        self.answers: Counter[tuple[int, str]] = Counter()
        self.faults: list[BaseException] = []
        self._client = process.client
        self._numbers = itertools.count()
        self._ended = threading.Event()
        self._more = threading.Condition()
        self._threads = [threading.Thread(target=self._run, args=(at % 2 == 0,)) for at in range(CLIENTS)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def wait_for_successes(self, count: int) -> None:
        """Until each kind of request has been answered well so many times more."""
        with self._more:
            wanted = {key: self.answers[key] + count for key in ((200, "read"), (201, "write"))}
            arrived = self._more.wait_for(
                lambda: self.faults or all(self.answers[key] >= least for key, least in wanted.items()), timeout=300
            )
        assert arrived, self.answers

    def _run(self, writes: bool) -> None:
        try:
            while not self._ended.is_set():
                self._write() if writes else self._read()
        except BaseException as fault:
            self.faults.append(fault)
            with self._more:
                self._more.notify_all()

    def _write(self) -> None:
        number = next(self._numbers)
        self.sent.append(number)
        answer = self._client.post("/v1/articles", json=article(number))
        if answer.status_code == 201:
            self.acknowledged[number] = answer.json()["id"]
        self._note(answer, "write", 201)

    def _read(self) -> None:
        for path in READS:
            self._note(self._client.get(path), "read", 200)

    def _note(self, answer: httpx2.Response, kind: str, good: int) -> None:
        if answer.status_code != good:
            assert_problem(answer, 503, "store_unreachable")
            assert int(answer.headers["retry-after"]) >= 1
        with self._more:
            self.answers[answer.status_code, kind] += 1
            self._more.notify_all()


@pytest.mark.parametrize(
    "modes",
    [
        pytest.param(("fast", "immediate"), marks=pytest.mark.long, id="twice"),
        pytest.param(("fast", "immediate") * 5, marks=pytest.mark.long, id="ten-times"),
    ],
)
def test_requests_fail_cleanly_and_the_service_recovers_without_a_restart(
    cluster: postgres.Cluster, tmp_path: Path, record_property: pytest.RecordProperty, modes: tuple[str, ...]
) -> None:
    with postgres.database_on(cluster.url) as url, service(url, tmp_path, tmp_path / "log") as process:
        with Load(process) as load:
            for mode in modes:
                load.wait_for_successes(10)
                cluster.restart(mode)
            load.wait_for_successes(10)
        assert load.faults == []
        assert process.running
        assert load.answers[503, "read"] + load.answers[503, "write"] > 0
        there = assert_stored_once(process.client, load.acknowledged, load.sent)
        assert there >= len(load.acknowledged)
        for number in load.sent:
            assert process.client.post("/v1/articles", json=article(number)).status_code in (200, 201)
        assert assert_stored_once(process.client, load.acknowledged, load.sent) == len(load.sent)
    record_property("count", len(modes))


@pytest.mark.slow
def test_while_the_database_is_away_the_service_says_so_and_lives(cluster: postgres.Cluster, tmp_path: Path) -> None:
    with postgres.database_on(cluster.url) as url, service(url, tmp_path, tmp_path / "log") as process:
        assert process.client.post("/v1/articles", json=article(1)).status_code == 201
        cluster.stop()
        try:
            for _ in range(3):
                for answer in (
                    process.client.post("/v1/articles", json=article(2)),
                    *(process.client.get(path) for path in READS),
                ):
                    assert_problem(answer, 503, "store_unreachable")
                    assert answer.headers["retry-after"] == "10"
            assert process.client.get("/lookup").status_code == 503
            assert process.client.get("/healthz").status_code == 200
        finally:
            cluster.start()
        assert process.client.post("/v1/articles", json=article(2)).status_code == 201
        assert process.client.get("/v1/quotes").json()["total"] == 2
