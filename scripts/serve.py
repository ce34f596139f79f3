"""Starts the service. ``docs/api.md`` tells what it answers, ``docs/deployment.md`` how to run it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import closing

from ainoi_service.settings import Settings, SettingsError, read_settings, unknown_variables, variable

USAGE_ERROR = 2

OPTIONS = {
    "data_dir": ("--data-dir", "DIR"),
    "database_url": ("--database", "URL"),
    "host": ("--host", "HOST"),
    "port": ("--port", "PORT"),
    "device": ("--device", "DEVICE"),
    "threads": ("--threads", "N"),
    "registry": ("--registry", "FILE"),
}
"""Option and value's name for each setting."""


def parse(argv: Sequence[str] | None) -> Settings:
    """The settings, by the command line and the environment. Exits with status 2 when they make no sense."""
    parser = argparse.ArgumentParser(
        prog="serve.py", description="Serve the REST interface and its pages.", argument_default=argparse.SUPPRESS
    )
    for name, (option, metavar) in OPTIONS.items():
        text = f"{Settings.model_fields[name].description}; else {variable(name)}".replace("`", "").replace("%", "%%")
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
    settings = parse(argv)
    for name in unknown_variables(os.environ):
        print(f"serve.py: warning: {name} is no setting of the service", file=sys.stderr)

    # Only now: the model's libraries take seconds to import.
    import uvicorn

    from ainoi import AinoiError, Annotator
    from ainoi_service import create_app
    from ainoi_service.registry_names import RegistryNames
    from ainoi_service.store.engine import open_store

    try:
        annotator = Annotator.load(registry_files=settings.registry, threads=settings.threads, device=settings.device)
        if settings.database == "sqlite":
            settings.make_data_dir()
        store = open_store(settings.database_url, names=RegistryNames(annotator.registry, annotator.name_in))
    except AinoiError as error:
        print(f"serve.py: {error}", file=sys.stderr)
        return USAGE_ERROR
    with closing(store):
        uvicorn.run(create_app(annotator, store=store), host=settings.host, port=settings.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())
