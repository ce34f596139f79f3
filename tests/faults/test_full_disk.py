"""A disk without room: what cannot be kept is refused as such, reading goes on, and with room comes writing."""

from __future__ import annotations

import shutil
from pathlib import Path

import httpx2
import pytest

from ainoi_service.store.engine import sqlite_url
from error_shape import assert_problem
from faults.service_process import ServiceProcess, service
from faults.small_disk import Disk, small_disk
from faults.stored_once import article, assert_sound, assert_stored_once, stored

KIBIBYTES = 6_000
ROUNDS = 3
READS = ("/v1/articles", "/v1/quotes?q=thuong", "/v1/speakers", "/lookup?q=thuong", "/healthz")


def large(number: int) -> dict[str, str]:
    """An article that takes a good part of the disk."""
    one = article(number)
    return one | {"text": one["text"] + f" Không có gì mới trong bài {number}." * 2_000}


def put_until_refused(client: httpx2.Client, acknowledged: dict[int, str]) -> httpx2.Response:
    """Store large articles until one is refused; that answer."""
    for number in range(len(acknowledged), 1_000):
        answer = client.post("/v1/articles", json=large(number))
        if answer.status_code != 201:
            return answer
        acknowledged[number] = answer.json()["id"]
    raise AssertionError("the disk is never full")


def assert_sound_copy(disk: Disk, folder: Path) -> None:
    """The store on the disk is whole."""
    shutil.copytree(disk.outside, folder)
    assert_sound(folder / "ainoi.sqlite3")


@pytest.mark.slow
def test_a_full_disk_refuses_writes_serves_reads_and_recovers_without_a_restart(
    tmp_path: Path, record_property: pytest.RecordProperty
) -> None:
    (tmp_path / "disk").mkdir()
    acknowledged: dict[int, str] = {}
    refused = 0
    with small_disk(tmp_path / "disk", KIBIBYTES) as disk:
        with service(sqlite_url(disk.inside), disk.inside, tmp_path / "log", disk.enter) as process:
            client = process.client
            for _ in range(ROUNDS):
                disk.fill(leave=800_000)
                answer = put_until_refused(client, acknowledged)
                assert_problem(answer, 507, "store_full")
                refused += 1
                disk.fill()
                assert_problem(client.post("/v1/articles", json=large(999)), 507, "store_full")
                refused += 1
                for path in READS:
                    assert client.get(path).status_code == 200, path
                assert_stored_once(client, acknowledged, range(1_000))
                disk.make_room()
                number = len(acknowledged)
                answer = client.post("/v1/articles", json=large(number))
                assert answer.status_code == 201, answer.text
                acknowledged[number] = answer.json()["id"]
            assert_stored_once(client, acknowledged, range(1_000))
            assert process.running
            process.end()
        assert_sound_copy(disk, tmp_path / "copy")
    record_property("count", refused)


@pytest.mark.long
def test_a_service_killed_on_a_full_disk_says_so_at_its_start_or_serves_what_it_has(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    acknowledged: dict[int, str] = {}
    with small_disk(tmp_path / "disk", KIBIBYTES) as disk:
        url, log = sqlite_url(disk.inside), tmp_path / "log"
        with service(url, disk.inside, log, disk.enter) as process:
            disk.fill(leave=800_000)
            put_until_refused(process.client, acknowledged)
            disk.fill()
            process.kill()
        again = ServiceProcess(url, disk.inside, log, disk.enter)
        try:
            if again.comes_up():
                assert_stored_once(again.client, acknowledged, range(1_000))
            else:
                assert again.wait() != 0
                assert "the store's disk is full" in log.read_text()
        finally:
            again.close()
        disk.make_room()
        with service(url, disk.inside, log, disk.enter) as process:
            assert_stored_once(process.client, acknowledged, range(1_000))
            assert len(stored(process.client)) == len(acknowledged)
        assert_sound_copy(disk, tmp_path / "copy")
