"""Several trained networks read as one: the mean of their probabilities, which is surer than any of them alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from ainoi.decode.viterbi import log_softmax
from ainoi.tag import Tagger, Tags, TokenSpan

TINY = 1e-9
"""Least probability of a label that is worked out from others."""


@dataclass(frozen=True)
class JointTags(Tags):
    """The mean of what several networks say about an article; ``each`` keeps what each of them said."""

    each: tuple[Tags, ...] = ()


class Teachers(Tagger):
    """A tagger made of ``taggers``, whose networks have the same tracks and kinds; encoders, tokenizers and whether a
    track has end labels may differ. Decoding is to be that of one with end labels if any has them.

    Raises ValueError without any.
    """

    def __init__(self, taggers: Sequence[Tagger]) -> None:
        if not taggers:
            raise ValueError("there must be at least one teacher")
        self._taggers = taggers

    def tag(self, texts: Sequence[str], tokens: Sequence[Sequence[TokenSpan]]) -> list[Tags]:
        """See :meth:`ainoi.tag.Tagger.tag`."""
        found = [tagger.tag(texts, tokens) for tagger in self._taggers]
        return [_joint(each) for each in zip(*found, strict=True)]

    def cue_links(self, tags: Tags, contents: Sequence[TokenSpan], cues: Sequence[TokenSpan]) -> np.ndarray:
        """See :meth:`ainoi.tag.Tagger.cue_links`."""
        return _mean([tagger.cue_links(own, contents, cues) for tagger, own in self._each(tags)])

    def source_links(
        self,
        tags: Tags,
        contents: Sequence[TokenSpan],
        cues: Sequence[TokenSpan | None],
        sources: Sequence[TokenSpan],
    ) -> np.ndarray:
        """See :meth:`ainoi.tag.Tagger.source_links`."""
        return _mean([tagger.source_links(own, contents, cues, sources) for tagger, own in self._each(tags)])

    def kinds(self, tags: Tags, sources: Sequence[TokenSpan]) -> np.ndarray:
        """See :meth:`ainoi.tag.Tagger.kinds`."""
        return _mean([tagger.kinds(own, sources) for tagger, own in self._each(tags)])

    def antecedents(self, tags: Tags, sources: Sequence[TokenSpan], names: Sequence[TokenSpan]) -> np.ndarray | None:
        """See :meth:`ainoi.tag.Tagger.antecedents`; of those networks that have learned it."""
        found = [tagger.antecedents(own, sources, names) for tagger, own in self._each(tags)]
        learned = [scores for scores in found if scores is not None]
        return _mean(learned) if learned else None

    def _each(self, tags: Tags) -> list[tuple[Tagger, Tags]]:
        return list(zip(self._taggers, cast(JointTags, tags).each, strict=True))


def _joint(each: Sequence[Tags]) -> JointTags:
    tracks = {name: _mean(_alike([tags.tracks[name] for tags in each])) for name in each[0].tracks}
    return JointTags(tracks, each[0].article, tuple(each))


def _alike(scores: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The same scores, all with end labels if any of them has these."""
    widest = max(own.shape[1] for own in scores)
    return [own if own.shape[1] == widest else with_ends(own) for own in scores]


def with_ends(scores: np.ndarray) -> np.ndarray:
    """Log-probabilities of BIOES labels ``[tokens, 1 + 4 types]`` from those of BIO ``[tokens, 1 + 2 types]``.

    A span ends at a token with the probability that the next token, which is inside or not of a span that this token is
    in, is not inside.
    """
    probabilities = np.exp(scores)
    begin, inside = probabilities[:, 1::2], probabilities[:, 2::2]
    following = np.concatenate([inside[1:], np.zeros_like(inside[:1])])[: len(inside)]
    goes_on = np.clip(following / np.maximum(begin + inside, TINY), TINY, 1.0 - TINY)
    ended = np.stack([begin * goes_on, inside * goes_on, inside * (1 - goes_on), begin * (1 - goes_on)], axis=2)
    result = np.concatenate([probabilities[:, :1], ended.reshape(len(scores), 2 * (scores.shape[1] - 1))], axis=1)
    with_logs: np.ndarray = np.log(np.maximum(result, TINY))
    return with_logs


def _mean(scores: Sequence[np.ndarray]) -> np.ndarray:
    """Log-probabilities of the mean of distributions given as log-probabilities, by the last axis."""
    if not scores[0].size:
        return scores[0]
    return log_softmax(np.logaddexp.reduce(np.stack(scores), axis=0))
