"""The library as a spaCy component: ``nlp.add_pipe("ainoi_quotes")``.

Quotes are the span group ``doc.spans["quotes"]`` (one span for each stretch of a quote, labelled with its type), their
cues and mentions ``doc.spans["quotes_cues"]`` and ``doc.spans["quotes_mentions"]``. ``span._.quote`` is the quote as a
plain dictionary (the JSON of :class:`ainoi.Quote`), so it survives ``DocBin(store_user_data=True)``;
``span._.speaker`` and the other attributes read from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date as Date
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from spacy.language import Language
from spacy.tokens import Doc, Span

from ainoi.errors import AinoiError
from ainoi.schema import AnnotatedArticle, Article, Quote

DEFAULT_ATTRS = {"quote": "quote", "speaker": "speaker", "article": "article"}
"""Names of the custom attributes; change them where another component uses the same."""


class ArticleAnnotator(Protocol):
    """What the component needs of :class:`ainoi.Annotator`."""

    def annotate_batch(self, articles: Sequence[Article]) -> Sequence[AnnotatedArticle | AinoiError]:
        """One result for each article, in order."""


def register_extensions(attrs: dict[str, str] | None = None) -> None:
    """Define ``span._.quote``, ``span._.speaker`` and ``doc._.article``; call it before reading a DocBin from disk.

    ``attrs`` maps those names to others. Attributes that are there already stay as they are.
    """
    names = {**DEFAULT_ATTRS, **(attrs or {})}

    def speaker_of(span: Span) -> str | None:
        quote = span._.get(names["quote"])
        return quote["speaker"]["name"] if quote else None

    if not Span.has_extension(names["quote"]):
        Span.set_extension(names["quote"], default=None)
    if not Span.has_extension(names["speaker"]):
        Span.set_extension(names["speaker"], getter=speaker_of)
    if not Doc.has_extension(names["article"]):
        Doc.set_extension(names["article"], default=None)


class QuoteComponent:
    """Writes the quotes of a ``Doc`` into its span groups.

    ``doc._.article`` may hold ``{"date": …, "title": …, "url": …, "outlet": …, "id": …}`` beforehand: the date decides
    who a role such as *the President* was. A text that cannot be annotated gets empty groups.
    """

    def __init__(self, annotator: ArticleAnnotator, *, spans_key: str, attrs: dict[str, str] | None = None) -> None:
        if not spans_key:
            raise ValueError("spans_key must not be empty")
        self._annotator = annotator
        self._key = spans_key
        self._attrs = {**DEFAULT_ATTRS, **(attrs or {})}
        register_extensions(attrs)

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one document."""
        self.set_annotations([doc], self.predict([doc]))
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 16) -> Iterator[Doc]:
        """Annotate a stream of documents, ``batch_size`` of them in one pass of the network."""
        documents = iter(stream)
        while batch := list(islice(documents, batch_size)):
            self.set_annotations(batch, self.predict(batch))
            yield from batch

    def predict(self, docs: Sequence[Doc]) -> list[tuple[Quote, ...]]:
        """The quotes of each document; changes nothing."""
        results = self._annotator.annotate_batch([self._article(doc) for doc in docs])
        return [() if isinstance(result, AinoiError) else result.quotes for result in results]

    def set_annotations(self, docs: Sequence[Doc], quotes: Sequence[tuple[Quote, ...]]) -> None:
        """Write the predicted quotes into the documents."""
        for doc, found in zip(docs, quotes, strict=True):
            contents, cues, mentions = [], [], []
            for quote in found:
                for place in quote.spans:
                    span = _span(doc, place.start, place.end, str(quote.type))
                    span._.set(self._attrs["quote"], quote.model_dump(mode="json"))
                    contents.append(span)
                if quote.cue is not None:
                    cues.append(_span(doc, quote.cue.start, quote.cue.end, "cue"))
                if quote.mention is not None:
                    mentions.append(_span(doc, quote.mention.start, quote.mention.end, str(quote.speaker.kind)))
            doc.spans[self._key] = contents
            doc.spans[f"{self._key}_cues"] = cues
            doc.spans[f"{self._key}_mentions"] = mentions

    def _article(self, doc: Doc) -> Article:
        metadata: dict[str, Any] = doc._.get(self._attrs["article"]) or {}
        date = metadata.get("date")
        return Article(**{**metadata, "date": date.isoformat() if isinstance(date, Date) else date, "text": doc.text})


def _span(doc: Doc, start: int, end: int, label: str) -> Span:
    """The tokens under the characters ``start:end``; a tokenizer that does not split there makes the span wider."""
    span = doc.char_span(start, end, label=label, alignment_mode="expand")
    assert span is not None  # offsets inside the text always touch a token when they may expand
    return span


@Language.factory(
    "ainoi_quotes",
    assigns=["doc.spans", "span._.quote", "span._.speaker"],
    default_config={"model": None, "registry_files": [], "spans_key": "quotes", "attrs": DEFAULT_ATTRS},
)
def make_ainoi_quotes(
    nlp: Language,
    name: str,
    model: str | None,
    registry_files: list[str],
    spans_key: str,
    attrs: dict[str, str],
) -> QuoteComponent:
    """The component with the model in folder ``model``, or the one that ships with the library if None."""
    from ainoi.pipeline import Annotator

    annotator = Annotator.load(Path(model) if model else None, registry_files=[Path(file) for file in registry_files])
    return QuoteComponent(annotator, spans_key=spans_key, attrs=attrs)
