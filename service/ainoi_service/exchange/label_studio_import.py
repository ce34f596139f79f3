"""Corrected Label Studio files: its JSON export, and as far as that goes its JSON-MIN export.

Which unit a file counts in is found out: code points (Label Studio since 2021), or UTF-16 units if only then the
``text`` of every region is what stands there.
"""

from __future__ import annotations

from dataclasses import replace

from ainoi.schema import Act, QuoteType, SpeakerKind
from ainoi_service.exchange.checked import CheckedArticle, TextOf
from ainoi_service.exchange.corrected import (
    MOST_REGIONS,
    NOTHING,
    Corrected,
    Said,
    choice_at,
    known_quotes,
    label_at,
    name_at,
)
from ainoi_service.exchange.fields import Field, parse
from ainoi_service.exchange.grouping import quotes_of
from ainoi_service.exchange.label_studio import ACT, DENIED, KIND, SPEAKER, TYPE
from ainoi_service.exchange.offsets import Unit
from ainoi_service.exchange.placing import RawRegion, placed
from ainoi_service.exchange.reading import Articles, check_size, read_all, unreadable

MOST_RESULTS = 5 * MOST_REGIONS
"""Results of one annotation: regions, relations, and what is said of regions."""

_UNITS: tuple[Unit, ...] = ("code_point", "utf16")


def read_label_studio(data: bytes, text_of: TextOf) -> tuple[CheckedArticle, ...]:
    """The articles of a corrected file, each with the quotes that its last annotation leaves.

    Tasks that nobody annotated, or whose annotations were all skipped, are left out. Raises ``ImportFileError``.
    """
    check_size(data)
    with unreadable():
        tasks = _tasks(Field(parse(data)))
    articles = Articles(text_of)
    return read_all(((f"task {i}", task) for i, task in enumerate(tasks, 1)), lambda task: _article(task, articles))


def _tasks(root: Field) -> list[Field]:
    """One object is one task."""
    return [root] if isinstance(root.value, dict) else [Field(item.value) for item in root.items()]


def _article(task: Field, articles: Articles) -> CheckedArticle | None:
    if task.get("data") is None and task.get("annotations") is None:
        return _minimal_article(task, articles)
    results = _last_results(task)
    if results is None:
        return None
    data = task.need("data")
    id, text = articles.of(data)
    raw, relations = _regions(results)
    found = placed(raw, text, _UNITS)
    links = [
        (found.name[_end(each, "from_id", found.name)], found.name[_end(each, "to_id", found.name)])
        for each in relations
    ]
    corrected = Corrected(found.regions, links, known_quotes(data.get("quotes")))
    return CheckedArticle(article_id=id, quotes=quotes_of(corrected, text))


def _end(relation: Field, name: str, keys: dict[str, str]) -> str:
    at = relation.need(name)
    key = at.text()
    if key not in keys:
        at.wrong("names no region of this annotation")
    return key


def _last_results(task: Field) -> Field | None:
    """``result`` of the annotation changed last that was not skipped; ``completions`` is its old name."""
    found = task.get("annotations") or task.get("completions") or task.need("annotations")
    kept: list[tuple[str, int, Field]] = []
    for i, each in enumerate(found.items()):
        skipped = each.get("was_cancelled") or each.get("skipped")
        if skipped is None or skipped.value is False:
            changed = each.get("updated_at") or each.get("created_at")
            kept.append((changed.text() if changed and isinstance(changed.value, str) else "", i, each))
    return max(kept, key=lambda each: each[:2])[2].need("result") if kept else None


def _regions(results: Field) -> tuple[list[RawRegion], list[Field]]:
    """The labelled regions, with what is said of them, and the relations. Results of other controls are passed over."""
    regions: dict[str, RawRegion] = {}
    relations: list[Field] = []
    said: dict[str, Said] = {}
    for each in results.items(MOST_RESULTS):
        kind = each.need("type").text()
        if kind == "relation":
            relations.append(each)
        elif kind == "labels":
            at = each.need("id")
            key = at.text()
            if key in regions:
                at.wrong("is the id of another region too")
            regions[key] = _region(key, each, each.need("value"))
        elif kind.endswith("labels"):
            each.need("type").wrong("must be labels: regions of a Text tag")
        elif each.get("id") and each.get("from_name"):
            key = each.need("id").text()
            said[key] = said.get(key, NOTHING).or_else(_said(each.need("from_name").text(), each))
    return [replace(each, said=_settled(said.get(key))) for key, each in regions.items()], relations


def _region(key: str, at: Field, value: Field) -> RawRegion:
    labels = value.need("labels").items()
    if len(labels) != 1:
        value.need("labels").wrong("must have one item")
    text = value.get("text")
    words = text.text() if text and isinstance(text.value, str) else None
    return RawRegion(key, label_at(labels[0]), value.need("start"), value.need("end"), at, words)


def _said(control: str, at: Field) -> Said:
    """What a control for one region says."""
    if control == SPEAKER:
        return Said(speaker=name_at(chosen) if (chosen := _first(at.need("value").need("text"))) else None)
    if control not in (KIND, TYPE, ACT, DENIED):
        return NOTHING
    chosen = _first(at.need("value").need("choices"))
    if chosen is None:
        return NOTHING
    if control == KIND:
        return Said(kind=choice_at(SpeakerKind, chosen))
    if control == TYPE:
        return Said(type=choice_at(QuoteType, chosen))
    if control == ACT:
        return Said(act=choice_at(Act, chosen))
    return Said(denied=True)


def _first(at: Field) -> Field | None:
    """The only item of a list, or a text that stands for one."""
    if isinstance(at.value, str):
        return at
    items = at.items()
    if len(items) > 1:
        at.wrong("must have one item")
    return items[0] if items else None


def _settled(said: Said | None) -> Said:
    """Where a region has controls at all, ``denied`` not ticked is an answer."""
    return NOTHING if said is None or said == NOTHING else said.or_else(Said(denied=False))


def _minimal_article(record: Field, articles: Articles) -> CheckedArticle | None:
    """A record of JSON-MIN, which keeps neither relations nor what is said of a region."""
    if record.get("annotation_id") is None:
        record.need("article_id")
        return None
    id, text = articles.of(record)
    raw = [_region(str(i), each, each) for i, each in enumerate(_minimal_regions(record))]
    corrected = Corrected(placed(raw, text, _UNITS).regions, None, known_quotes(record.get("quotes")))
    return CheckedArticle(article_id=id, quotes=quotes_of(corrected, text))


def _minimal_regions(record: Field) -> list[Field]:
    """The member that lists labelled regions; absent where nothing is labelled."""
    for name, member in record.members():
        if name != "quotes" and isinstance(member.value, list) and member.value:
            first = member.value[0]
            if isinstance(first, dict) and "labels" in first:
                return member.items(MOST_REGIONS)
    return []
