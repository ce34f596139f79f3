"""What a person's corrected file says of an article, and what is wrong with a file that cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ainoi import AinoiError, Span, Speaker
from ainoi.schema import Act, QuoteType

TextOf = Callable[[str], str | None]
"""The text of the stored article with an id; None where the store has no such article."""

MOST_PROBLEMS = 20
"""Wrong places that one error names; a file is read no further than to these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedQuote:
    """One quote as a person left it. None means that the file does not say, not that there is none.

    ``cue`` and ``mention`` are the exception: without one the quote has none. A ``speaker`` has no Wikidata id and its
    ``confidence`` is 1.
    """

    spans: tuple[Span, ...]
    cue: Span | None = None
    mention: Span | None = None
    speaker: Speaker | None = None
    type: QuoteType | None = None
    act: Act | None = None
    denied: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedArticle:
    """All quotes of one article, in the order of their first span; any other of its quotes was struck out."""

    article_id: str
    quotes: tuple[CheckedQuote, ...]


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One thing wrong with a file: the record (``line 3``, ``task 2``), the field in it, and what is wrong."""

    record: str
    field: str
    message: str

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.record, self.field))) + f": {self.message}"


class ImportFileError(AinoiError):
    """A file cannot be imported; nothing of it was taken. ``problems`` lists the first wrong place of each record."""

    code = "bad_import"

    def __init__(self, problems: list[FileProblem]) -> None:
        self.problems = tuple(problems)
        at_least = "at least " if len(problems) == MOST_PROBLEMS else ""
        more = f" (and {at_least}{len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"{problems[0]}{more}")
