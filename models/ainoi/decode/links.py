"""Which cue and which source belong to each content."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ainoi.decode.edges import CharSpan
from ainoi.decode.spans import Found

TokenSpan = tuple[int, int]

CLOSE = 3
"""Tokens between a cue and a source that follows it closely."""


TIMES = 6
"""Tokens that may stand between what was said and the word that leads to its owner."""

BESIDE = 2
"""Tokens between a cue and a mention before it, at the most, for that mention to be who says it."""


@dataclass(frozen=True)
class Owners:
    """Words that lead from what was said to who said it: ``owning``; ``between`` may stand before them."""

    owning: frozenset[str]
    between: frozenset[str]

    def behind(
        self, cues: Sequence[TokenSpan], text: str, tokens: Sequence[CharSpan], ends: Collection[int] = ()
    ) -> dict[TokenSpan, int]:
        """By cue: the token at which its owner begins, for cues that such a word follows.

        ``ends``: behind which tokens mentions end. A cue with one closely before it is that one's verb: *X denied (the
        charges) of Y*.
        """
        found = {}
        for cue in cues:
            if any(cue[0] - gap in ends for gap in range(BESIDE + 1)):
                continue
            for at in range(cue[1], min(cue[1] + TIMES + 1, len(tokens) - 1)):
                word = text[slice(*tokens[at])].lower()
                if word in self.owning:
                    found[cue] = at + 1
                if word not in self.between and not word.isdigit():
                    break
        return found


def allowed(
    contents: Sequence[TokenSpan],
    around: Sequence[TokenSpan | None],
    candidates: Sequence[TokenSpan],
    others: Sequence[TokenSpan] = (),
) -> np.ndarray:
    """``[contents, candidates]``: false where a link would be absurd.

    A cue or source never lies in its own content, and what lies in a quote speaks only for quotes nested there: a
    candidate for a content nested in ``around[i]`` lies in that quote, a candidate for any other content in none,
    neither of these ``contents`` nor of ``others``, which are nested in nothing.
    """
    starts = np.asarray([start for start, _ in candidates], dtype=np.int64)
    ends = np.asarray([end for _, end in candidates], dtype=np.int64)

    def inside(span: TokenSpan) -> np.ndarray:
        result: np.ndarray = (starts >= span[0]) & (ends <= span[1])
        return result

    in_any = np.zeros(len(candidates), dtype=bool)
    for span in [*others, *(content for content, host in zip(contents, around, strict=True) if host is None)]:
        in_any |= inside(span)
    result = np.ones((len(contents), len(candidates)), dtype=bool)
    for i, (content, host) in enumerate(zip(contents, around, strict=True)):
        result[i] = ~in_any if host is None else inside(host) & ~inside(content)
    return result


def fitting_cues(
    cues: Sequence[TokenSpan | None],
    relays: Collection[TokenSpan],
    owned: Mapping[TokenSpan, int],
    candidates: Sequence[TokenSpan],
) -> np.ndarray:
    """``[contents, candidates]``: false for sources that the chosen cues speak against.

    Who is quoted by one of ``relays`` stands closely behind it, if any candidate does; who owns what a cue of ``owned``
    says begins at the token given there or right behind it, if any candidate does.
    """
    starts = np.asarray([start for start, _ in candidates], dtype=np.int64)
    result = np.ones((len(cues), len(candidates)), dtype=bool)
    for i, cue in enumerate(cues):
        if cue is not None and cue in relays:
            behind = (starts >= cue[1]) & (starts <= cue[1] + CLOSE)
            result[i] = behind | ~behind.any()
        elif cue is not None and cue in owned:
            owners = (starts >= owned[cue]) & (starts <= owned[cue] + 1)
            result[i] = owners | ~owners.any()
    return result


def before_source(
    content: TokenSpan, source: TokenSpan | None, text: str, tokens: Sequence[CharSpan], naming: Collection[str]
) -> TokenSpan | None:
    """The word of ``naming`` right before a source; None for other words, for no source, and inside the content."""
    if source is None or source[0] == 0 or content[0] <= source[0] - 1 < content[1]:
        return None
    start, end = tokens[source[0] - 1]
    apart = text[end : tokens[source[0]][0]]
    beside = apart.isspace() and "\n" not in apart
    return (source[0] - 1, source[0]) if beside and text[start:end].lower() in naming else None


def nearness(cues: Sequence[TokenSpan | None], candidates: Sequence[TokenSpan], weight: float) -> np.ndarray:
    """``[contents, candidates]``: what to add to the log-probability of a source for its distance from the chosen cue.

    Nine sources in ten stand beside their cue; the link scorer sees content and source only. Minus ``weight`` for each
    doubling of the tokens between them; 0 for contents without a cue.
    """
    result = np.zeros((len(cues), len(candidates)))
    starts = np.asarray([start for start, _ in candidates], dtype=np.float64)
    ends = np.asarray([end for _, end in candidates], dtype=np.float64)
    for i, cue in enumerate(cues):
        if cue is not None:
            gap = np.maximum(0.0, np.maximum(starts - cue[1], cue[0] - ends))
            result[i] = -weight * np.log2(1.0 + gap)
    return result


def choose(
    scores: np.ndarray, mask: np.ndarray, candidates: Sequence[Found]
) -> tuple[list[TokenSpan | None], np.ndarray]:
    """For each content the best allowed candidate or None, and the probability that it has none.

    ``scores``: log-probabilities ``[contents, candidates + 1]``, the last column for "none"; ``mask``: ``[contents,
    candidates]``. A link counts with the candidate's own score: it is right only if the candidate is one at all. The
    probabilities are those over what is allowed.
    """
    if not len(scores):
        return [], np.zeros(0)
    trust = np.log(np.maximum([candidate.score for candidate in candidates], 1e-12))
    logits = scores + np.append(trust, 0.0)
    logits[:, :-1][~mask] = -np.inf
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    best = weights.argmax(axis=1)
    none = weights.shape[1] - 1
    return [None if i == none else candidates[i].span for i in best], weights[:, -1]
