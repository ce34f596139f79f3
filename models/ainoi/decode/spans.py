"""Spans from tags: the best allowed label sequence, then what quotation marks and the article's own text demand."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ainoi.decode.viterbi import Scheme, best_path, spans_of
from ainoi.marks import Pair

TokenSpan = tuple[int, int]

_LINE_ENDS = re.compile(r"[^\S\n]*+[.,;!?…]*+[^\S\n]*+\n")

SLIP = 5
"""Tokens behind a quotation that ends its line, its closing mark among them, from which they are a content too."""

FILLED = 0.5
"""A quotation is a quote as a whole when found contents cover at least this share of its tokens."""


@dataclass(frozen=True)
class Found:
    """A span of tokens with its type and the geometric mean of its labels' probabilities."""

    start: int
    end: int
    type: str
    score: float

    @property
    def span(self) -> TokenSpan:
        """``(start, end)`` in tokens."""
        return self.start, self.end


def read_track(scores: np.ndarray, labels: Sequence[str], *, bonus: float = 0.0) -> list[Found]:
    """The spans of one track from its log-probabilities ``[tokens, labels]``, in order and without overlap.

    ``bonus`` is added to every label but ``O`` before the best sequence is chosen.
    """
    scheme = Scheme.of(labels)
    path = best_path(scores + bonus * (np.arange(scores.shape[1]) > 0), scheme)
    chosen = scores[np.arange(len(path)), path]
    sums = np.concatenate([[0.0], np.cumsum(chosen)])
    return [
        Found(start, end, kind, float(np.exp((sums[end] - sums[start]) / (end - start))))
        for start, end, kind in spans_of(path, scheme)
    ]


@dataclass(frozen=True)
class Quotation:
    """A pair of double marks in tokens: ``start:end`` is what stands between them. ``last``: whether a line ends behind
    it."""

    start: int
    end: int
    last: bool = False


def quotations(text: str, pairs: Sequence[Pair], tokens: Sequence[TokenSpan]) -> list[Quotation]:
    """The closed pairs of double marks that hold at least one token, outermost of nested ones only, in order."""
    starts = np.asarray([start for start, _ in tokens], dtype=np.int64)
    found: list[Quotation] = []
    for pair in sorted((p for p in pairs if p.closed and not p.single), key=lambda p: (p.start, -p.end)):
        first = int(np.searchsorted(starts, pair.start + 1, side="left"))
        last = int(np.searchsorted(starts, pair.end - 1, side="left"))
        if last > first and (not found or first >= found[-1].end):
            found.append(Quotation(first, last, _LINE_ENDS.match(text, pair.end) is not None))
    return found


def fit_quotations(contents: Sequence[Found], marks: Sequence[Quotation]) -> list[Found]:
    """Make contents (in order, without overlap) agree with quotation marks.

    Pieces that fill a quotation become one quote of all of it. A clause that runs into a quotation ends with it. What
    begins inside a quotation and runs out of it loses the smaller part, unless it began with the quotation (*“X” is Y*
    is one clause). Nothing goes on behind a quotation that ends its line.
    """
    waiting = deque(sorted(contents, key=lambda found: found.start))
    fitted: list[Found] = []
    for mark in marks:
        while waiting and waiting[0].end <= mark.start:
            fitted.append(waiting.popleft())
        touching = []
        while waiting and waiting[0].start < mark.end:
            touching.append(waiting.popleft())
        if mark.last and touching and touching[-1].end > mark.end + 1:
            if touching[-1].end > mark.end + SLIP:
                waiting.appendleft(replace(touching[-1], start=mark.end + 1))
            touching[-1] = replace(touching[-1], end=mark.end + 1)
        agreed = _fit_one(touching, mark)
        if agreed and agreed[-1].end > mark.end:
            waiting.appendleft(agreed.pop())
        fitted.extend(agreed)
    return [*fitted, *waiting]


def _fit_one(touching: Sequence[Found], mark: Quotation) -> list[Found]:
    """Contents that touch one quotation, fitted to it."""
    size = mark.end - mark.start
    inner, outer = [], []
    covered = 0
    for found in touching:
        inside = min(found.end, mark.end) - max(found.start, mark.start)
        covered += inside
        if found.start > mark.start and found.end > mark.end + 1:
            if inside >= found.end - mark.end:
                inner.append(replace(found, end=mark.end))
            else:
                outer.append(replace(found, start=mark.start))
        elif found.start < mark.start - 1 and found.end < mark.end:
            if inside >= FILLED * size:
                outer.append(replace(found, end=mark.end))
            else:
                outer.append(replace(found, end=mark.start - 1))
        elif found.start < mark.start - 1 or found.end > mark.end + 1:
            outer.append(found)
        else:
            inner.append(found)
    if inner and not any(found.end > mark.start for found in outer) and covered >= FILLED * size:
        score = float(np.mean([found.score for found in inner]))
        inner = [Found(mark.start, mark.end, inner[0].type, score)]
    around = [found for found in outer if found.end > mark.start]
    if around:
        inner = [found for found in inner if all(found.end <= o.start or found.start >= o.end for o in around)]
    return sorted([*inner, *outer], key=lambda found: found.start)
