"""What can be the source of a quote: spans read as sources, mentions beside them, and whom a nameless one means."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ainoi.decode.edges import CharSpan
from ainoi.decode.spans import Found
from ainoi.tag import Tagger, Tags
from ainoi.tokens import HYPHENS

TokenSpan = tuple[int, int]

NAMED = 0.05
"""Least score of a mention where the network reads no source, as a source; chosen on held-out articles."""

NAMING = frozenset({"person", "organization"})
"""Types of mentions that name somebody."""

NAMES_BEFORE, NAMES_BEHIND = 128, 32
"""Names before and behind a source that are considered for whom it means."""

UNLIKELY = 0.001
"""Probability below which a name is not kept as one that a source may mean."""

TOGETHER = 32
"""Sources whose names are looked for together; keeps the work linear in the article's length."""


def whole_mentions(sources: Sequence[Found], mentions: Sequence[Found]) -> list[Found]:
    """Sources that begin or end inside a mention, widened to all of it; both in order, each without overlap."""
    widened: list[Found] = []
    first = 0
    for source in sources:
        while first < len(mentions) and mentions[first].end <= source.start:
            first += 1
        last = first
        while last < len(mentions) and mentions[last].start < source.end:
            last += 1
        touching = [source, *mentions[first:last]]
        begin, end = min(f.start for f in touching), max(f.end for f in touching)
        begin = max(begin, widened[-1].end) if widened else begin
        if begin < end:
            widened.append(replace(source, start=begin, end=end))
        # The last mention may reach on to the next source.
        first = max(first, last - 1)
    return widened


def whole_words(found: Sequence[Found], text: str, tokens: Sequence[CharSpan]) -> list[Found]:
    """Spans that end at a hyphen, widened to the part of the word behind it; in order, without overlap."""
    widened: list[Found] = []
    for i, span in enumerate(found):
        limit = found[i + 1].start if i + 1 < len(found) else len(tokens)
        end = span.end
        while end < limit and tokens[end - 1][1] == tokens[end][0]:
            if text[tokens[end - 1][0]] not in HYPHENS and (end == span.end or text[tokens[end][0]] not in HYPHENS):
                break
            end += 1
        widened.append(replace(span, end=end) if end > span.end else span)
    return widened


def also(sources: Sequence[Found], more: Sequence[Found]) -> list[Found]:
    """``sources`` and those of ``more`` that touch none of them, in order."""
    taken = {token for source in sources for token in range(source.start, source.end)}
    apart = [found for found in more if taken.isdisjoint(range(found.start, found.end))]
    return sorted([*sources, *apart], key=lambda found: found.start)


def as_sources(mentions: Sequence[Found], scores: np.ndarray) -> list[Found]:
    """Mentions as sources, each with the geometric mean of the probability that its tokens are a source's, or
    :data:`NAMED`. ``scores``: the log-probabilities ``[tokens, labels]`` of the sources' track."""
    found = []
    for mention in mentions:
        inside = 1 - np.exp(scores[mention.start : mention.end, 0])
        score = float(np.exp(np.log(np.maximum(inside, 1e-12)).mean()))
        found.append(replace(mention, score=max(score, NAMED)))
    return found


def names_meant(
    sources: Sequence[TokenSpan],
    mentions: Sequence[Found],
    tokens: Sequence[CharSpan],
    tags: Tags,
    tagger: Tagger,
) -> dict[TokenSpan, tuple[tuple[tuple[int, float], ...], float]]:
    """By source: the names that it may mean, and how likely it means none of them."""
    names = [found for found in mentions if found.type in NAMING]
    starts = [found.start for found in names]
    result = {}
    for first in range(0, len(sources), TOGETHER):
        group = sources[first : first + TOGETHER]
        here = bisect_right(starts, group[-1][0])
        near = names[max(0, here - NAMES_BEFORE) : here + NAMES_BEHIND]
        scores = tagger.antecedents(tags, group, [found.span for found in near])
        for source, row in zip(group, () if scores is None else np.exp(scores).tolist(), strict=False):
            likely = ((tokens[f.start][0], p) for f, p in zip(near, row, strict=False) if p > UNLIKELY)
            result[source] = (tuple(likely), row[-1])
    return result
