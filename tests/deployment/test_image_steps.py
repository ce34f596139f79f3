"""The Dockerfile's steps, really run without an engine, give a service that works and may write its volume only."""

from __future__ import annotations

import hashlib
import json
import os
import re
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deployment.image_steps import Built, built_image, started, wait_until_healthy

pytestmark = pytest.mark.long

ARTICLE = {"text": "Ông Dmitry Peskov nói: “Chúng tôi sẵn sàng đối thoại”.", "date": "2024-11-12"}


@dataclass
class Served:
    """What was seen of a service started from the image, from before it answered until it had stopped."""

    healthy_before: bool
    healthy: bool
    user: int
    health: dict[str, object]
    annotated: dict[str, object]
    stored: dict[str, Any]
    found: dict[str, Any]
    checked: dict[str, Any]
    front: str
    files: dict[str, bytes]
    after_seeds: dict[str, Any]
    status: int
    errors: str
    written: list[str]


@pytest.fixture(scope="module")
def image() -> Iterator[Built]:
    """Without a build argument of the environment, torch comes from where pip is set up to look."""
    with built_image({"TORCH_INDEX": os.environ.get("TORCH_INDEX", "")}) as image:
        yield image


@pytest.fixture(scope="module")
def served(image: Built) -> Served:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    where = {"AINOI_HOST": "127.0.0.1", "AINOI_PORT": str(port), "AINOI_THREADS": "2"}
    check = started(image, image.health, where)
    check.communicate()
    before = files(image)
    server = started(image, image.entrypoint, where)
    try:
        healthy = wait_until_healthy(image, server, where)
        if not healthy:
            server.kill()
            pytest.fail(f"the service does not answer:\n{server.communicate()[1].decode()}")
        user = Path(f"/proc/{server.pid}").stat().st_uid
        health = answer(port, "/healthz")
        annotated = answer(port, "/v1/annotate", ARTICLE)
        stored = answer(port, "/v1/articles", ARTICLE)
        found = answer(port, "/v1/quotes?q=doi+thoai")
        checked = answer(port, "/v1/checks", {"claim": "chúng tôi sẵn sàng đối thoại", "speaker": "ông Peskov"})
        front = fetched(port, "/").decode()
        static = {address: fetched(port, address) for address in re.findall(r'"(/static/[^"]+)"', front)}
        fetched(port, "/seeds", b"")
        after_seeds = answer(port, "/v1/articles")
    finally:
        server.terminate()
        _, errors = server.communicate(timeout=60)
    return Served(
        healthy_before=check.returncode == 0,
        healthy=healthy,
        user=user,
        health=health,
        annotated=annotated,
        stored=stored,
        found=found,
        checked=checked,
        front=front,
        files=static,
        after_seeds=after_seeds,
        status=server.returncode,
        errors=errors.decode(),
        written=sorted(files(image) - before),
    )


def files(image: Built) -> set[str]:
    """Files of the image with their times, but for those in its volumes."""
    return {
        f"{path} {path.lstat().st_mtime_ns}"
        for path in image.root.rglob("*")
        if not any(path.is_relative_to(volume) for volume in image.volumes)
    }


def answer(port: int, path: str, body: object = None) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(fetched(port, path, None if body is None else json.dumps(body).encode()))
    return value


def fetched(port: int, path: str, body: bytes | None = None) -> bytes:
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=body, headers=headers)
    with urllib.request.urlopen(request, timeout=60) as response:
        content: bytes = response.read()
        return content


def test_the_service_answers_from_the_wheels_own_weights(served: Served, root: Path) -> None:
    weights = root / "models" / "ainoi" / "weights" / "vi" / "model.safetensors"
    model = served.health["model"]
    assert isinstance(model, dict)
    assert model["sha256"] == hashlib.sha256(weights.read_bytes()).hexdigest()
    quotes = served.annotated["quotes"]
    assert isinstance(quotes, list)
    assert [(quote["text"], quote["speaker"]["name"]) for quote in quotes] == [
        ("Chúng tôi sẵn sàng đối thoại", "Dmitry Peskov")
    ]


def test_the_image_makes_a_store_and_finds_checks_and_compares_what_is_in_it(served: Served) -> None:
    [quote] = served.stored["quotes"]
    [found] = served.found["quotes"]
    assert quote["text"] == found["text"] == "Chúng tôi sẵn sàng đối thoại"
    assert served.checked["answer"] == "verbatim"


def test_the_pages_and_their_files_are_in_the_image(served: Served, root: Path) -> None:
    source = root / "service" / "ainoi_service" / "pages" / "static"
    assert '<html lang="vi"' in served.front
    assert {"pages.js", "layout.css"} <= {address.partition("?")[0].rpartition("/")[2] for address in served.files}
    for address, content in served.files.items():
        assert content == (source / address.partition("?")[0].removeprefix("/static/")).read_bytes()


def test_the_seeds_are_in_the_image(served: Served, root: Path) -> None:
    seeds = (root / "seeds" / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(served.after_seeds["articles"]) == len(seeds) + 1


def test_the_health_check_tells_a_service_that_answers_from_none(served: Served) -> None:
    assert (served.healthy_before, served.healthy) == (False, True)


def test_the_service_runs_without_privileges(image: Built, served: Served) -> None:
    assert image.user not in (None, 0)
    assert served.user == (image.user if os.getuid() == 0 else os.getuid())


def test_nothing_is_written_outside_the_volume(served: Served) -> None:
    assert served.written == []


def test_the_service_stops_when_told(served: Served) -> None:
    assert served.status == 0, served.errors
    assert "Traceback" not in served.errors


@pytest.mark.parametrize("module", ["pip", "hatchling", "pytest", "underthesea"])
def test_the_image_holds_no_tools_of_building_or_testing(image: Built, module: str) -> None:
    found = subprocess.run(
        [image.path("/opt/ainoi/bin/python"), "-c", f"import {module}"], capture_output=True, env=image.environment
    )
    assert b"ModuleNotFoundError" in found.stderr
