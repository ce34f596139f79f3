"""What reading yields: articles, and rows for inputs that gave none. ``docs/batch.md`` explains every code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ainoi import AinoiError, Article

ErrorCode = Literal[
    "unreadable",
    "unknown_ending",
    "not_utf8",
    "bad_json",
    "no_text",
    "empty",
    "too_long",
    "html_too_large",
    "html_timeout",
    "html_no_text",
    "html_failed",
    "internal",
]


class InputError(AinoiError):
    """An input that gives no article; becomes an error row. ``code`` is one of ``ErrorCode``."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code


class ErrorRow(BaseModel):
    """One input that could not be annotated, and why."""

    model_config = ConfigDict(frozen=True)

    id: str | None
    path: str
    line: int | None = None
    """Line of the file (or place in a JSON array), from 1; null when the whole file is meant."""
    code: ErrorCode
    message: str


@dataclass(frozen=True, slots=True)
class Read:
    """An article and where it stood."""

    article: Article
    path: str
    line: int | None = None
    extracted: bool = False
    """Whether the text was extracted from HTML, so that only the result can tell what the offsets count in."""


Item = Read | ErrorRow
