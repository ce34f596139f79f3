"""Quotes as W3C Web Annotations in JSON-LD (https://www.w3.org/TR/annotation-model/).

Positions count code points, as the recommendation demands and as all offsets here do; they count in the article's text
as the store has it, not in the page's HTML. ``exact``, ``prefix`` and ``suffix`` find the words in the page too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ainoi_service.exchange.iris import article_iri, quote_iri, span_texts, wikidata_iri
from ainoi_service.exchange.json_pieces import compact, enclosed
from ainoi_service.store.records import StoredQuote


def to_web_annotations(quotes: Iterable[StoredQuote]) -> Iterator[str]:
    """Pieces of a JSON array of annotations, each of which stands for itself."""
    return enclosed("[", (compact(annotation(quote)) for quote in quotes if quote.checked != "wrong"), "]\n")


def annotation(quote: StoredQuote) -> dict[str, object]:
    """One annotation: the bodies say who speaks and how, and each span of the quote is a target."""
    node: dict[str, object] = {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": quote_iri(quote),
        "type": "Annotation",
        "motivation": "tagging",
        "body": list(_bodies(quote)),
        "target": list(_targets(quote)),
    }
    if quote.model is not None:
        node["generator"] = {"type": "Software", "name": f"{quote.model.name} {quote.model.version}"}
    return node


def _bodies(quote: StoredQuote) -> Iterator[dict[str, object]]:
    speaker = quote.speaker
    if speaker.name is not None:
        yield {"type": "TextualBody", "purpose": "tagging", "format": "text/plain", "value": speaker.name}
    if (entity := wikidata_iri(speaker.wikidata)) is not None:
        yield {"type": "SpecificResource", "purpose": "identifying", "source": entity}
    tags = [f"speaker:{speaker.kind.value}", f"type:{quote.type.value}"]
    tags += [f"act:{quote.act.value}"] if quote.act else []
    tags += ["denied"] if quote.denied else []
    for tag in tags:
        yield {"type": "TextualBody", "purpose": "tagging", "format": "text/plain", "value": tag}


def _targets(quote: StoredQuote) -> Iterator[dict[str, object]]:
    """One for each span. The words before the first and behind the last are at hand, those in between are not."""
    last = len(quote.spans) - 1
    for i, (span, exact) in enumerate(zip(quote.spans, span_texts(quote), strict=True)):
        words = {"type": "TextQuoteSelector", "exact": exact}
        if i == 0:
            words["prefix"] = quote.context.before
        if i == last:
            words["suffix"] = quote.context.after
        position = {"type": "TextPositionSelector", "start": span.start, "end": span.end}
        yield {"type": "SpecificResource", "source": article_iri(quote.article), "selector": [words, position]}
