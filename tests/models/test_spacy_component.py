"""The spaCy component and tokenizer."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from ainoi.errors import AinoiError, EmptyTextError
from ainoi.schema import (
    AnnotatedArticle,
    Article,
    Context,
    Method,
    ModelVersion,
    Quote,
    QuoteType,
    Span,
    Speaker,
    SpeakerKind,
    TextSpan,
)
from ainoi.spacy_component import QuoteComponent
from ainoi.spacy_tokenizer import LinearTokenizer

TEXT = "Ông Peskov nói: “Chúng tôi sẵn sàng”."
VERSION = ModelVersion(name="fake", version="0", sha256="0")


class Marks:
    """An annotator that finds what stands between the first two marks, said by whoever stands before the colon."""

    def __init__(self) -> None:
        self.articles: list[Article] = []

    def annotate_batch(self, articles: Sequence[Article]) -> list[AnnotatedArticle | AinoiError]:
        self.articles.extend(articles)
        return [self._annotate(article) for article in articles]

    def _annotate(self, article: Article) -> AnnotatedArticle | AinoiError:
        text = article.text
        if not text.strip():
            return EmptyTextError("no text")
        start, end = text.find("“") + 1, text.find("”")
        quotes = []
        if 0 < start < end:
            quote = Quote(
                id="q",
                text=text[start:end],
                spans=(Span(start=start, end=end),),
                type=QuoteType.DIRECT,
                act=None,
                cue=TextSpan(start=11, end=14, text=text[11:14]),
                mention=TextSpan(start=0, end=10, text=text[:10]),
                speaker=Speaker(
                    id="dmitry-peskov",
                    name="Dmitry Peskov",
                    kind=SpeakerKind.PERSON,
                    method=Method.ALIAS,
                    confidence=0.9,
                ),
                via=None,
                said_on=None,
                denied=False,
                nested_in=None,
                repeat_of=None,
                confidence=0.9,
                context=Context(before=text[:start], after=text[end:]),
            )
            quotes.append(quote)
        return AnnotatedArticle(
            model=VERSION,
            id="a",
            title=None,
            date=article.date,
            url=None,
            outlet=None,
            text_sha256=article.text_sha256,
            quotes=tuple(quotes),
        )


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.blank("vi", config={"nlp": {"tokenizer": {"@tokenizers": "ainoi.Tokenizer.v1"}}})


@given(st.text(max_size=80))
def test_the_tokenizer_gives_back_the_text(text: str) -> None:
    assert LinearTokenizer(spacy.blank("xx").vocab)(text).text == text


def test_marks_are_tokens_of_their_own(nlp: Language) -> None:
    assert [token.text for token in nlp.make_doc(TEXT)] == [
        "Ông", "Peskov", "nói", ":", "“", "Chúng", "tôi", "sẵn", "sàng", "”", "."
    ]  # fmt: skip


def test_the_component_is_found_by_its_entry_point() -> None:
    assert spacy.registry.has("factories", "ainoi_quotes")


def test_spans_and_attributes(nlp: Language) -> None:
    doc = QuoteComponent(Marks(), spans_key="quotes")(nlp.make_doc(TEXT))
    [quote] = doc.spans["quotes"]
    assert (quote.text, quote.label_, quote._.speaker) == ("Chúng tôi sẵn sàng", "direct", "Dmitry Peskov")
    assert quote._.quote["speaker"]["id"] == "dmitry-peskov"
    assert [(span.text, span.label_) for span in doc.spans["quotes_cues"]] == [("nói", "cue")]
    assert [(span.text, span.label_) for span in doc.spans["quotes_mentions"]] == [("Ông Peskov", "person")]


def test_results_survive_docbin_with_user_data(nlp: Language) -> None:
    doc = QuoteComponent(Marks(), spans_key="quotes")(nlp.make_doc(TEXT))
    data = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    [again] = list(DocBin().from_bytes(data).get_docs(spacy.blank("xx").vocab))
    # msgpack gives tuples for lists; as JSON they are the same.
    assert [json.dumps(span._.quote) for span in again.spans["quotes"]] == [
        json.dumps(span._.quote) for span in doc.spans["quotes"]
    ]
    assert [(span.text, span.label_) for span in again.spans["quotes"]] == [("Chúng tôi sẵn sàng", "direct")]
    assert [span._.speaker for span in again.spans["quotes"]] == ["Dmitry Peskov"]


def test_metadata_reaches_the_annotator(nlp: Language) -> None:
    annotator = Marks()
    doc = nlp.make_doc(TEXT)
    doc._.article = {"date": "2025-12-04", "title": "Tựa"}
    QuoteComponent(annotator, spans_key="quotes")(doc)
    assert annotator.articles == [Article(text=TEXT, date="2025-12-04", title="Tựa")]


def test_pipe_keeps_the_order_and_empty_documents(nlp: Language) -> None:
    component = QuoteComponent(Marks(), spans_key="quotes")
    docs = [nlp.make_doc(text) for text in (TEXT, " ", "Không có gì.", TEXT)]
    results = list(component.pipe(docs, batch_size=3))
    assert [doc.text for doc in results] == [doc.text for doc in docs]
    assert [len(doc.spans["quotes"]) for doc in results] == [1, 0, 0, 1]


def test_names_of_attributes_and_groups_can_be_changed(nlp: Language) -> None:
    component = QuoteComponent(Marks(), spans_key="said", attrs={"speaker": "who", "quote": "said"})
    doc = component(nlp.make_doc(TEXT))
    [span] = doc.spans["said"]
    assert (span._.who, span._.said["text"]) == ("Dmitry Peskov", "Chúng tôi sẵn sàng")


def test_a_tokenizer_that_glues_marks_to_words_widens_the_span() -> None:
    words = TEXT.split(" ")
    doc = Doc(spacy.blank("xx").vocab, words=words, spaces=[True] * (len(words) - 1) + [False])
    QuoteComponent(Marks(), spans_key="quotes")(doc)
    [span] = doc.spans["quotes"]
    assert span.text == "“Chúng tôi sẵn sàng”."
    assert span._.quote["text"] == "Chúng tôi sẵn sàng"


def test_an_empty_key_is_refused() -> None:
    with pytest.raises(ValueError, match="spans_key"):
        QuoteComponent(Marks(), spans_key="")
