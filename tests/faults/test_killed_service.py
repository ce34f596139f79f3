"""The service is killed while it takes articles in: what it acknowledged is there when it starts again, once each."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterable
from pathlib import Path

import httpx2
import pytest

from ainoi_service.store.engine import sqlite_url
from faults.service_process import ServiceProcess, service
from faults.stored_once import article, assert_sound, assert_stored_once

BY_BATCH = 5
"""One of so many goes in a batch."""
CLIENTS = 4
JSON_LINES = {"content-type": "application/jsonl"}


class Sending:
    """Articles on their way to a service, by several clients; ``acknowledged`` has the ids of those it took."""

    def __init__(self, process: ServiceProcess, numbers: Iterable[int]) -> None:
        self.acknowledged: dict[int, str] = {}
        self._process = process
        numbers = list(numbers)
        batched = numbers[::BY_BATCH]
        alone = [number for number in numbers if number not in batched]
        self._threads = [threading.Thread(target=self._one_by_one, args=(alone[at::CLIENTS],)) for at in range(CLIENTS)]
        self._threads.append(threading.Thread(target=self._as_batch, args=(batched,)))
        self._more = threading.Condition()

    def kill_after(self, count: int) -> None:
        """Send, and kill the service as soon as it has taken ``count`` articles."""
        for thread in self._threads:
            thread.start()
        with self._more:
            assert self._more.wait_for(lambda: len(self.acknowledged) >= count, timeout=300)
        self._process.kill()
        for thread in self._threads:
            thread.join()

    def _note(self, number: int, id: str) -> None:
        with self._more:
            self.acknowledged[number] = id
            self._more.notify_all()

    def _one_by_one(self, numbers: list[int]) -> None:
        try:
            for number in numbers:
                answer = self._process.client.post("/v1/articles", json=article(number))
                assert answer.status_code == 201, answer.text
                self._note(number, answer.json()["id"])
        except httpx2.TransportError:
            return  # it was killed

    def _as_batch(self, numbers: list[int]) -> None:
        body = "\n".join(json.dumps(article(number)) for number in numbers)
        try:
            with self._process.client.stream(
                "POST", "/v1/articles:batch", content=body.encode(), headers=JSON_LINES
            ) as answer:
                for line in answer.iter_lines():
                    result = json.loads(line)
                    assert result["status"] == 201, line
                    self._note(numbers[result["line"] - 1], result["id"])
        except httpx2.TransportError:
            return


@pytest.mark.parametrize(
    ("kills", "ingests"),
    [pytest.param(1, 40, marks=pytest.mark.slow), pytest.param(12, 200, marks=pytest.mark.long)],
)
def test_what_a_killed_service_acknowledged_is_there_once(
    tmp_path: Path, record_property: pytest.RecordProperty, kills: int, ingests: int
) -> None:
    url, log, chance = sqlite_url(tmp_path), tmp_path / "log", random.Random(kills)
    acknowledged: dict[int, str] = {}
    sent: list[int] = []
    for kill in range(kills):
        numbers = range(ingests * kill, ingests * (kill + 1))
        with service(url, tmp_path, log) as process:
            assert_stored_once(process.client, acknowledged, sent)
            sending = Sending(process, numbers)
            sending.kill_after(chance.randrange(5, ingests - 20))
        sent.extend(numbers)
        acknowledged |= sending.acknowledged
        assert len(acknowledged) < len(sent)
    with service(url, tmp_path, log) as process:
        assert_stored_once(process.client, acknowledged, sent)
        for number in sent:
            answer = process.client.post("/v1/articles", json=article(number))
            assert answer.status_code in (200, 201)
            assert acknowledged.setdefault(number, answer.json()["id"]) == answer.json()["id"]
        assert assert_stored_once(process.client, acknowledged, sent) == ingests * kills
        process.end()
    assert_sound(tmp_path / "ainoi.sqlite3")
    record_property("count", kills)
