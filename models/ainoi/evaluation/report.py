"""What a person reads about a scoring: breakdowns beyond the table, and the errors with their context."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ainoi.evaluation.score import ROWS, Figures, Match, Record, Table, fold, pair, same_speaker, touches

CONTEXT = 120
"""Characters shown on each side of an error."""

MentionForm = Callable[[str], str]
"""Tells of a mention's words whether it is a ``name``, a ``role`` or a ``pronoun``."""


@dataclass(frozen=True)
class Details:
    """Figures beside the table. ``speakers``: by kind of gold mention, speakers right and pairs. ``cue`` and ``kind``:
    share of pairs that agree. ``via``: of the outlets named. ``nested``: of the nested records."""

    speakers: dict[str, tuple[int, int]]
    cue: float
    kind: float
    via: Figures
    nested: Figures
    named: float
    """Share of the counted predictions that carry a name."""
    named_right: float
    """Share of named speakers among the pairs that are right."""


def details_of(matches: Sequence[Match], mention_form: MentionForm) -> Details:
    """Break a scoring down."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    cues = cue_hits = kinds = kind_hits = named = named_right = 0
    via_hits = via_gold = via_predicted = 0
    nested_hits = nested_gold = nested_predicted = 0
    for match in matches:
        for i, j, _ in match.pairs:
            gold, predicted = match.gold[i], match.predicted[j]
            is_right = same_speaker(gold, predicted)
            form = mention_form(match.text[slice(*gold.mention)]) if gold.mention else "none"
            total[form] += 1
            right[form] += is_right
            if gold.cue or predicted.cue:
                cues += 1
                cue_hits += touches(gold.cue, predicted.cue)
            kinds += 1
            kind_hits += gold.kind == predicted.kind or (gold.kind == "unnamed" and predicted.kind == "unknown")
            via_gold += gold.via is not None
            via_predicted += predicted.via is not None
            via_hits += gold.via is not None and fold(gold.via) == fold(predicted.via)
            named += predicted.speaker is not None
            named_right += predicted.speaker is not None and is_right
        nested_gold += len(match.nested_gold)
        nested_predicted += len(match.nested_predicted)
        nested_hits += len(pair(match.nested_gold, match.nested_predicted))
    return Details(
        speakers={form: (right[form], total[form]) for form in ("name", "role", "pronoun", "none")},
        cue=cue_hits / cues if cues else 0.0,
        kind=kind_hits / kinds if kinds else 0.0,
        via=Figures.of(via_hits, via_predicted, via_hits, via_gold),
        nested=Figures.of(nested_hits, nested_predicted, nested_hits, nested_gold),
        named=named / kinds if kinds else 0.0,
        named_right=named_right / named if named else 0.0,
    )


def table_lines(table: Table, details: Details) -> Iterator[str]:
    """The table as lines of text."""
    yield f"{table.articles} articles   mention accuracy {table.mention_accuracy:.3f}"
    yield (
        f"{'':10}{'gold':>6}{'pred':>6} | quotes P     R     F1 | exact F1 | speaker acc | attributed P     R     F1"
    )
    for key in ROWS:
        row = table.rows[key]
        q, a = row.quotes, row.attributed
        yield (
            f"{key:10}{row.gold:6}{row.predicted:6} |   {q.precision:.3f} {q.recall:.3f} {q.f1:.3f} |    "
            f"{row.exact.f1:.3f} |       {row.speaker_accuracy:.3f} |       "
            f"{a.precision:.3f} {a.recall:.3f} {a.f1:.3f}"
        )
    yield ""
    yield "speaker right, by kind of mention (of the quotes found):"
    for form, (hits, cases) in details.speakers.items():
        if cases:
            yield f"  {form:10}{hits:6} of {cases:5}   {hits / cases:.3f}"
    yield f"of the quotes found: cue {details.cue:.3f}   kind of speaker {details.kind:.3f}"
    yield f"named speakers: {details.named:.3f} of the quotes found, {details.named_right:.3f} of them right"
    for name, figures in (("via", details.via), ("nested", details.nested)):
        yield f"{name:8}P {figures.precision:.3f}   R {figures.recall:.3f}   F1 {figures.f1:.3f}"


def error_lines(matches: Sequence[Match]) -> Iterator[str]:
    """Every error as a few lines: what it is, whose words, and the passage with the content in ``[[ ]]``."""
    for match in matches:
        paired_gold = {i: j for i, j, _ in match.pairs}
        paired_predicted = {j for _, j, _ in match.pairs}
        for i, gold in enumerate(match.gold):
            if i not in paired_gold:
                yield from _error(match, "missed", gold, f"{gold.speaker}")
            elif not same_speaker(gold, match.predicted[paired_gold[i]]):
                predicted = match.predicted[paired_gold[i]]
                words = match.text[slice(*predicted.mention)] if predicted.mention else None
                yield from _error(
                    match, "wrong speaker", gold, f"{gold.speaker} <- {predicted.speaker} by mention {words!r}"
                )
        for j, predicted in enumerate(match.predicted):
            if j not in paired_predicted:
                yield from _error(match, "spurious", predicted, f"{predicted.speaker}")


def _error(match: Match, what: str, record: Record, who: str) -> Iterator[str]:
    start, end = record.spans[0][0], record.spans[-1][1]
    mention = match.text[slice(*record.mention)] if record.mention else None
    cue = match.text[slice(*record.cue)] if record.cue else None
    yield f"{match.id}  {what} {record.type}  speaker {who}  mention {mention!r}  cue {cue!r}"
    before = match.text[max(0, start - CONTEXT) : start]
    after = match.text[end : end + CONTEXT]
    yield f"    …{before}[[{match.text[start:end]}]]{after}…".replace("\n", " ⏎ ")
    yield ""
