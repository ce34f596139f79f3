"""One article with all its quotes: the unit of the formats in which people correct quotes."""

from __future__ import annotations

from dataclasses import dataclass

from ainoi_service.store.records import StoredArticle, StoredQuote


@dataclass(frozen=True, slots=True)
class ArticleQuotes:
    """An article and **every** quote of it, in the order of their first span.

    All of them, because on the way back a quote that the file does not have counts as struck out.
    """

    article: StoredArticle
    quotes: tuple[StoredQuote, ...]

    def standing(self) -> list[StoredQuote]:
        """The quotes that nobody has marked as wrong."""
        return [quote for quote in self.quotes if quote.checked != "wrong"]
