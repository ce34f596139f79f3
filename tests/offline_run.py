"""Starts the service, annotates the seeds and goes through the rest, and prints what the model answered.

``python tests/offline_run.py FOLDER`` runs in the network that it finds; ``--cut``: in one that has nothing but
a loopback, which it brings up.
"""

from __future__ import annotations

import fcntl
import json
import signal
import socket
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SIOCSIFFLAGS, IFF_UP_AND_RUNNING = 0x8914, 0x41
PAGE = "<html><body><article><p>Ông Dmitry Peskov nói: “Chúng tôi sẵn sàng đối thoại”.</p></article></body></html>"


def bring_loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", IFF_UP_AND_RUNNING))


def asked(port: int, path: str, body: object = None) -> bytes:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=300) as answer:
        content: bytes = answer.read()
        return content


def main(folder: Path, cut: bool) -> int:
    if cut:
        bring_loopback_up()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--data-dir", folder, "--port", str(port), "--threads", "1", "--drain-seconds", "0"]
    server = subprocess.Popen([sys.executable, ROOT / "scripts" / "serve.py", *options])
    try:
        answers = work(port, server)
    finally:
        server.send_signal(signal.SIGTERM)
        status = server.wait(120)
    print(json.dumps(answers))
    return status


def work(port: int, server: subprocess.Popen[bytes]) -> list[Any]:
    while True:
        try:
            asked(port, "/readyz")
            break
        except (urllib.error.URLError, ConnectionError):
            assert server.poll() is None
            time.sleep(0.2)
    lines = (ROOT / "seeds" / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    articles = [{"text": record["text"], "date": record.get("date")} for record in map(json.loads, lines)]
    answers = [json.loads(asked(port, "/v1/annotate", article)) for article in articles]
    asked(port, "/v1/annotate", {"html": PAGE})
    asked(port, "/v1/articles", articles[0])
    asked(port, "/v1/checks", {"claim": "chúng tôi sẵn sàng đối thoại"})
    for path in ("/", "/lookup?q=Nga", "/docs", "/metrics"):
        asked(port, path)
    return answers


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), "--cut" in sys.argv))
