"""Articles as doccano JSON Lines with entities and relations (https://github.com/doccano/doccano).

Offsets are UTF-16 units: doccano's page counts JavaScript's string positions, and its server stores what the page sends
(doccano 1.8.5, v-annotator 0.1.28). In text without emoji and the like these are code points too; ``offset_unit`` in
the record says which. The project must allow overlapping spans, use relations, and not count grapheme clusters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ainoi_service.exchange.articles import ArticleQuotes
from ainoi_service.exchange.json_pieces import compact
from ainoi_service.exchange.offsets import Utf16
from ainoi_service.exchange.regions import known_quote, marked


def to_doccano(articles: Iterable[ArticleQuotes]) -> Iterator[str]:
    """One line an article."""
    for article in articles:
        yield compact(record(article)) + "\n"


def record(given: ArticleQuotes) -> dict[str, object]:
    """One article. What doccano does not know it keeps as the example's metadata and gives back beside the text.

    No value is null, for doccano reads records as a table, and would make numbers of the gaps.
    """
    article, quotes = given.article, given.standing()
    found = marked(quotes)
    utf16 = Utf16(article.text)
    number = {each.key: i for i, each in enumerate(found.regions)}
    return {
        "text": article.text,
        "entities": [
            {
                "id": number[each.key],
                "label": each.label,
                "start_offset": utf16.of(each.start),
                "end_offset": utf16.of(each.end),
            }
            for each in found.regions
        ],
        "relations": [
            {"from_id": number[link.start], "to_id": number[link.end], "type": link.name} for link in found.links
        ],
        "article_id": article.id,
        "text_sha256": article.text_sha256,
        "title": article.title or "",
        "date": article.date or "",
        "url": article.url or "",
        "outlet": article.outlet or "",
        "offset_unit": "utf16",
        "quotes": [known_quote(quote) for quote in quotes],
    }
