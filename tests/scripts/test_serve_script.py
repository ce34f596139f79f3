"""scripts/serve.py starts the service where it is told to."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

import pytest

from ainoi_service.settings import STORE_FILE, Settings, variable
from page_tables import rows
from serve import OPTIONS, parse

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "serve.py"


def test_it_serves_on_the_port_it_is_told_and_stops_when_told(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--data-dir", tmp_path, "--port", str(port)]
    options += ["--drain-seconds", "0"]
    server = subprocess.Popen([sys.executable, SCRIPT, *options], stderr=subprocess.PIPE)
    try:
        assert _health(port, server)["status"] == "ok"
        assert (tmp_path / STORE_FILE).is_file()
    finally:
        server.terminate()
        _, errors = server.communicate(timeout=120)
    assert (server.returncode, b"Traceback" in errors) == (0, False), errors


def test_it_does_not_start_where_others_reach_it_without_a_key(tmp_path: Path) -> None:
    options = ["--data-dir", tmp_path, "--host", "0.0.0.0"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AINOI_")}
    done = subprocess.run([sys.executable, SCRIPT, *options], capture_output=True, text=True, env=environment)
    assert done.returncode == 2
    assert done.stderr == (
        "serve.py: AINOI_HOST: others can reach 0.0.0.0, and the store has no key: make one with "
        "`python scripts/keys.py add LABEL`, or, if something else guards it, set AINOI_ALLOW_OPEN=true\n"
    )


def _health(port: int, server: subprocess.Popen[bytes]) -> dict[str, object]:
    while server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=60) as answer:
                health: dict[str, object] = json.load(answer)
                return health
        except (URLError, ConnectionError):
            time.sleep(0.1)
    pytest.fail("the server ended")


def test_the_command_line_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    registry = tmp_path / "mine.toml"
    registry.touch()
    monkeypatch.setenv("AINOI_PORT", "8001")
    monkeypatch.setenv("AINOI_HOST", "0.0.0.0")
    options = ["--data-dir", str(tmp_path), "--database", "postgresql://ainoi@db/ainoi", "--port", "8002", "--device"]
    options += ["cuda:1", "--threads", "3", "--workers", "2", "--drain-seconds", "9", "--allow-open"]
    settings = parse([*options, "--registry", str(registry), "--registry", str(registry)])
    assert settings.model_dump() == {
        "data_dir": tmp_path,
        "database_url": "postgresql://ainoi@db/ainoi",
        "host": "0.0.0.0",
        "port": 8002,
        "device": "cuda:1",
        "threads": 3,
        "workers": 2,
        "registry": (registry, registry),
        "drain_seconds": 9,
        "allow_open": True,
    }


def test_every_setting_has_its_option_and_the_page_lists_it(root: Path) -> None:
    assert list(OPTIONS) == list(Settings.model_fields)
    listed = {cells[0]: cells[1] for cells in rows(root / "docs" / "deployment.md", "Settings")}
    assert listed == {f"`{variable(name)}`": f"`{option}`" for name, (option, _) in OPTIONS.items()}


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_wrong_port_is_wrong_usage(port: str) -> None:
    done = subprocess.run([sys.executable, SCRIPT, "--port", port], capture_output=True)
    assert done.returncode == 2


def test_wrong_settings_are_told_by_the_name_they_were_given_by(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AINOI_THREADS", "0")
    monkeypatch.setenv("AINOI_PORT", "x")
    with pytest.raises(SystemExit) as exit:
        parse(["--port", "65536"])
    assert exit.value.code == 2
    assert capsys.readouterr().err.endswith(
        "error: --port: must be from 0 to 65535, is 65536; AINOI_THREADS: must be from 1 to 1024, is 0\n"
    )


def test_a_registry_that_cannot_be_read_and_a_misspelt_variable_are_told_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AINOI_DATABSE_URL", "postgresql://db/ainoi")
    registry = tmp_path / "mine.toml"
    registry.write_text("[[persn]]\n")
    done = subprocess.run([sys.executable, SCRIPT, "--registry", registry], capture_output=True, text=True)
    assert done.returncode == 2
    assert "serve.py: warning: AINOI_DATABSE_URL is no setting of the service\n" in done.stderr
    assert "unknown table 'persn'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_store_that_cannot_be_opened_is_told_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / STORE_FILE).write_text("no database\n" * 100)
    done = subprocess.run([sys.executable, SCRIPT, "--data-dir", tmp_path], capture_output=True, text=True)
    assert done.returncode == 2
    assert "serve.py: the store's file is not a SQLite database\n" in done.stderr
    assert "Traceback" not in done.stderr
