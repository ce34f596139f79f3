"""Writes docs/openapi.json, the machine-readable description of the REST interface."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from ainoi_service import create_app
from ainoi_service.settings import read_settings

PAGE = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"


def document() -> dict[str, Any]:
    """The description, without loading a model or opening a store."""
    settings = read_settings(data_dir=tempfile.gettempdir())  # nothing is read or written there
    described: dict[str, Any] = json.loads(json.dumps(create_app(settings=settings).openapi()))
    return described


if __name__ == "__main__":
    PAGE.write_text(json.dumps(document(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
