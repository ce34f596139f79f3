"""The server comes up when it is warm, and goes down without losing anything that it has begun."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from httpx2 import AsyncClient, Response, TransportError

from gated_server import PATIENCE, Gated, gated, until

pytestmark = pytest.mark.long

Record = Callable[[str, object], None]
IN_FLIGHT = 50


async def _annotated(server: Gated, client: AsyncClient, number: int) -> Response:
    article = {"text": f"Ông Peskov nói: “Lời số {number}”."}
    return await client.post(f"{server.address}/v1/annotate", json=article)


async def _until_admitted(server: Gated, client: AsyncClient, count: int) -> None:
    """Until the model's queue has taken so many articles."""
    async with asyncio.timeout(PATIENCE):
        while True:
            metrics = (await client.get(f"{server.address}/metrics")).text
            admitted = re.search(r'^ainoi_pool_admitted_total\{lane="short"\} (\d+)', metrics, re.MULTILINE)
            if admitted is not None and int(admitted[1]) >= count:
                return
            await asyncio.sleep(0.05)


def test_on_sigterm_it_says_so_serves_on_answers_what_it_has_and_ends_with_0(
    tmp_path: Path, record_property: Record
) -> None:
    """T9 and T10."""

    async def drained(server: Gated) -> list[Response]:
        async with AsyncClient(timeout=PATIENCE) as client:
            asked = [asyncio.create_task(_annotated(server, client, number)) for number in range(IN_FLIGHT)]
            await _until_admitted(server, client, IN_FLIGHT)
            server.tell(signal.SIGTERM)
            ready = await client.get(f"{server.address}/readyz")
            assert (ready.status_code, ready.json()["code"]) == (503, "not_ready")
            assert (await client.get(f"{server.address}/livez")).status_code == 200
            late = asyncio.create_task(_annotated(server, client, IN_FLIGHT))  # nobody has moved it elsewhere yet
            await _until_admitted(server, client, IN_FLIGHT + 1)
            await asyncio.to_thread(server.wait_for, "/livez", None)
            assert server.process.poll() is None
            server.let("annotate")
            return list(await asyncio.gather(*asked, late))

    with gated(tmp_path, drain_seconds=3) as server:
        assert server.status("/healthz") is None  # not up
        server.let("start")
        polled = server.wait_for("/readyz", 200)
        assert polled <= {None}  # it listens from when it is ready, not before
        answers = asyncio.run(drained(server))
        status, log = server.ended()
    assert [answer.status_code for answer in answers] == [200] * (IN_FLIGHT + 1)
    assert [answer.json()["quotes"][0]["text"] for answer in answers] == [
        f"Lời số {number}" for number in range(IN_FLIGHT + 1)
    ]
    assert (status, "Traceback" in log, '"level": "error"' in log) == (0, False, False), log
    record_property("count", len(answers))


def test_from_the_keyboard_it_does_not_wait_for_a_load_balancer(tmp_path: Path) -> None:
    with gated(tmp_path, drain_seconds=3600) as server:
        server.let("start")
        server.wait_for("/readyz", 200)
        server.tell(signal.SIGINT)
        status, log = server.ended()
    assert (status, "Traceback" in log) == (0, False), log


def test_a_second_signal_ends_it_with_what_it_had(tmp_path: Path) -> None:
    async def begun(server: Gated) -> None:
        async with AsyncClient(timeout=PATIENCE) as client:
            asked = asyncio.create_task(_annotated(server, client, 0))
            await _until_admitted(server, client, 1)
            server.tell(signal.SIGTERM)
            assert (await client.get(f"{server.address}/readyz")).status_code == 503
            server.tell(signal.SIGTERM)
            with pytest.raises(TransportError):
                await asked

    with gated(tmp_path, drain_seconds=3600) as server:
        server.let("start")
        server.wait_for("/readyz", 200)
        asyncio.run(begun(server))
        assert server.ended()[0] == -signal.SIGTERM


def test_told_to_stop_while_it_starts_it_never_listens_and_ends_with_0(tmp_path: Path) -> None:
    with gated(tmp_path, drain_seconds=3600) as server:
        # The signal counts from when the server handles it: bit 14 of the caught signals' mask.
        until(lambda: int(re.findall(r"SigCgt:\s*(\w+)", _process(server))[0], 16) & 1 << signal.SIGTERM - 1)
        server.tell(signal.SIGTERM)
        server.let("start")
        status, log = server.ended()
    assert (status, "Uvicorn running" in log, "Traceback" in log) == (0, False, False), log


def _process(server: Gated) -> str:
    return Path(f"/proc/{server.process.pid}/status").read_text()
