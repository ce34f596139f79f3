"""What reading a corrected file record by record comes to: all its articles, or all that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from ainoi_service.exchange.checked import MOST_PROBLEMS, CheckedArticle, FileProblem, ImportFileError, TextOf
from ainoi_service.exchange.fields import Field, WrongField

Record = TypeVar("Record")

MOST_BYTES = 32_000_000
"""A file to import."""


def read_all(
    records: Iterable[tuple[str, Record]], read: Callable[[Record], CheckedArticle | None]
) -> tuple[CheckedArticle, ...]:
    """What ``read`` makes of each named record; None is left out. Raises ``ImportFileError`` with the wrong ones."""
    articles: list[CheckedArticle] = []
    problems: list[FileProblem] = []
    for name, record in records:
        try:
            if (article := read(record)) is not None:
                articles.append(article)
        except WrongField as error:
            problems.append(FileProblem(name, error.field, str(error)))
            if len(problems) == MOST_PROBLEMS:
                break
    if problems:
        raise ImportFileError(problems)
    return tuple(articles)


@contextmanager
def unreadable(record: str = "the file") -> Iterator[None]:
    """Makes an ``ImportFileError`` of a ``WrongField``: nothing of the file can be read."""
    try:
        yield
    except WrongField as error:
        raise ImportFileError([FileProblem(record, error.field, str(error))]) from error


def check_size(data: bytes) -> None:
    """Raises ``ImportFileError`` if the file is over its limit."""
    if len(data) > MOST_BYTES:
        raise ImportFileError([FileProblem("the file", "", f"has over {MOST_BYTES:,} bytes")])


class Articles:
    """The store's articles, each of which one file may correct once."""

    def __init__(self, text_of: TextOf) -> None:
        self._text_of = text_of
        self._taken: set[str] = set()

    def of(self, record: Field) -> tuple[str, str]:
        """Id and text of the article that a record is of.

        Raises ``WrongField`` if the store has none or another text, or a record before this one was of it.
        """
        at = record.need("article_id")
        id = at.text()
        if id in self._taken:
            at.wrong("names an article that the file has twice")
        self._taken.add(id)
        text = self._text_of(id)
        if text is None:
            at.wrong("is of no article of this store")
        if (given := record.get("text")) is not None and given.text() != text:
            given.wrong("is not the text of that article")
        return id, text
