"""What leaves for correction and comes back uncorrected is what left, whatever is in the text."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ainoi import Span, Speaker
from ainoi.schema import Act, QuoteType, SpeakerKind
from ainoi_service.exchange.articles import ArticleQuotes
from ainoi_service.exchange.checked import CheckedArticle, CheckedQuote
from ainoi_service.exchange.doccano import to_doccano
from ainoi_service.exchange.doccano_import import read_doccano
from ainoi_service.exchange.label_studio import to_label_studio
from ainoi_service.exchange.label_studio_import import read_label_studio
from ainoi_service.store.records import StoredArticle, StoredQuote
from stored_quotes import PESKOV, UNNAMED, stored_article, stored_quote

CHARACTERS = [
    "a",
    "đ",
    "ệ",
    "e\u0323\u0302",
    "😀",
    "👨\u200d👩",
    "\r\n",
    "\n",
    "\r",
    " ",
    "“",
    "\\",
    "n",
    '"',
    "\u2028",
    "<",
    "\u200b",
]
KREMLIN = Speaker(id="name:dien kremlin", name="Điện Kremlin", kind=SpeakerKind.ORGANIZATION, confidence=0.7)
UNKNOWN = Speaker(kind=SpeakerKind.UNKNOWN, confidence=0.1)


@st.composite
def articles(draw: st.DrawFn) -> ArticleQuotes:
    """An article whose quotes have spans that do not touch each other's, and cues and sources that they may share."""
    text = "".join(draw(st.lists(st.sampled_from(CHARACTERS), min_size=2, max_size=60)))
    article = stored_article(text)
    places = st.integers(0, len(text))
    cuts = sorted(draw(st.sets(places, max_size=12)))
    free = list(pairwise(cuts))[::2]
    ends = st.none() | st.tuples(places, places).filter(lambda both: both[0] < both[1])
    shared = draw(st.lists(ends, min_size=1, max_size=3))
    quotes = []
    while free:
        spans = [free.pop(0) for _ in range(min(len(free), draw(st.integers(1, 3))))]
        quotes.append(
            stored_quote(
                article,
                *spans,
                cue=draw(st.sampled_from(shared)),
                mention=draw(st.sampled_from(shared)),
                speaker=draw(st.sampled_from([PESKOV, KREMLIN, UNNAMED, UNKNOWN])),
                type=draw(st.sampled_from(QuoteType)),
                act=draw(st.none() | st.sampled_from(Act)),
                denied=draw(st.booleans()),
            )
        )
    return ArticleQuotes(article, tuple(quotes))


def checked(article: ArticleQuotes) -> tuple[CheckedArticle, ...]:
    quotes = tuple(checked_quote(quote) for quote in article.quotes)
    return (CheckedArticle(article_id=article.article.id, quotes=quotes),)


def checked_quote(quote: StoredQuote) -> CheckedQuote:
    def bare(span: Span | None) -> Span | None:
        return Span(start=span.start, end=span.end) if span else None

    said = quote.speaker
    return CheckedQuote(
        spans=quote.spans,
        cue=bare(quote.cue),
        mention=bare(quote.mention),
        speaker=Speaker(id=said.id, name=said.name, kind=said.kind, confidence=1.0),
        type=quote.type,
        act=quote.act,
        denied=quote.denied,
    )


def exported_tasks(article: ArticleQuotes) -> list[dict[str, Any]]:
    """What Label Studio exports when an annotator accepts the prediction as it is."""
    tasks: list[dict[str, Any]] = json.loads("".join(to_label_studio([article])))
    for i, task in enumerate(tasks):
        (prediction,) = task.pop("predictions")
        task |= {
            "id": i,
            "annotations": [{"id": 7, "was_cancelled": False, "result": prediction["result"], "completed_by": 1}],
            "predictions": [],
        }
    return tasks


def minimal_records(article: ArticleQuotes) -> list[dict[str, Any]]:
    """What Label Studio's converter makes of it for JSON-MIN: the data, and the values of each control."""
    records = []
    for task in exported_tasks(article):
        record = task["data"] | {"id": task["id"], "annotator": 1, "annotation_id": 7}
        for result in task["annotations"][0]["result"]:
            if result["type"] == "labels":
                record.setdefault("label", []).append(result["value"])
            elif "from_name" in result:
                record.setdefault(result["from_name"], []).append(result["value"].get("choices", ["?"])[0])
        records.append(record)
    return records


def exported_examples(article: ArticleQuotes) -> list[dict[str, Any]]:
    """What doccano exports: its own ids, everything else as it came."""
    examples = [json.loads(line) for line in to_doccano([article])]
    for i, example in enumerate(examples):
        for entity in example["entities"]:
            entity["id"] = entity["id"] * 3 + 1000
        example["relations"] = [
            {
                "id": n,
                "from_id": link["from_id"] * 3 + 1000,
                "to_id": link["to_id"] * 3 + 1000,
                "type": link["type"],
            }
            for n, link in enumerate(example["relations"])
        ]
        example |= {"id": i, "Comments": []}
    return examples


def encoded(value: object) -> bytes:
    return json.dumps(value).encode()


def text_of(article: StoredArticle) -> Any:
    return {article.id: article.text}.get


@given(articles())
def test_label_studio(article: ArticleQuotes) -> None:
    file = encoded(exported_tasks(article))
    assert read_label_studio(file, text_of(article.article)) == checked(article)


@given(articles(), st.sampled_from(["\\n", "\n", " ", ""]))
def test_label_studio_whatever_it_writes_for_a_line_break(article: ArticleQuotes, line_break: str) -> None:
    tasks = exported_tasks(article)
    for result in tasks[0]["annotations"][0]["result"]:
        if result["type"] == "labels":
            text = result["value"]["text"]
            result["value"]["text"] = text.replace("\r", line_break).replace("\n", line_break)
    assert read_label_studio(encoded(tasks), text_of(article.article)) == checked(article)


@given(articles())
def test_label_studio_without_the_words_of_the_regions(article: ArticleQuotes) -> None:
    tasks = exported_tasks(article)
    for result in tasks[0]["annotations"][0]["result"]:
        if result["type"] == "labels":
            del result["value"]["text"]
    assert read_label_studio(encoded(tasks), text_of(article.article)) == checked(article)


@given(articles())
def test_label_studio_json_min(article: ArticleQuotes) -> None:
    file = encoded(minimal_records(article))
    assert read_label_studio(file, text_of(article.article)) == checked(article)


@given(articles())
def test_doccano(article: ArticleQuotes) -> None:
    file = b"\n".join(map(encoded, exported_examples(article)))
    assert read_doccano(file, text_of(article.article)) == checked(article)


@given(articles())
def test_doccano_without_relations(article: ArticleQuotes) -> None:
    examples = exported_examples(article)
    for example in examples:
        del example["relations"]
        entities = example.pop("entities")
        example["label"] = [[each["start_offset"], each["end_offset"], each["label"]] for each in entities]
    file = b"\n".join(map(encoded, examples))
    assert read_doccano(file, text_of(article.article)) == checked(article)


@given(articles())
def test_doccano_offsets_cut_the_words_out_of_utf16(article: ArticleQuotes) -> None:
    (line,) = to_doccano([article])
    units = article.article.text.encode("utf-16-le")
    words = {
        units[2 * each["start_offset"] : 2 * each["end_offset"]].decode("utf-16-le")
        for each in json.loads(line)["entities"]
        if each["label"] == "content"
    }
    text = article.article.text
    assert words == {text[span.start : span.end] for quote in article.quotes for span in quote.spans}
