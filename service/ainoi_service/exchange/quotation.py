"""Quotes as schema.org ``Quotation`` in JSON-LD, for web pages and knowledge graphs (https://schema.org/Quotation)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ainoi_service.exchange.iris import article_iri, iso_date, quote_iri, web_address, wikidata_iri
from ainoi_service.exchange.json_pieces import enclosed, for_web_page
from ainoi_service.store.records import ArticleHead, StoredQuote

_TYPE_OF_KIND = {"person": "Person", "organization": "Organization"}


def to_quotations(quotes: Iterable[StoredQuote]) -> Iterator[str]:
    """Pieces of one JSON-LD document with a ``@graph`` of quotations.

    Left out are quotes that somebody marked as wrong, and those of which the article says that they were *not* said:
    schema.org has no way to say that, and a ``creator`` would claim the opposite.
    """
    nodes = (for_web_page(quotation(quote)) for quote in quotes if quote.checked != "wrong" and not quote.denied)
    return enclosed('{"@context":"https://schema.org","@graph":[', nodes, "]}\n")


def quotation(quote: StoredQuote) -> dict[str, object]:
    """The node of one quote, without ``@context``. A source without a name is quoted in ``creditText``."""
    node: dict[str, object] = {
        "@type": "Quotation",
        "@id": quote_iri(quote),
        "text": quote.text,
        "creator": _creator(quote),
        "creditText": quote.mention.text if quote.mention and quote.speaker.name is None else None,
        "dateCreated": quote.said_on,
        "isBasedOn": _article(quote.article),
    }
    return _said(node)


def _creator(quote: StoredQuote) -> object:
    speaker = quote.speaker
    kind = _TYPE_OF_KIND.get(speaker.kind.value)
    if kind is None:
        return None
    if speaker.members:
        return [{"@type": kind, "name": name} for name in speaker.members]
    role = speaker.role if kind == "Person" else None
    return _said({"@type": kind, "name": speaker.name, "jobTitle": role, "sameAs": wikidata_iri(speaker.wikidata)})


def _article(article: ArticleHead) -> dict[str, object]:
    return _said(
        {
            "@type": "NewsArticle",
            "@id": article_iri(article),
            "url": web_address(article.url),
            "headline": article.title,
            "datePublished": iso_date(article.date),
            "publisher": {"@type": "Organization", "name": article.outlet} if article.outlet else None,
        }
    )


def _said(node: dict[str, object]) -> dict[str, object]:
    """``node`` without the properties nothing is known of."""
    return {name: value for name, value in node.items() if value is not None}
