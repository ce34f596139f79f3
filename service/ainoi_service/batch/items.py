"""What reading yields: articles, and rows for inputs that gave none. ``docs/batch.md`` explains every code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, cast, get_args

from pydantic import BaseModel, ConfigDict

from ainoi import AinoiError, Article
from ainoi_service.html import Page

Extract = Callable[[str], Page]
"""From an HTML page to its article; raises ``AinoiError`` when there is none."""

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
    "bad_characters",
    "name_taken",
    "worker_died",
    "internal",
]


class InputError(AinoiError):
    """An input that gives no article; becomes an error row. ``code`` is one of ``ErrorCode``."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code


class NoReaderError(AinoiError):
    """No HTML page can be read here: the reader does not start."""

    code = "no_html_reader"


class ErrorRow(BaseModel):
    """One input that could not be annotated, and why."""

    model_config = ConfigDict(frozen=True)

    id: str | None
    path: str
    line: int | None = None
    """Line of the file, or the record's place in it, from 1; null when the whole file is meant."""
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


@dataclass(frozen=True, slots=True)
class Unread:
    """An HTML page whose article is still to be extracted, which takes time and is done beside the model."""

    html: str
    id: str
    path: str
    line: int | None = None
    said: Mapping[str, str | None] = field(default_factory=dict)
    """``title``, ``date``, ``url``, ``outlet`` of the record that holds the page; they go before the page's own."""
    captured: str | None = None
    """Day on which a crawler saw the page: its date if nothing else says one."""

    def read(self, extract: Extract) -> Item:
        """The page's article, or the error row that says why there is none. Raises NoReaderError."""
        try:
            article = extract(self.html).article(id=self.id, **self.said)
        except AinoiError as error:
            return row_of(error, id=self.id, path=self.path, line=self.line)
        except RuntimeError as error:
            raise NoReaderError(str(error)) from error
        if article.date is None and self.captured is not None:
            article = article.model_copy(update={"date": self.captured})
        return Read(article, self.path, self.line, extracted=True)


Item = Read | ErrorRow

_CODES = frozenset(get_args(ErrorCode))


def row_of(error: AinoiError, *, id: str | None, path: str, line: int | None = None) -> ErrorRow:
    """The error row of ``error``; a code the rows do not know becomes ``internal``."""
    code = cast(ErrorCode, error.code) if error.code in _CODES else "internal"
    return ErrorRow(id=id, path=path, line=line, code=code, message=str(error))
