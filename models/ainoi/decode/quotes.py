"""Decode one article: contents, each with its cue and source, from the network's tags."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ainoi.decode.edges import CharSpan, partners, trim
from ainoi.decode.links import allowed, choose
from ainoi.decode.spans import Found, fit_quotations, quotations, read_track
from ainoi.marks import Pair
from ainoi.network.config import CONTENT, CUE, MENTION, NESTED, SOURCE, AinoiConfig
from ainoi.tag import Tagger, Tags

TokenSpan = tuple[int, int]

REACH = 400
"""Tokens between a content and the farthest cue or source that is considered for it."""

NEAREST = 128
"""Cues or sources considered together with a group of contents, at the most."""

GROUP = 32
"""Contents linked together; keeps the work linear in the article's length."""


@dataclass(frozen=True)
class Source:
    """Where a speaker is named for a quote: character span and log-probabilities of the configuration's kinds."""

    span: CharSpan
    kinds: tuple[float, ...]


@dataclass(frozen=True)
class Decoded:
    """A quote before its speaker is known; all spans count characters of the text that was decoded.

    ``evidence``: what its confidence is computed from, see :data:`EVIDENCE`. ``host``: index of the decoded quote it
    lies in.
    """

    spans: tuple[CharSpan, ...]
    cue: CharSpan | None
    source: Source | None
    evidence: tuple[float, ...]
    host: int | None = None


EVIDENCE = ("content", "cue", "source", "length", "marked")
"""Log odds of the content's labels, of having a cue, of having a source; log of the length; 1 if inside marks."""


@dataclass(frozen=True)
class Decoding:
    """All that was read from an article: its quotes in text order and its mentions as (character span, type)."""

    quotes: list[Decoded]
    mentions: list[tuple[CharSpan, str]]


@dataclass(frozen=True)
class _Candidate:
    """A content on its way to a quote."""

    found: Found
    host: TokenSpan | None
    cue: TokenSpan | None = None
    source: TokenSpan | None = None
    no_cue: float = 1.0
    no_source: float = 1.0


def decode(
    text: str,
    tokens: Sequence[CharSpan],
    tags: Tags,
    tagger: Tagger,
    config: AinoiConfig,
    *,
    pairs: Sequence[Pair],
    excluded: Sequence[CharSpan],
    leading: Sequence[str],
) -> Decoding:
    """Quotes and mentions of ``text``.

    ``pairs``: its quotation marks. ``excluded``: stretches that are not the article's own text, in order; nothing in
    them is a quote. ``leading``: words that introduce a clause.
    """
    reads = {name: read_track(tags.tracks[name], types) for name, types in config.tracks.items()}
    marks = quotations(pairs, tokens)
    contents = [f for f in fit_quotations(reads[CONTENT], marks) if not _excluded(tokens[f.start][0], excluded)]
    candidates = [_Candidate(f, None) for f in contents]
    candidates += [_Candidate(f, host.span) for f, host in _hosted(reads[NESTED], contents)]
    candidates.sort(key=lambda c: (c.found.start, -c.found.end))
    cues = [f.span for f in reads[CUE]]
    sources = [f.span for f in reads[SOURCE]]
    linked = [c for group in _linked(candidates, cues, sources, tags, tagger) for c in group if not _refused(c)]

    kinds = dict(zip(sources, tagger.kinds(tags, sources).tolist(), strict=True))
    partner = partners(text, pairs)
    inside = {i for mark in marks for i in (mark.start, mark.end - 1)}
    quotes: list[Decoded] = []
    index: dict[TokenSpan, int] = {}
    for candidate in _interrupted(linked, text, tokens):
        spans = [trim(text, _characters(tokens, found.span), partner, leading) for found in candidate.pieces]
        kept = tuple(span for span in spans if span is not None and any(c.isalnum() for c in text[slice(*span)]))
        if not kept:
            continue
        first = candidate.first
        index[first.found.span] = len(quotes)
        quotes.append(
            Decoded(
                spans=kept,
                cue=first.cue and _characters(tokens, first.cue),
                source=first.source and Source(_characters(tokens, first.source), tuple(kinds[first.source])),
                evidence=_evidence(first, marked=first.found.start in inside and first.found.end - 1 in inside),
                host=index.get(first.host) if first.host else None,
            )
        )
    mentions = [(_characters(tokens, f.span), f.type) for f in reads[MENTION]]
    return Decoding(quotes, mentions)


def _characters(tokens: Sequence[CharSpan], span: TokenSpan) -> CharSpan:
    return tokens[span[0]][0], tokens[span[1] - 1][1]


def _excluded(start: int, excluded: Sequence[CharSpan]) -> bool:
    return any(first <= start < last for first, last in excluded)


def _hosted(nested: Sequence[Found], contents: Sequence[Found]) -> Iterator[tuple[Found, Found]]:
    """Each nested content with the content around it; one that fills its host or has none is left out."""
    starts = np.asarray([f.start for f in contents], dtype=np.int64)
    for found in nested:
        i = int(np.searchsorted(starts, found.start, side="right")) - 1
        if i >= 0 and found.end <= contents[i].end and found.end - found.start < contents[i].end - contents[i].start:
            yield found, contents[i]


def _linked(
    candidates: Sequence[_Candidate],
    cues: Sequence[TokenSpan],
    sources: Sequence[TokenSpan],
    tags: Tags,
    tagger: Tagger,
) -> Iterator[list[_Candidate]]:
    """The candidates in groups, each with its best allowed cue and source."""
    for first in range(0, len(candidates), GROUP):
        group = candidates[first : first + GROUP]
        contents = [c.found.span for c in group]
        around = [c.host for c in group]
        near_cues = _near(cues, contents)
        near_sources = _near(sources, contents)
        cue_scores, source_scores = tagger.links(tags, contents, near_cues, near_sources)
        cue, no_cue = choose(cue_scores, allowed(contents, around, near_cues))
        source, no_source = choose(source_scores, allowed(contents, around, near_sources))
        yield [
            replace(
                candidate,
                cue=None if cue[i] is None else near_cues[cue[i]],
                source=None if source[i] is None else near_sources[source[i]],
                no_cue=float(no_cue[i]),
                no_source=float(no_source[i]),
            )
            for i, candidate in enumerate(group)
        ]


def _near(spans: Sequence[TokenSpan], contents: Sequence[TokenSpan]) -> list[TokenSpan]:
    """Those of ``spans`` within :data:`REACH` of the contents, at most :data:`NEAREST` on each side of their middle."""
    first, last = contents[0][0] - REACH, contents[-1][1] + REACH
    near = [span for span in spans if first <= span[0] < last]
    if len(near) <= 2 * NEAREST:
        return near
    middle = sum(span[0] < contents[len(contents) // 2][0] for span in near)
    return near[max(0, middle - NEAREST) : middle + NEAREST]


def _refused(candidate: _Candidate) -> bool:
    """Words that nobody says: scare quotes, names and scraps, which have neither cue nor source."""
    return candidate.cue is None and candidate.source is None


@dataclass(frozen=True)
class _Clause:
    """One record's worth of candidates: several where the source interrupts the clause."""

    first: _Candidate
    pieces: tuple[Found, ...]


def _interrupted(candidates: Sequence[_Candidate], text: str, tokens: Sequence[CharSpan]) -> Iterator[_Clause]:
    """Join a clause that its own cue and source interrupt (*The talks, X said, went well*)."""
    i = 0
    while i < len(candidates):
        first = candidates[i]
        if i + 1 < len(candidates) and _is_parenthesis(first, candidates[i + 1], text, tokens):
            yield _Clause(first, (first.found, candidates[i + 1].found))
            i += 2
        else:
            yield _Clause(first, (first.found,))
            i += 1


def _is_parenthesis(a: _Candidate, b: _Candidate, text: str, tokens: Sequence[CharSpan]) -> bool:
    """Whether nothing but the common cue and source, between commas, stands between two contents."""
    if a.cue is None or a.source is None or (a.cue, a.source, a.host) != (b.cue, b.source, b.host):
        return False
    start, end = a.found.end, b.found.start
    named = {*range(*a.cue), *range(*a.source)}
    between = [text[slice(*tokens[t])] for t in range(start, end) if t not in named]
    return bool(between) and all(word in ",–-" for word in between) and named <= set(range(start, end))


def _evidence(candidate: _Candidate, *, marked: bool) -> tuple[float, ...]:
    return (
        _odds(candidate.found.score),
        _odds(1 - candidate.no_cue),
        _odds(1 - candidate.no_source),
        math.log(candidate.found.end - candidate.found.start),
        float(marked),
    )


def _odds(probability: float) -> float:
    bounded = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(bounded / (1 - bounded))
