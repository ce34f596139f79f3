"""scripts/serve.py starts the service where it is told to."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "serve.py"


def test_it_serves_on_the_port_it_is_told_and_stops_when_told() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([sys.executable, SCRIPT, "--port", str(port)], stderr=subprocess.PIPE)
    try:
        assert _health(port, server)["status"] == "ok"
    finally:
        server.terminate()
        _, errors = server.communicate(timeout=60)
    assert b"Traceback" not in errors


def _health(port: int, server: subprocess.Popen[bytes]) -> dict[str, object]:
    while server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=60) as answer:
                health: dict[str, object] = json.load(answer)
                return health
        except (URLError, ConnectionError):
            time.sleep(0.1)
    pytest.fail("the server ended")


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_wrong_port_is_wrong_usage(port: str) -> None:
    done = subprocess.run([sys.executable, SCRIPT, "--port", port], capture_output=True)
    assert done.returncode == 2
