"""What stands in the files: whole documents compared, and their shapes held to what the standards say."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema
import pytest

from ainoi import Speaker
from ainoi.schema import SpeakerKind
from ainoi_service.exchange.articles import ArticleQuotes
from ainoi_service.exchange.formats import ARTICLE_FORMATS, QUOTE_FORMATS
from ainoi_service.exchange.quotation import quotation
from ainoi_service.exchange.web_annotation import annotation
from stored_quotes import stored_article, stored_quote

QUOTATION_SCHEMA = {
    "type": "object",
    "required": ["@context", "@graph"],
    "additionalProperties": False,
    "properties": {
        "@context": {"const": "https://schema.org"},
        "@graph": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["@type", "@id", "text", "isBasedOn"],
                "additionalProperties": False,
                "properties": {
                    "@type": {"const": "Quotation"},
                    "@id": {"type": "string", "pattern": "^urn:ainoi:quote:[^ ]+$"},
                    "text": {"type": "string", "minLength": 1},
                    "creator": {
                        "anyOf": [{"$ref": "#/$defs/agent"}, {"type": "array", "items": {"$ref": "#/$defs/agent"}}]
                    },
                    "creditText": {"type": "string"},
                    "dateCreated": {"type": "string", "pattern": r"^\d{4}(-\d\d(-\d\d)?)?$"},
                    "isBasedOn": {
                        "type": "object",
                        "required": ["@type", "@id"],
                        "additionalProperties": False,
                        "properties": {
                            "@type": {"const": "NewsArticle"},
                            "@id": {"type": "string", "pattern": "^(https?|urn):[^ ]+$"},
                            "url": {"type": "string", "pattern": "^https?://[^ ]+$"},
                            "headline": {"type": "string"},
                            "datePublished": {"type": "string", "pattern": r"^\d{4}(-\d\d)?"},
                            "publisher": {"$ref": "#/$defs/agent"},
                        },
                    },
                },
            },
        },
    },
    "$defs": {
        "agent": {
            "type": "object",
            "required": ["@type", "name"],
            "additionalProperties": False,
            "properties": {
                "@type": {"enum": ["Person", "Organization"]},
                "name": {"type": "string"},
                "jobTitle": {"type": "string"},
                "sameAs": {"type": "string", "pattern": r"^http://www\.wikidata\.org/entity/Q\d+$"},
            },
        }
    },
}

# Sections 3.1, 3.2.4, 4.2.4 and 4.2.5 of https://www.w3.org/TR/annotation-model/
ANNOTATION_SCHEMA = {
    "type": "object",
    "required": ["@context", "id", "type", "target"],
    "properties": {
        "@context": {"const": "http://www.w3.org/ns/anno.jsonld"},
        "id": {"type": "string", "pattern": "^urn:[^ ]+$"},
        "type": {"const": "Annotation"},
        "motivation": {"const": "tagging"},
        "generator": {"type": "object", "required": ["type", "name"]},
        "body": {
            "type": "array",
            "items": {
                "oneOf": [
                    {
                        "required": ["type", "value", "purpose", "format"],
                        "properties": {"type": {"const": "TextualBody"}, "value": {"type": "string"}},
                    },
                    {
                        "required": ["type", "source", "purpose"],
                        "properties": {"type": {"const": "SpecificResource"}, "source": {"type": "string"}},
                    },
                ]
            },
        },
        "target": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["type", "source", "selector"],
                "properties": {
                    "type": {"const": "SpecificResource"},
                    "source": {"type": "string", "pattern": "^(https?|urn):[^ ]+$"},
                    "selector": {
                        "type": "array",
                        "prefixItems": [
                            {
                                "required": ["type", "exact"],
                                "additionalProperties": False,
                                "properties": {
                                    "type": {"const": "TextQuoteSelector"},
                                    "exact": {"type": "string", "minLength": 1},
                                    "prefix": {"type": "string"},
                                    "suffix": {"type": "string"},
                                },
                            },
                            {
                                "required": ["type", "start", "end"],
                                "additionalProperties": False,
                                "properties": {
                                    "type": {"const": "TextPositionSelector"},
                                    "start": {"type": "integer", "minimum": 0},
                                    "end": {"type": "integer", "minimum": 1},
                                },
                            },
                        ],
                        "minItems": 2,
                        "maxItems": 2,
                    },
                },
            },
        },
    },
}


def written(name: str, items: Any) -> str:
    return "".join((QUOTE_FORMATS | ARTICLE_FORMATS)[name].write(items))


def test_json_has_the_records_of_the_quotes(article: ArticleQuotes) -> None:
    assert json.loads(written("json", article.quotes)) == {
        "schema_version": "1.0",
        "quotes": [quote.record() for quote in article.quotes],
    }


@pytest.mark.parametrize(
    ("name", "empty"),
    [
        ("json", {"schema_version": "1.0", "quotes": []}),
        ("schema-org", {"@context": "https://schema.org", "@graph": []}),
        ("web-annotation", []),
        ("label-studio", []),
    ],
)
def test_no_quotes_are_a_whole_document_too(name: str, empty: object) -> None:
    assert json.loads(written(name, ())) == empty


def test_csv_has_a_row_for_each_quote(article: ArticleQuotes) -> None:
    text = written("csv", article.quotes)
    assert text.startswith("\ufeffquote,text,speaker,")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert rows == [
        {
            "quote": "q1",
            "text": "Chúng tôi sẵn sàng … đối thoại",
            "speaker": "Dmitry Peskov",
            "speaker_id": "dmitry-peskov",
            "kind": "person",
            "role": "người phát ngôn Điện Kremlin",
            "wikidata": "Q1",
            "type": "direct",
            "act": "statement",
            "denied": "false",
            "cue": "nói",
            "mention": "ông Peskov",
            "via": "",
            "said_on": "2025-12-03",
            "confidence": "0.9",
            "checked": "",
            "nested_in": "",
            "repeat_of": "",
            "start": "3",
            "end": "50",
            "article": "a1b2c3d4e5f60718",
            "title": "Điện Kremlin nói về đàm phán",
            "outlet": "Báo Ví Dụ",
            "date": "2025-12-04",
            "url": "https://bao.example/dien-kremlin-1.html",
        },
        rows[0]
        | {
            "quote": "q2",
            "text": "chưa có kế hoạch",
            "speaker": "",
            "speaker_id": "",
            "kind": "unnamed",
            "role": "",
            "wikidata": "",
            "type": "indirect",
            "act": "",
            "cue": "Theo",
            "mention": "một quan chức",
            "said_on": "",
            "start": "74",
            "end": "90",
        },
    ]


@pytest.mark.parametrize(
    "words",
    [
        '=HYPERLINK("http://x")',
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "＝1",
        " =1",
        "\u200b=1",
        "|calc",
        "%0a",
    ],
)
def test_no_cell_of_the_csv_is_a_formula(words: str) -> None:
    article = stored_article(words, title=words, outlet=words, url=words)
    quote = stored_quote(article, (0, len(words)), via=words)
    text = written("csv", [quote]).removeprefix("\ufeff")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert [row[name] for name in ("text", "title", "outlet", "url", "via")] == ["'" + words] * 5


def test_quotation_is_what_schema_org_describes(article: ArticleQuotes) -> None:
    document = json.loads(written("schema-org", article.quotes))
    jsonschema.validate(document, QUOTATION_SCHEMA)
    source = {
        "@type": "NewsArticle",
        "@id": "https://bao.example/dien-kremlin-1.html",
        "url": "https://bao.example/dien-kremlin-1.html",
        "headline": "Điện Kremlin nói về đàm phán",
        "datePublished": "2025-12-04",
        "publisher": {"@type": "Organization", "name": "Báo Ví Dụ"},
    }
    assert document["@graph"] == [
        {
            "@type": "Quotation",
            "@id": "urn:ainoi:quote:q1",
            "text": "Chúng tôi sẵn sàng … đối thoại",
            "creator": {
                "@type": "Person",
                "name": "Dmitry Peskov",
                "jobTitle": "người phát ngôn Điện Kremlin",
                "sameAs": "http://www.wikidata.org/entity/Q1",
            },
            "dateCreated": "2025-12-03",
            "isBasedOn": source,
        },
        {
            "@type": "Quotation",
            "@id": "urn:ainoi:quote:q2",
            "text": "chưa có kế hoạch",
            "creditText": "một quan chức",
            "isBasedOn": source,
        },
    ]


def test_nobody_is_the_creator_of_what_was_not_said(article: ArticleQuotes) -> None:
    text = "Ông chưa bao giờ nói vậy."
    source = stored_article(text)
    quotes = [stored_quote(source, (4, 24), denied=True), stored_quote(source, (0, 3), checked="wrong")]
    assert json.loads(written("schema-org", quotes))["@graph"] == []


def test_a_joint_statement_has_several_creators() -> None:
    source = stored_article("Hai bên nhất trí.")
    both = Speaker(
        id="a-b", name="Nga và Mỹ", kind=SpeakerKind.ORGANIZATION, confidence=0.9, members=("Nga", "Mỹ"), role="x"
    )
    assert quotation(stored_quote(source, (8, 16), speaker=both))["creator"] == [
        {"@type": "Organization", "name": "Nga"},
        {"@type": "Organization", "name": "Mỹ"},
    ]


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("20251204", "2025-12-04"),
        ("2025-12", "2025-12"),
        ("2025", "2025"),
        ("2025-12-04T10:00:00+07:00", "2025-12-04T10:00:00+07:00"),
        ("hôm qua", None),
        (None, None),
    ],
)
def test_date_of_the_article_in_linked_data(given: str | None, written: str | None) -> None:
    quote = stored_quote(stored_article("Vâng.", date=given), (0, 4))
    assert quotation(quote)["isBasedOn"].get("datePublished") == written  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://x/ y", "data:text/html,x", "/1.html", "", None, 'https://x/"><script>']
)
def test_only_web_addresses_are_linked(url: str | None) -> None:
    quote = stored_quote(stored_article("Vâng.", url=url), (0, 4))
    assert quotation(quote)["isBasedOn"] == {
        "@type": "NewsArticle",
        "@id": "urn:ainoi:article:a1b2c3d4e5f60718",
        "headline": "Điện Kremlin nói về đàm phán",
        "datePublished": "2025-12-04",
        "publisher": {"@type": "Organization", "name": "Báo Ví Dụ"},
    }
    target = annotation(quote)["target"]
    assert target[0]["source"] == "urn:ainoi:article:a1b2c3d4e5f60718"  # type: ignore[index]


def test_json_ld_cannot_end_the_script_it_stands_in() -> None:
    words = "</script><script>alert(1)</script>"
    document = written("schema-org", [stored_quote(stored_article(words), (0, len(words)))])
    assert "<" not in document
    assert json.loads(document)["@graph"][0]["text"] == words


def test_annotation_has_a_pair_of_selectors_for_each_span(article: ArticleQuotes) -> None:
    document = json.loads(written("web-annotation", article.quotes))
    for node in document:
        jsonschema.validate(node, ANNOTATION_SCHEMA)
    source = "https://bao.example/dien-kremlin-1.html"
    assert document[0] == {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": "urn:ainoi:quote:q1",
        "type": "Annotation",
        "motivation": "tagging",
        "body": [
            {"type": "TextualBody", "purpose": "tagging", "format": "text/plain", "value": "Dmitry Peskov"},
            {
                "type": "SpecificResource",
                "purpose": "identifying",
                "source": "http://www.wikidata.org/entity/Q1",
            },
            {"type": "TextualBody", "purpose": "tagging", "format": "text/plain", "value": "speaker:person"},
            {"type": "TextualBody", "purpose": "tagging", "format": "text/plain", "value": "type:direct"},
            {"type": "TextualBody", "purpose": "tagging", "format": "text/plain", "value": "act:statement"},
        ],
        "target": [
            {
                "type": "SpecificResource",
                "source": source,
                "selector": [
                    {"type": "TextQuoteSelector", "exact": "Chúng tôi sẵn sàng", "prefix": "😀 “"},
                    {"type": "TextPositionSelector", "start": 3, "end": 21},
                ],
            },
            {
                "type": "SpecificResource",
                "source": source,
                "selector": [
                    {
                        "type": "TextQuoteSelector",
                        "exact": "đối thoại",
                        "suffix": "”.\r\nTheo một quan chức, chưa có kế hoạch.",
                    },
                    {"type": "TextPositionSelector", "start": 41, "end": 50},
                ],
            },
        ],
        "generator": {"type": "Software", "name": "ainoi-vi 1"},
    }


def test_selectors_find_the_words_in_the_text(article: ArticleQuotes) -> None:
    text = article.article.text
    for node in json.loads(written("web-annotation", article.quotes)):
        for target in node["target"]:
            words, position = target["selector"]
            assert text[position["start"] : position["end"]] == words["exact"]
            assert text[: position["start"]].endswith(words.get("prefix", ""))
            assert text[position["end"] :].startswith(words.get("suffix", ""))


@pytest.mark.parametrize("name", sorted(ARTICLE_FORMATS))
def test_what_was_marked_as_wrong_is_not_there_to_correct(name: str) -> None:
    source = stored_article("Vâng.")
    document = written(name, [ArticleQuotes(source, (stored_quote(source, (0, 4), checked="wrong"),))])
    assert '"content"' not in document


@pytest.mark.parametrize("name", sorted(QUOTE_FORMATS | ARTICLE_FORMATS))
def test_formats_read_no_further_than_they_write(name: str, article: ArticleQuotes) -> None:
    taken = 0

    def endless(item: object) -> Iterator[object]:
        nonlocal taken
        while True:
            taken += 1
            yield item

    per_article = name in ARTICLE_FORMATS
    write: Callable[[Any], Iterator[str]] = (QUOTE_FORMATS | ARTICLE_FORMATS)[name].write
    pieces = write(endless(article if per_article else article.quotes[0]))
    for _ in range(5):
        next(pieces)
    assert taken <= 5


@pytest.mark.parametrize("name", sorted(QUOTE_FORMATS | ARTICLE_FORMATS))
def test_every_format_says_what_it_is(name: str) -> None:
    found = (QUOTE_FORMATS | ARTICLE_FORMATS)[name]
    assert found.name == name
    assert "/" in found.media_type
    assert found.extension.isalpha()
