"""Starts the service. ``docs/api.md`` tells what it answers, ``docs/deployment.md`` how to run it."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence

from ainoi_service.settings import Settings, SettingsError, read_settings, unknown_variables, variable

USAGE_ERROR = 2

OPTIONS = {
    "data_dir": ("--data-dir", "DIR"),
    "database_url": ("--database", "URL"),
    "host": ("--host", "HOST"),
    "port": ("--port", "PORT"),
    "device": ("--device", "DEVICE"),
    "threads": ("--threads", "N"),
    "workers": ("--workers", "N"),
    "registry": ("--registry", "FILE"),
    "drain_seconds": ("--drain-seconds", "N"),
    "allow_open": ("--allow-open", ""),
}
"""Option and value's name for each setting; without a value's name it is a flag."""


def parse(argv: Sequence[str] | None) -> Settings:
    """The settings, by the command line and the environment. Exits with status 2 when they make no sense."""
    parser = argparse.ArgumentParser(
        prog="serve.py", description="Serve the REST interface and its pages.", argument_default=argparse.SUPPRESS
    )
    for name, (option, metavar) in OPTIONS.items():
        text = f"{Settings.model_fields[name].description}; else {variable(name)}".replace("`", "").replace("%", "%%")
        if not metavar:
            parser.add_argument(option, dest=name, action="store_true", help=text)
            continue
        action = "append" if name == "registry" else "store"
        parser.add_argument(option, dest=name, metavar=metavar, action=action, help=text)
    given = vars(parser.parse_args(argv))
    try:
        return read_settings(**given)
    except SettingsError as error:
        named = {OPTIONS[name][0] if name in given else variable(name): fault for name, fault in error.faults.items()}
        parser.error("; ".join(f"{name}: {fault}" for name, fault in named.items()))


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the server until it is told to stop; returns the exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until there is a server, which does better
    settings = parse(argv)
    for name in unknown_variables(os.environ):
        print(f"serve.py: warning: {name} is no setting of the service", file=sys.stderr)

    # Only now: they take a while to import.
    from ainoi import AinoiError
    from ainoi_service import create_app
    from ainoi_service.guard.exposure import check_start
    from ainoi_service.guard.server import run
    from ainoi_service.telemetry.logs import configure

    try:
        check_start(settings)
        configure()
        app = create_app(settings=settings)
        run(app, host=settings.host, port=settings.port, drain_seconds=settings.drain_seconds)
    except AinoiError as error:
        print(f"serve.py: {error}", file=sys.stderr)
        return USAGE_ERROR
    return 0


if __name__ == "__main__":
    sys.exit(main())
