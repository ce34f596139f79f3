"""The figures of the annotation guide: quotes found, exact, attributed, and their speakers and mentions.

Predicted and gold records are paired one to one, best first, by intersection over union of the letters and digits of
their contents; a pair counts from 0.5. Nested gold records, nested predictions, and predictions that overlap a nested
record more than any other count neither for nor against. The tests hold these figures equal to ``score.py`` of the
gold data.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ainoi.marks import inside, quote_type

THRESHOLD = 0.5
"""Overlap from which two records are a pair."""

TYPES = ("direct", "mixed", "indirect")
ROWS = ("all", *TYPES, "person")


@dataclass(frozen=True)
class Record:
    """One quote, gold or predicted, as scoring sees it. ``chars``: positions of its letters and digits."""

    spans: tuple[tuple[int, int], ...]
    chars: frozenset[int]
    type: str
    speaker: str | None
    aliases: tuple[str, ...]
    kind: str | None
    mention: tuple[int, int] | None
    cue: tuple[int, int] | None
    via: str | None
    nested: bool


@dataclass(frozen=True)
class Match:
    """One article scored: flat gold records, predictions that count, and the pairs ``(gold, predicted, overlap)``."""

    id: str
    text: str
    gold: list[Record]
    predicted: list[Record]
    pairs: list[tuple[int, int, float]]
    nested_gold: list[Record]
    nested_predicted: list[Record]


@dataclass
class Counts:
    """What one row of the table counts: hits and totals seen from gold and from the predictions."""

    gold: int = 0
    predicted: int = 0
    found: list[int] = field(default_factory=lambda: [0, 0])
    exact: list[int] = field(default_factory=lambda: [0, 0])
    attributed: list[int] = field(default_factory=lambda: [0, 0])


@dataclass(frozen=True)
class Figures:
    """Precision, recall and F1, rounded to four digits."""

    precision: float
    recall: float
    f1: float

    @classmethod
    def of(cls, hits_predicted: int, predicted: int, hits_gold: int, gold: int) -> Figures:
        """From hits and totals on both sides; 0 where a total is 0."""
        p = hits_predicted / predicted if predicted else 0.0
        r = hits_gold / gold if gold else 0.0
        return cls(round(p, 4), round(r, 4), round(2 * p * r / (p + r) if p + r else 0.0, 4))


@dataclass(frozen=True)
class Row:
    """One row of the table: all quotes, those of one type, or those of persons."""

    gold: int
    predicted: int
    quotes: Figures
    exact: Figures
    attributed: Figures
    speaker_accuracy: float


@dataclass(frozen=True)
class Table:
    """All rows by name, and the share of pairs whose mentions overlap."""

    rows: dict[str, Row]
    mention_accuracy: float
    articles: int


def fold(name: str | None) -> str:
    """Letters without case, diacritics, punctuation and repeated spaces."""
    plain = unicodedata.normalize("NFD", (name or "").replace("đ", "d").replace("Đ", "D"))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())


def same_speaker(gold: Record, predicted: Record) -> bool:
    """Whether the predicted name is one of gold's, or null where gold has no name."""
    if not predicted.speaker:
        return gold.speaker is None
    return fold(predicted.speaker) in {fold(name) for name in (gold.speaker, *gold.aliases) if name}


def touches(a: tuple[int, int] | None, b: tuple[int, int] | None) -> bool:
    """Whether two half-open spans share a position."""
    return bool(a and b and max(a[0], b[0]) < min(a[1], b[1]))


def record_of(quote: Mapping[str, Any], text: str, flags: bytes) -> Record:
    """Read a quote of a gold or a predicted file; ``flags`` are :func:`ainoi.marks.inside` of ``text``."""
    speaker = quote.get("speaker")
    name, kind = (
        (speaker.get("name"), speaker.get("kind")) if isinstance(speaker, dict) else (speaker, quote.get("kind"))
    )
    spans = tuple(_pair(span) for span in quote["spans"])
    chars = frozenset(i for start, end in spans for i in range(start, min(end, len(text))) if text[i].isalnum())
    return Record(
        spans=spans,
        chars=chars,
        type=str(quote_type(text, list(spans), flags)),
        speaker=name,
        aliases=tuple(quote.get("aliases") or ()),
        kind=kind,
        mention=_pair(quote["mention"]) if quote.get("mention") else None,
        cue=_pair(quote["cue"]) if quote.get("cue") else None,
        via=quote.get("via"),
        nested=bool(quote.get("nested")),
    )


def match_article(article: Mapping[str, Any], predictions: Sequence[Mapping[str, Any]]) -> Match:
    """Pair one gold article's records with its predictions."""
    text = article["text"]
    flags = inside(text)
    gold = [record_of(quote, text, flags) for quote in article["quotes"]]
    everything = [record for quote in predictions if (record := record_of(quote, text, flags)).chars]
    predicted = [record for record in everything if not record.nested]
    flat = [record for record in gold if not record.nested]
    nested = [record for record in gold if record.nested]
    predicted = [p for p in predicted if _closest(p, nested) <= _closest(p, flat)]
    return Match(
        id=str(article["id"]),
        text=text,
        gold=flat,
        predicted=predicted,
        pairs=pair(flat, predicted),
        nested_gold=nested,
        nested_predicted=[record for record in everything if record.nested],
    )


def pair(gold: Sequence[Record], predicted: Sequence[Record]) -> list[tuple[int, int, float]]:
    """One-to-one pairs ``(gold index, predicted index, overlap)``, best first."""
    scored = []
    for i, g in enumerate(gold):
        for j, p in enumerate(predicted):
            overlap = _overlap(g.chars, p.chars)
            if overlap >= THRESHOLD:
                scored.append((overlap, -i, -j))
    pairs: list[tuple[int, int, float]] = []
    used_gold, used_predicted = set(), set()
    for overlap, minus_i, minus_j in sorted(scored, reverse=True):
        if minus_i not in used_gold and minus_j not in used_predicted:
            used_gold.add(minus_i)
            used_predicted.add(minus_j)
            pairs.append((-minus_i, -minus_j, overlap))
    return pairs


def table_of(matches: Sequence[Match]) -> Table:
    """The table of figures over all articles."""
    counts = {key: Counts() for key in ROWS}
    mentions = mention_hits = 0
    for match in matches:
        by_gold = {i: (j, overlap) for i, j, overlap in match.pairs}
        by_predicted = {j: (i, overlap) for i, j, overlap in match.pairs}
        for i, record in enumerate(match.gold):
            hit = by_gold.get(i)
            right = hit is not None and same_speaker(record, match.predicted[hit[0]])
            for key in _rows_of(record):
                counts[key].gold += 1
                _count(counts[key], 0, hit, right)
        for j, record in enumerate(match.predicted):
            hit = by_predicted.get(j)
            right = hit is not None and same_speaker(match.gold[hit[0]], record)
            for key in _rows_of(record):
                counts[key].predicted += 1
                _count(counts[key], 1, hit, right)
        for i, j, _ in match.pairs:
            if match.gold[i].mention:
                mentions += 1
                mention_hits += touches(match.gold[i].mention, match.predicted[j].mention)
    return Table(
        rows={key: _row(c) for key, c in counts.items()},
        mention_accuracy=round(mention_hits / mentions, 4) if mentions else 0.0,
        articles=len(matches),
    )


def _rows_of(record: Record) -> list[str]:
    return ["all", record.type, *(["person"] if record.kind == "person" else [])]


def _count(counts: Counts, side: int, hit: tuple[int, float] | None, right: bool) -> None:
    if hit is not None:
        counts.found[side] += 1
        counts.exact[side] += hit[1] == 1.0
        counts.attributed[side] += right


def _row(c: Counts) -> Row:
    def figures(hits: list[int]) -> Figures:
        return Figures.of(hits[1], c.predicted, hits[0], c.gold)

    accuracy = round(c.attributed[0] / c.found[0], 4) if c.found[0] else 0.0
    return Row(c.gold, c.predicted, figures(c.found), figures(c.exact), figures(c.attributed), accuracy)


def _closest(record: Record, others: Sequence[Record]) -> float:
    """Overlap with the nearest of ``others`` that would be a pair, else 0."""
    best = max((_overlap(record.chars, other.chars) for other in others), default=0.0)
    return best if best >= THRESHOLD else 0.0


def _overlap(a: frozenset[int], b: frozenset[int]) -> float:
    union = len(a | b)
    return len(a & b) / union if union else 0.0


def _pair(span: Any) -> tuple[int, int]:
    return (span["start"], span["end"]) if isinstance(span, Mapping) else (span[0], span[1])
