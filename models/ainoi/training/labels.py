"""From gold records to what the network should answer: labels of tokens, spans, and links between them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ainoi.clean.unicode import Shadow, shadow
from ainoi.decode.spans import quotations
from ainoi.decode.viterbi import Scheme
from ainoi.marks import pairs
from ainoi.model_config import CONTENT, CUE, MENTION, NESTED, SOURCE, ModelConfig
from ainoi.resolve.names import NameFinder
from ainoi.resolve.registry import fold
from ainoi.tokens import tokenize

TokenSpan = tuple[int, int]
NO_LINK = -1
NAMING = frozenset({"person", "organization"})
"""Labels of mentions that name somebody."""
SCRAP = 0.3
"""A stretch that overlaps a content by less than this (intersection over union) is none."""


@dataclass
class Example:
    """One gold article. ``tracks``: label ids ``[tokens]`` by track. Link targets are indexes into ``cues`` and
    ``sources``, or :data:`NO_LINK`; one for each of ``contents`` (token spans, nested ones among them)."""

    id: str
    text: str
    tokens: list[TokenSpan]
    tracks: dict[str, np.ndarray]
    contents: list[TokenSpan] = field(default_factory=list)
    cues: list[TokenSpan] = field(default_factory=list)
    sources: list[TokenSpan] = field(default_factory=list)
    cue_of: list[int] = field(default_factory=list)
    source_of: list[int] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    """Index into the configuration's kinds for each of ``sources``."""
    mentions: list[TokenSpan] = field(default_factory=list)
    """Names that overlap no source: candidates for one that are wrong."""
    names: list[TokenSpan] = field(default_factory=list)
    """All names of people and organizations, sources among them: what a source without a name may mean."""
    meant_by: dict[int, list[int]] = field(default_factory=dict)
    """By source without a name: those of ``names`` that name its speaker; empty where the article hides the name."""

    def words(self, span: TokenSpan) -> str:
        """The text under a span as names are compared."""
        return fold(self.text[self.tokens[span[0]][0] : self.tokens[span[1] - 1][1]])

    marked: list[TokenSpan] = field(default_factory=list)
    """What stands inside quotation marks without being anyone's words: scare quotes, names, titles."""


def make_example(record: Mapping[str, Any], config: ModelConfig, names: NameFinder) -> Example:
    """Turn a gold article (a line of ``train.jsonl``) into an example.

    Mentions are silver: all names that ``names`` finds, overlaid by nothing, for gold has the sources only.
    """
    copy = shadow(record["text"])
    tokens = tokenize(copy.text)
    spans = _TokenSpans(copy, tokens)
    tracks = {name: np.zeros(len(tokens), dtype=np.int64) for name in config.tracks}
    schemes = {name: Scheme.of(config.labels(name)) for name in config.tracks}
    example = Example(str(record["id"]), copy.text, tokens, tracks)
    for quote in record["quotes"]:
        track = NESTED if quote["nested"] else CONTENT
        cue = _index(example.cues, quote["cue"] and spans.of(*quote["cue"]))
        source = _index(example.sources, quote["mention"] and spans.of(*quote["mention"]))
        if source == len(example.kinds):
            example.kinds.append(config.kinds.index(quote["kind"]))
        for start, end in quote["spans"]:
            content = spans.of(start, end)
            if content is not None:
                _mark(tracks[track], content, schemes[track])
                example.contents.append(content)
                example.cue_of.append(cue)
                example.source_of.append(source)
    example.marked = [
        (mark.start, mark.end)
        for mark in quotations(copy.text, pairs(copy.text), tokens)
        if not any(start < mark.end and mark.start < end for start, end in example.contents)
    ]
    for span in example.cues:
        _mark(tracks[CUE], span, schemes[CUE])
    for span in example.sources:
        _mark(tracks[SOURCE], span, schemes[SOURCE])
    types = config.tracks[MENTION]
    for mention in names.find(copy.text):
        span_found = spans.of_shadow(mention.start, mention.end)
        if span_found is not None and mention.label in types:
            _mark(tracks[MENTION], span_found, schemes[MENTION], mention.label)
            if not any(_overlap(span_found, source) for source in example.sources):
                example.mentions.append(span_found)
            if mention.label in NAMING:
                example.names.append(span_found)
    example.meant_by = _meant(example, record["quotes"], spans)
    return example


def _meant(example: Example, quotes: Sequence[Mapping[str, Any]], spans: _TokenSpans) -> dict[int, list[int]]:
    """For each source that does not name its speaker, the names that do: by their last part, bodies by all of it."""
    found: dict[int, list[int]] = {}
    for quote in quotes:
        span = quote["mention"] and spans.of(*quote["mention"])
        if not span:
            continue
        known = {fold(name) for name in (quote["speaker"], *quote["aliases"]) if name}
        if quote["kind"] == "person":
            known = {name.split()[-1] for name in known if name}

            def naming(words: str, known: set[str] = known) -> bool:
                return not known.isdisjoint(words.split())
        else:

            def naming(words: str, known: set[str] = known) -> bool:
                return words in known

        if quote["kind"] != "unnamed" and naming(example.words(span)):
            continue
        named = [
            i for i, name in enumerate(example.names) if quote["kind"] != "unnamed" and naming(example.words(name))
        ]
        if named or quote["kind"] == "unnamed":
            found[example.sources.index(span)] = named
    return found


class _TokenSpans:
    """Finds the tokens that a stretch of characters touches."""

    def __init__(self, copy: Shadow, tokens: Sequence[TokenSpan]) -> None:
        self._copy = copy
        self._starts = np.asarray([start for start, _ in tokens], dtype=np.int64)
        self._ends = np.asarray([end for _, end in tokens], dtype=np.int64)

    def of(self, start: int, end: int) -> TokenSpan | None:
        """Tokens under the caller's offsets; None where there are none."""
        return self.of_shadow(*self._copy.from_source(start, end))

    def of_shadow(self, start: int, end: int) -> TokenSpan | None:
        first = int(np.searchsorted(self._ends, start, side="right"))
        last = int(np.searchsorted(self._starts, end, side="left"))
        return (first, last) if last > first else None


def _index(spans: list[TokenSpan], span: TokenSpan | None) -> int:
    """Where ``span`` stands in ``spans``, adding it if it is new."""
    if not span:
        return NO_LINK
    if span not in spans:
        spans.append(span)
    return spans.index(span)


def _mark(labels: np.ndarray, span: TokenSpan, scheme: Scheme, kind: str | None = None) -> None:
    """Write the labels of a type (the only one if None); a span that would overlap an earlier one is left out."""
    start, end = span
    if not labels[start:end].any():
        labels[start:end] = scheme.labels_for(end - start, kind or scheme.types[0])


def sample_nonsense(example: Example, chance: random.Random) -> list[TokenSpan]:
    """Spans that are no quotes, for the links to learn "none" from: marked words nobody says, and random stretches and
    scraps, about half as many as there are contents and at least two."""
    count = max(2, len(example.contents) // 2)
    found = chance.sample(example.marked, min(count, len(example.marked)))
    for _ in range(count):
        length = chance.randint(1, 20)
        start = chance.randrange(max(1, len(example.tokens) - length))
        span = (start, min(start + length, len(example.tokens)))
        if all(_overlap(span, content) < SCRAP for content in example.contents):
            found.append(span)
    return found


def _overlap(a: TokenSpan, b: TokenSpan) -> float:
    """Intersection over union."""
    shared = min(a[1], b[1]) - max(a[0], b[0])
    return shared / (max(a[1], b[1]) - min(a[0], b[0])) if shared > 0 else 0.0
