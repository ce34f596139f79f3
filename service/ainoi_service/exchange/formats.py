"""Every format that quotes leave in and come back in, by the name that ``format=`` takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ainoi_service.exchange.articles import ArticleQuotes
from ainoi_service.exchange.checked import CheckedArticle, TextOf
from ainoi_service.exchange.csv_format import to_csv
from ainoi_service.exchange.doccano import to_doccano
from ainoi_service.exchange.doccano_import import read_doccano
from ainoi_service.exchange.json_format import to_json
from ainoi_service.exchange.label_studio import to_label_studio
from ainoi_service.exchange.label_studio_import import read_label_studio
from ainoi_service.exchange.quotation import to_quotations
from ainoi_service.exchange.web_annotation import to_web_annotations
from ainoi_service.store.records import StoredQuote


@dataclass(frozen=True, slots=True)
class QuoteFormat:
    """A file of quotes. ``write`` gives its pieces, to be sent as UTF-8, and reads no further ahead than it writes."""

    name: str
    media_type: str
    extension: str
    write: Callable[[Iterable[StoredQuote]], Iterator[str]]


@dataclass(frozen=True, slots=True)
class ArticleFormat:
    """A file of whole articles, for people to correct their quotes."""

    name: str
    media_type: str
    extension: str
    write: Callable[[Iterable[ArticleQuotes]], Iterator[str]]
    read: Callable[[bytes, TextOf], tuple[CheckedArticle, ...]]


QUOTE_FORMATS: Mapping[str, QuoteFormat] = MappingProxyType(
    {
        each.name: each
        for each in (
            QuoteFormat("json", "application/json", "json", to_json),
            QuoteFormat("csv", "text/csv; charset=utf-8", "csv", to_csv),
            QuoteFormat("schema-org", "application/ld+json", "jsonld", to_quotations),
            QuoteFormat(
                "web-annotation",
                'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"',
                "jsonld",
                to_web_annotations,
            ),
        )
    }
)

ARTICLE_FORMATS: Mapping[str, ArticleFormat] = MappingProxyType(
    {
        each.name: each
        for each in (
            ArticleFormat("label-studio", "application/json", "json", to_label_studio, read_label_studio),
            ArticleFormat("doccano", "application/jsonl", "jsonl", to_doccano, read_doccano),
        )
    }
)
