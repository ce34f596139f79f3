"""Corrected doccano files: JSON Lines with ``entities`` and ``relations``, or with ``label`` alone.

Offsets are UTF-16 units, as doccano's page counts, unless ``offset_unit`` in the record says ``code_point``.
"""

from __future__ import annotations

from ainoi_service.exchange.checked import CheckedArticle, TextOf
from ainoi_service.exchange.corrected import MOST_REGIONS, Corrected, known_quotes, label_at
from ainoi_service.exchange.fields import Field, parse
from ainoi_service.exchange.grouping import quotes_of
from ainoi_service.exchange.offsets import Unit
from ainoi_service.exchange.placing import RawRegion, placed
from ainoi_service.exchange.reading import Articles, check_size, read_all

_BOM = b"\xef\xbb\xbf"


def read_doccano(data: bytes, text_of: TextOf) -> tuple[CheckedArticle, ...]:
    """The articles of a corrected file, one a line; blank lines are passed over. Raises ``ImportFileError``.

    Every article in the file counts as corrected: doccano's export of confirmed examples is what to import.
    """
    check_size(data)
    articles = Articles(text_of)
    lines = enumerate(data.removeprefix(_BOM).split(b"\n"), 1)
    return read_all(
        ((f"line {i}", line) for i, line in lines if line.strip()), lambda line: _article(Field(parse(line)), articles)
    )


def _article(record: Field, articles: Articles) -> CheckedArticle:
    id, text = articles.of(record)
    raw = _entities(record)
    found = placed(raw, text, (_unit(record.get("offset_unit")),))
    relations = record.get("relations")
    links = None if relations is None else _links(relations, found.name)
    corrected = Corrected(found.regions, links, known_quotes(record.get("quotes")))
    return CheckedArticle(article_id=id, quotes=quotes_of(corrected, text))


def _unit(at: Field | None) -> Unit:
    if at is None or at.text() == "utf16":
        return "utf16"
    if at.text() != "code_point":
        at.wrong("must be utf16 or code_point")
    return "code_point"


def _entities(record: Field) -> list[RawRegion]:
    """Regions of either of doccano's two shapes: objects with ids, or lists of start, end and label."""
    entities = record.get("entities")
    if entities is None:
        listed = record.get("label") or record.get("labels") or record.need("entities")
        return [_listed(i, each) for i, each in enumerate(listed.items(MOST_REGIONS))]
    regions: dict[str, RawRegion] = {}
    for each in entities.items(MOST_REGIONS):
        key = str(each.need("id").whole())
        if key in regions:
            each.need("id").wrong("is the id of another entity too")
        label = label_at(each.need("label"))
        regions[key] = RawRegion(key, label, each.need("start_offset"), each.need("end_offset"), each)
    return list(regions.values())


def _listed(number: int, at: Field) -> RawRegion:
    parts = at.items()
    if len(parts) != 3:
        at.wrong("must be a list of start, end and label")
    return RawRegion(f"#{number}", label_at(parts[2]), parts[0], parts[1], at)


def _links(relations: Field, name: dict[str, str]) -> list[tuple[str, str]]:
    return [
        (_end(each.need("from_id"), name), _end(each.need("to_id"), name)) for each in relations.items(MOST_REGIONS)
    ]


def _end(at: Field, name: dict[str, str]) -> str:
    key = str(at.whole())
    if key not in name:
        at.wrong("names no entity of this line")
    return name[key]
