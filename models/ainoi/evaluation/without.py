"""Ablation: the annotator with one of its parts taken out, to see what the part is worth.

What was fitted with a part in its place (the confidence of a quote, the weights of the resolver) is not fitted anew
without it, so the loss may be a little more than the part's own worth.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import replace

import numpy as np

from ainoi.decode.viterbi import log_softmax
from ainoi.evaluation.parts import PARTS
from ainoi.lang import LanguagePack
from ainoi.model_folder import LoadedModel
from ainoi.pipeline import Annotator
from ainoi.resolve.registry import Registry
from ainoi.tag import Tagger, Tags, TokenSpan

FARTHEST = 30
"""Tokens beyond which the rules link no cue to a content and no source to a cue; for a source behind its cue, half."""

BEHIND = 2
"""How many times as far a source seems that stands behind its cue: most stand before it."""


def annotator_without(parts: Collection[str], model: LoadedModel, pack: LanguagePack) -> Annotator:
    """An annotator that lacks ``parts``, keys of :data:`ainoi.evaluation.parts.PARTS`. Raises ValueError for others."""
    if unknown := set(parts) - set(PARTS):
        raise ValueError(f"unknown parts: {', '.join(sorted(unknown))}")
    if "registry" in parts:
        pack = replace(pack, registry=Registry.empty(), outlets=frozenset())
    if "confidence" in parts:
        config = copy(model.config)
        config.calibration = {name: weights for name, weights in config.calibration.items() if name != "quote"}
        model = replace(model, config=config)
    tagger = _Rules(model, links="links" in parts, antecedents="antecedents" in parts)
    return Annotator(model, pack, tagger)


class _Rules(Tagger):
    """A tagger with rules in place of what the network says of links, or silent about antecedents."""

    def __init__(self, model: LoadedModel, *, links: bool, antecedents: bool) -> None:
        super().__init__(model.network, model.encoder)
        self._links = links
        self._antecedents = antecedents

    def cue_links(self, tags: Tags, contents: Sequence[TokenSpan], cues: Sequence[TokenSpan]) -> np.ndarray:
        return _nearest(contents, cues, behind=1) if self._links else super().cue_links(tags, contents, cues)

    def source_links(
        self,
        tags: Tags,
        contents: Sequence[TokenSpan],
        cues: Sequence[TokenSpan | None],
        sources: Sequence[TokenSpan],
    ) -> np.ndarray:
        if not self._links:
            return super().source_links(tags, contents, cues, sources)
        places = [cue or content for content, cue in zip(contents, cues, strict=True)]
        return _nearest(places, sources, behind=BEHIND)

    def antecedents(self, tags: Tags, sources: Sequence[TokenSpan], names: Sequence[TokenSpan]) -> np.ndarray | None:
        return None if self._antecedents else super().antecedents(tags, sources, names)


def _nearest(places: Sequence[TokenSpan], candidates: Sequence[TokenSpan], *, behind: int) -> np.ndarray:
    """Log-probabilities ``[places, candidates + 1]`` that leave little to any but the nearest candidate.

    The last column is for none within :data:`FARTHEST`.
    """
    scores = np.full((len(places), len(candidates) + 1), -float(FARTHEST))
    starts = np.asarray([start for start, _ in candidates], dtype=np.float64)
    ends = np.asarray([end for _, end in candidates], dtype=np.float64)
    for row, (start, end) in enumerate(places):
        scores[row, :-1] = -np.maximum(0.0, np.maximum(start - ends, behind * (starts - end)))
    return log_softmax(scores)
