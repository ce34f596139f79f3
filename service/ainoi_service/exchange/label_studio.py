"""Articles as Label Studio tasks: the text, and its quotes as a prediction to correct (https://labelstud.io).

Offsets are code points, as Label Studio's text labels count since the end of 2021; ``\\r`` and ``\\n`` count one each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ainoi.schema import Act, QuoteType, SpeakerKind
from ainoi_service.exchange.articles import ArticleQuotes
from ainoi_service.exchange.json_pieces import compact, enclosed
from ainoi_service.exchange.regions import CONTENT, LABELS, Region, known_quote, marked, region
from ainoi_service.store.records import StoredQuote

SPEAKER, KIND, TYPE, ACT, DENIED = "speaker", "kind", "type", "act", "denied"
"""Names of the controls for one region."""


def to_label_studio(articles: Iterable[ArticleQuotes]) -> Iterator[str]:
    """Pieces of a JSON array of tasks, one an article, for a project with :func:`labeling_config`."""
    return enclosed("[", (compact(task(article)) for article in articles), "]\n")


def task(given: ArticleQuotes) -> dict[str, object]:
    """One task. ``data.quotes`` says what the regions cannot (who a speaker is), and is read back."""
    article, quotes = given.article, given.standing()
    found = marked(quotes)
    quote_of = {region(CONTENT, quote.spans[0]): quote for quote in quotes}
    result: list[dict[str, object]] = []
    for each in found.regions:
        result.append(_result(each, "label", "labels", text=article.text[each.start : each.end], labels=[each.label]))
        if each in quote_of:
            result += _details(each, quote_of[each])
    for link in found.links:
        relation = {"type": "relation", "from_id": link.start, "to_id": link.end, "direction": "right"}
        result.append({**relation, "labels": [link.name]})
    model = next((quote.model for quote in quotes if quote.model), None)
    return {
        "data": {
            "text": article.text,
            "article_id": article.id,
            "text_sha256": article.text_sha256,
            "title": article.title,
            "date": article.date,
            "url": article.url,
            "outlet": article.outlet,
            "quotes": [known_quote(quote) for quote in quotes],
        },
        "predictions": [{"model_version": f"{model.name} {model.version}" if model else "checked", "result": result}],
    }


def _details(at: Region, quote: StoredQuote) -> Iterator[dict[str, object]]:
    """What is said of the quote as a whole, attached to its first region."""
    if quote.speaker.name is not None:
        yield _result(at, SPEAKER, "textarea", text=[quote.speaker.name])
    yield _result(at, KIND, "choices", choices=[quote.speaker.kind.value])
    yield _result(at, TYPE, "choices", choices=[quote.type.value])
    if quote.act is not None:
        yield _result(at, ACT, "choices", choices=[quote.act.value])
    if quote.denied:
        yield _result(at, DENIED, "choices", choices=[DENIED])


def _result(at: Region, control: str, type: str, **said: object) -> dict[str, object]:
    value = {"start": at.start, "end": at.end, **said}
    return {"id": at.key, "from_name": control, "to_name": "text", "type": type, "value": value}


def labeling_config() -> str:
    """The labelling interface (XML) that a Label Studio project needs for these tasks."""
    colours = dict(zip(LABELS, ("#2f7ed8", "#f5a623", "#50a14f"), strict=True))
    lines = ["<View>", '  <Labels name="label" toName="text" choice="single">']
    lines += [f'    <Label value="{label}" background="{colours[label]}"/>' for label in LABELS]
    lines += ["  </Labels>", "  <Relations>"]
    lines += [f'    <Relation value="{name}"/>' for name in ("cue", "source", "continues")]
    lines += ["  </Relations>", '  <Text name="text" value="$text" granularity="symbol"/>']
    for_region = f'toName="text" perRegion="true" whenTagName="label" whenLabelValue="{CONTENT}"'
    lines += [f'  <TextArea name="{SPEAKER}" {for_region} maxSubmissions="1" editable="true" rows="1"/>']
    for name, values in ((KIND, SpeakerKind), (TYPE, QuoteType), (ACT, Act), (DENIED, (DENIED,))):
        several = "multiple" if name == DENIED else "single-radio"
        lines += [f'  <Choices name="{name}" {for_region} choice="{several}" showInline="true">']
        lines += [f'    <Choice value="{value}"/>' for value in values]
        lines += ["  </Choices>"]
    return "\n".join([*lines, "</View>", ""])
