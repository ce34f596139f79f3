"""What the OpenAPI document says of keys: how they are sent, and what every operation answers who is not let in."""

from __future__ import annotations

from typing import Any

from ainoi_service import problems
from ainoi_service.guard.layer import ALWAYS_OPEN

SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A key, for programs."},
    "basic": {"type": "http", "scheme": "basic", "description": "Any user name, the key as password: for browsers."},
}


def add_to(document: dict[str, Any]) -> None:
    """Put it into the document. A service without keys needs none, so that they are optional in it."""
    document["components"]["securitySchemes"] = SCHEMES
    document["security"] = [{"bearer": []}, {"basic": []}, {}]
    for path, methods in document["paths"].items():
        for operation in methods.values():
            if path in ALWAYS_OPEN:
                operation["security"] = []
                continue
            answers = {str(status): answer for status, answer in problems.responses(400, 401, 429, 503).items()}
            operation["responses"] = dict(sorted((answers | operation["responses"]).items()))
