"""Decode one article: contents, each with its cue and source, from the network's tags."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ainoi.confidence import odds, probability
from ainoi.decode.edges import CharSpan, partners, trim
from ainoi.decode.links import CLOSE, Owners, allowed, before_source, choose, fitting_cues, nearness
from ainoi.decode.sentences import in_line, lines_and_sentences
from ainoi.decode.sources import also, as_sources, names_meant, whole_mentions, whole_words
from ainoi.decode.spans import Found, fit_quotations, quotations, read_track
from ainoi.marks import Pair
from ainoi.model_config import CONTENT, CUE, MENTION, NESTED, SOURCE, ModelConfig
from ainoi.tag import Tagger, Tags

TokenSpan = tuple[int, int]

REACH = 400
"""Tokens between a content and the farthest cue or source that is considered for it."""

NEAREST = 128
"""Cues or sources considered together with a group of contents, at the most."""

NEARNESS = 0.3
"""Weight of the distance between cue and source in :func:`ainoi.decode.links.nearness`; chosen on held-out articles."""

BONUS = {CUE: 1.0, NESTED: 1.5}
"""Log odds added to the labels of a track: of cues, among which the links choose, and of nested contents, which are
rare. Chosen on held-out articles."""

GROUP = 32
"""Contents linked together; keeps the work linear in the article's length."""


@dataclass(frozen=True)
class Source:
    """Where a speaker is named for a quote: character span and log-probabilities of the configuration's kinds.

    ``meant``: probability of each name that it may mean, by the character it begins at; ``hidden``: that of none. They
    are for sources that do not name their speaker; empty and None from a network that does not say.
    """

    span: CharSpan
    kinds: tuple[float, ...]
    meant: tuple[tuple[int, float], ...] = ()
    hidden: float | None = None


@dataclass(frozen=True)
class Decoded:
    """A quote before its speaker is known; all spans count characters of the text that was decoded.

    ``evidence``: what its ``confidence`` is computed from, see :data:`EVIDENCE`. ``host``: index of the decoded quote
    it lies in.
    """

    spans: tuple[CharSpan, ...]
    cue: CharSpan | None
    source: Source | None
    evidence: tuple[float, ...]
    confidence: float
    host: int | None = None


EVIDENCE = ("content", "cue", "source", "length", "marked")
"""Log odds of the content's labels, of having a cue, of having a source; log of the length; 1 if inside marks."""

UNCALIBRATED = (0.0, 1.0, 0.0, 0.0, 0.0, 0.0)
"""Weights of the evidence for a model without calibration: the content's labels alone."""


@dataclass(frozen=True)
class Mentioned:
    """Somebody is mentioned; ``speaks``: the network reads a source there, whether or not a quote was found for it."""

    span: CharSpan
    type: str
    speaks: bool


@dataclass(frozen=True)
class Decoding:
    """All that was read from an article: its quotes and its mentions, both in text order."""

    quotes: list[Decoded]
    mentions: list[Mentioned]


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
    config: ModelConfig,
    *,
    pairs: Sequence[Pair],
    excluded: Sequence[CharSpan],
    leading: Sequence[str],
    relays: Sequence[str],
    owners: Owners,
    naming_cues: Collection[str],
    least_confidence: float | None = None,
) -> Decoding:
    """Quotes and mentions of ``text``.

    ``pairs``: its quotation marks. ``excluded``: stretches that are not the article's own text, in order and without
    overlap; nothing in them is a quote. ``leading``: words that introduce a clause. ``relays``: beginnings of cues
    whose source stands behind them. ``owners``: words between what was said and who said it. ``naming_cues``: words
    that are cues where they stand right before a source. ``least_confidence``: the configuration's if None; what is
    less sure (scare quotes, names, scraps) is no quote.
    """

    def read(name: str, bonus: float) -> list[Found]:
        found = read_track(tags.tracks[name], config.labels(name), bonus=bonus)
        return whole_words(found, text, tokens) if name in (MENTION, SOURCE) else found

    reads = {name: read(name, BONUS.get(name, 0.0)) for name in config.tracks}
    marks = quotations(text, pairs, tokens)
    contents = [f for f in fit_quotations(reads[CONTENT], marks) if not _excluded(tokens[f.start][0], excluded)]
    candidates = [_Candidate(f, None) for f in contents]
    candidates += [_Candidate(f, host.span) for f, host in _hosted(reads[NESTED], contents)]
    candidates.sort(key=lambda c: (c.found.start, -c.found.end))
    cues = reads[CUE]
    relayed = {
        cue.span for cue in cues if text[slice(*_characters(tokens, cue.span))].lower().startswith(tuple(relays))
    }
    ends = {found.end for found in (*reads[MENTION], *reads[SOURCE])}
    owned = owners.behind([cue.span for cue in cues], text, tokens, ends)
    behind = {end + gap for _, end in relayed for gap in range(CLOSE + 1)}
    behind |= {start + gap for start in owned.values() for gap in range(2)}
    quoted = [m for m in reads[MENTION] if m.start in behind]
    generous = read(SOURCE, config.source_bonus)
    surely, heard = (also(whole_mentions(found, reads[MENTION]), quoted) for found in (reads[SOURCE], generous))
    # A network that has not learned to pass over names takes too many for sources.
    named = as_sources(reads[MENTION], tags.tracks[SOURCE]) if config.cue_anchors else []
    sure, sources = also(surely, named), also(heard, named)
    edges = {i for mark in marks for i in (mark.start, mark.end - 1)}
    marked = [c for c in candidates if _fills(c.found, edges)]
    unmarked = [c for c in candidates if not _fills(c.found, edges)]
    line, sentence = lines_and_sentences(text, tokens)
    linked = [
        *_linked(marked, contents, cues, relayed, owned, sure, line, tags, tagger),
        *_linked(unmarked, contents, cues, relayed, owned, sources, line, tags, tagger),
    ]
    linked.sort(key=lambda c: (c.found.start, -c.found.end))
    linked = [replace(c, cue=None) if _far(c, relayed, sentence) else c for c in linked]
    linked = [replace(c, cue=c.cue or before_source(c.found.span, c.source, text, tokens, naming_cues)) for c in linked]

    source_spans = list({f.span for f in (*sure, *sources)})
    kinds = dict(zip(source_spans, tagger.kinds(tags, source_spans).tolist(), strict=True))
    meant = names_meant(
        sorted({c.source for c in linked if c.source is not None}), reads[MENTION], tokens, tags, tagger
    )
    partner = partners(text, pairs)
    weights = config.calibration.get("quote", UNCALIBRATED)
    least = config.least_confidence if least_confidence is None else least_confidence
    quotes: list[Decoded] = []
    index: dict[TokenSpan, int] = {}
    taken: set[tuple[CharSpan, ...]] = set()
    for candidate in _interrupted(linked, text, tokens):
        spans = [trim(text, _characters(tokens, found.span), partner, leading) for found in candidate.pieces]
        kept = tuple(span for span in spans if span is not None and any(c.isalnum() for c in text[slice(*span)]))
        # Without its outer marks a content may be the same as the one nested in it: one quote, not two of one id.
        if not kept or kept in taken:
            continue
        first = candidate.first
        evidence = _evidence(first, marked=_fills(first.found, edges))
        confidence = probability(weights, evidence)
        if first.host is None:
            refused = confidence < least
        else:
            # The fit is on quotes that stand alone; one in another must have a source or a cue of its own there.
            refused = first.host not in index or (first.cue is None and first.source is None)
        if refused:
            continue
        taken.add(kept)
        index[first.found.span] = len(quotes)
        quotes.append(
            Decoded(
                spans=kept,
                cue=first.cue and _characters(tokens, first.cue),
                source=first.source
                and Source(
                    _characters(tokens, first.source), tuple(kinds[first.source]), *meant.get(first.source, ((), None))
                ),
                evidence=evidence,
                confidence=confidence,
                host=index.get(first.host) if first.host else None,
            )
        )
    speaking = {token for source in heard for token in range(source.start, source.end)}
    mentions = [Mentioned(_characters(tokens, f.span), f.type, f.start in speaking) for f in reads[MENTION]]
    return Decoding(_in_order(quotes), mentions)


def _far(candidate: _Candidate, relays: Collection[TokenSpan], sentence: np.ndarray) -> bool:
    """Whether the cue belongs to a sentence before that of the source, which stands behind it: then it is another's."""
    cue, source = candidate.cue, candidate.source
    if cue is None or source is None or cue in relays or not cue[1] <= source[0] < candidate.found.start:
        return False
    return bool(sentence[source[0]] > sentence[cue[1] - 1])


def _in_order(quotes: Sequence[Decoded]) -> list[Decoded]:
    """By where they begin, which what was trimmed from their contents may have changed; hosts go along."""
    order = sorted(range(len(quotes)), key=lambda i: quotes[i].spans[0][0])
    place = {old: new for new, old in enumerate(order)}
    return [replace(quotes[i], host=None if (host := quotes[i].host) is None else place[host]) for i in order]


def _fills(found: Found, edges: set[int]) -> bool:
    """Whether a content begins and ends where quotations do."""
    return found.start in edges and found.end - 1 in edges


def _characters(tokens: Sequence[CharSpan], span: TokenSpan) -> CharSpan:
    return tokens[span[0]][0], tokens[span[1] - 1][1]


def _excluded(start: int, excluded: Sequence[CharSpan]) -> bool:
    i = bisect_right(excluded, start, key=lambda stretch: stretch[0]) - 1
    return i >= 0 and start < excluded[i][1]


def _hosted(nested: Sequence[Found], contents: Sequence[Found]) -> Iterator[tuple[Found, Found]]:
    """Each nested content with the content around it; one that fills its host or has none is left out."""
    starts = np.asarray([f.start for f in contents], dtype=np.int64)
    for found in nested:
        i = int(np.searchsorted(starts, found.start, side="right")) - 1
        if i >= 0 and found.end <= contents[i].end and found.end - found.start < contents[i].end - contents[i].start:
            yield found, contents[i]


def _linked(
    candidates: Sequence[_Candidate],
    flat: Sequence[Found],
    cues: Sequence[Found],
    relays: Collection[TokenSpan],
    owned: Mapping[TokenSpan, int],
    sources: Sequence[Found],
    line: np.ndarray,
    tags: Tags,
    tagger: Tagger,
) -> Iterator[_Candidate]:
    """The candidates, each with its best allowed cue and source.

    ``flat``: all contents that are not nested. ``relays``: the cues whose source follows them. ``owned``: by cue, where
    who said it begins behind it. ``line``: the line of each token.
    """
    for first in range(0, len(candidates), GROUP):
        group = candidates[first : first + GROUP]
        contents = [c.found.span for c in group]
        around = [c.host for c in group]
        near_cues, near_sources = _near(cues, contents), _near(sources, contents)
        cue_spans, source_spans = [f.span for f in near_cues], [f.span for f in near_sources]
        cue_scores = tagger.cue_links(tags, contents, cue_spans)
        others = _around(flat, contents)
        may_be = allowed(contents, around, cue_spans, others) & in_line(line, contents, cue_spans)
        cue, no_cue = choose(cue_scores, may_be, near_cues)
        may_be = allowed(contents, around, source_spans, others) & fitting_cues(cue, relays, owned, source_spans)
        source_scores = tagger.source_links(tags, contents, cue, source_spans)
        source_scores[:, :-1] += nearness(cue, source_spans, NEARNESS)
        source, no_source = choose(source_scores, may_be, near_sources)
        for i, candidate in enumerate(group):
            yield replace(
                candidate,
                cue=cue[i],
                source=source[i],
                no_cue=float(no_cue[i]),
                no_source=float(no_source[i]),
            )


def _around(flat: Sequence[Found], contents: Sequence[TokenSpan]) -> list[TokenSpan]:
    """Those of ``flat``, which are in order, in which something within :data:`REACH` of the contents may lie."""
    first, last = contents[0][0] - REACH, contents[-1][1] + REACH
    begin = bisect_right(flat, first, key=lambda found: found.end)
    return [found.span for found in flat[begin : bisect_left(flat, last, key=lambda found: found.start)]]


def _near(spans: Sequence[Found], contents: Sequence[TokenSpan]) -> list[Found]:
    """Those of ``spans``, which are in order, that begin within :data:`REACH` of the contents.

    At most :data:`NEAREST` on each side of the contents' middle.
    """

    def before(token: int) -> int:
        return bisect_left(spans, token, key=lambda found: found.start)

    first, last = before(contents[0][0] - REACH), before(contents[-1][1] + REACH)
    if last - first <= 2 * NEAREST:
        return list(spans[first:last])
    middle = before(contents[len(contents) // 2][0])
    return list(spans[max(first, middle - NEAREST) : min(last, middle + NEAREST)])


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
    if not all(start <= first and last <= end for first, last in (a.cue, a.source)):
        return False
    named = {*range(*a.cue), *range(*a.source)}
    between = [text[slice(*tokens[t])] for t in range(start, end) if t not in named]
    return bool(between) and all(word in ",–-" for word in between)


def _evidence(candidate: _Candidate, *, marked: bool) -> tuple[float, ...]:
    return (
        odds(candidate.found.score),
        odds(1 - candidate.no_cue),
        odds(1 - candidate.no_source),
        math.log(candidate.found.end - candidate.found.start),
        float(marked),
    )
