"""Starts the REST service. ``docs/api.md`` tells what it answers."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Arguments of the command line. Exits with status 2 when they make no sense."""
    parser = argparse.ArgumentParser(prog="serve.py", description="Serve POST /v1/annotate and GET /healthz.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; default: 127.0.0.1")
    parser.add_argument("--port", type=int, default=8000, help="default: 8000")
    arguments = parser.parse_args(argv)
    if not 0 <= arguments.port <= 65535:
        parser.error(f"--port: must be from 0 to 65535, is {arguments.port}")
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the server until it is told to stop; returns the exit status."""
    arguments = parse(argv)

    # Only now: the model's libraries take seconds to import.
    import uvicorn

    from ainoi_service import create_app

    uvicorn.run(create_app(), host=arguments.host, port=arguments.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
