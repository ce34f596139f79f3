"""Several trained networks read as one: the mean of their probabilities, which is surer than any of them alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from ainoi.decode.viterbi import log_softmax
from ainoi.tag import Tagger, Tags, TokenSpan


@dataclass(frozen=True)
class JointTags(Tags):
    """The mean of what several networks say about an article; ``each`` keeps what each of them said."""

    each: tuple[Tags, ...] = ()


class Teachers(Tagger):
    """A tagger made of ``taggers``, whose networks have the same tracks and kinds; encoders and tokenizers may differ.

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
    tracks = {name: _mean([tags.tracks[name] for tags in each]) for name in each[0].tracks}
    return JointTags(tracks, each[0].article, tuple(each))


def _mean(scores: Sequence[np.ndarray]) -> np.ndarray:
    """Log-probabilities of the mean of distributions given as log-probabilities, by the last axis."""
    if not scores[0].size:
        return scores[0]
    return log_softmax(np.logaddexp.reduce(np.stack(scores), axis=0))
