"""Tags without a network: every label a network could give, in any order, for tests of what reads them.

Decode and resolve must keep their promises whatever the network says, so these taggers say more than it ever would:
mentions everywhere, quotes of one token and of the whole text, sources far away. Numbers come from a seed.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import cast

import numpy as np

from ainoi.decode.viterbi import Scheme, log_softmax
from ainoi.model_config import CONTENT, CUE, MENTION, NESTED, SOURCE, ModelConfig
from ainoi.pipeline import Annotator
from ainoi.tag import Tagger, Tags

TokenSpan = tuple[int, int]
Layout = Callable[[int], dict[str, list[tuple[int, int, str]]]]
"""From the number of tokens to the spans of each track, with their type."""

SURE = 9.0
"""Logit of a label that is meant; all others have 0."""


def crowded(tokens: int) -> dict[str, list[tuple[int, int, str]]]:
    """A quote every eight tokens, each with a cue and a person of its own."""
    starts = range(0, tokens - 8, 8)
    return {
        MENTION: [(s, s + 2, "person") for s in starts],
        SOURCE: [(s, s + 2, "source") for s in starts],
        CUE: [(s + 2, s + 3, "cue") for s in starts],
        CONTENT: [(s + 3, s + 8, "content") for s in starts],
    }


def mentions_only(tokens: int) -> dict[str, list[tuple[int, int, str]]]:
    """One quote at the end, and mentions of every type in every other place."""
    kinds = ("person", "organization", "role", "pronoun")
    starts = range(0, tokens - 12, 3)
    return {
        MENTION: [(s, s + 3, kinds[i % 4]) for i, s in enumerate(starts)],
        SOURCE: [(tokens - 8, tokens - 6, "source")] if tokens > 9 else [],
        CUE: [(tokens - 6, tokens - 5, "cue")] if tokens > 9 else [],
        CONTENT: [(max(0, tokens - 5), tokens, "content")] if tokens else [],
    }


def long_mentions(tokens: int) -> dict[str, list[tuple[int, int, str]]]:
    """A source of eighty tokens for every quote of five."""
    starts = range(0, tokens - 86, 86)
    return {
        MENTION: [(s, s + 80, "organization") for s in starts],
        SOURCE: [(s, s + 80, "source") for s in starts],
        CUE: [(s + 80, s + 81, "cue") for s in starts],
        CONTENT: [(s + 81, s + 86, "content") for s in starts],
    }


def one_quote(tokens: int) -> dict[str, list[tuple[int, int, str]]]:
    """All of the text is one quote, after its source and its cue; many are nested in it."""
    starts = range(4, tokens - 6, 6)
    return {
        MENTION: [(0, 1, "person"), *((s, s + 1, "person") for s in starts)] if tokens > 3 else [],
        SOURCE: [(0, 1, "source"), *((s, s + 1, "source") for s in starts)] if tokens > 3 else [],
        CUE: [(1, 2, "cue"), *((s + 1, s + 2, "cue") for s in starts)] if tokens > 3 else [],
        CONTENT: [(2, tokens, "content")] if tokens > 3 else [],
        NESTED: [(s + 2, s + 6, "nested") for s in starts],
    }


def one_cue(tokens: int) -> dict[str, list[tuple[int, int, str]]]:
    """A cue and a source as long as half of the text, and quotes on both sides of them."""
    half, quarter = tokens // 2, tokens // 4
    starts = [*range(0, quarter - 4, 4), *range(quarter + half, tokens - 4, 4)]
    return {
        MENTION: [(quarter + half // 2, quarter + half, "person")] if half > 3 else [],
        SOURCE: [(quarter + half // 2, quarter + half, "source")] if half > 3 else [],
        CUE: [(quarter, quarter + half // 2, "cue")] if half > 3 else [],
        CONTENT: [(s, s + 3, "content") for s in starts],
    }


LAYOUTS: dict[str, Layout] = {
    layout.__name__: layout for layout in (crowded, mentions_only, long_mentions, one_quote, one_cue)
}


class MadeUpTagger:
    """Takes the place of :class:`ainoi.tag.Tagger`. Without a layout the labels are drawn, with it they are its."""

    def __init__(self, config: ModelConfig, layout: Layout | None = None, *, seed: int = 0) -> None:
        self._config = config
        self._layout = layout
        self._seed = seed

    def tag(self, texts: Sequence[str], tokens: Sequence[Sequence[TokenSpan]]) -> list[Tags]:
        return [self._tags(text, len(spans)) for text, spans in zip(texts, tokens, strict=True)]

    def _tags(self, text: str, tokens: int) -> Tags:
        rng = np.random.default_rng([self._seed, zlib.crc32(text.encode("utf-8", "surrogatepass"))])
        wanted = self._layout(tokens) if self._layout is not None else None
        tracks = {}
        for name in self._config.tracks:
            labels = self._config.labels(name)
            if wanted is None:
                logits = rng.normal(scale=8.0, size=(tokens, len(labels)))
                logits[:, 0] += rng.choice([-8.0, 0.0, 4.0])
            else:
                path = np.zeros(tokens, dtype=np.int64)
                scheme = Scheme.of(labels)
                for start, end, kind in wanted.get(name, ()):
                    path[start:end] = scheme.labels_for(end - start, kind)
                logits = np.zeros((tokens, len(labels)))
                logits[np.arange(tokens), path] = SURE
            tracks[name] = log_softmax(logits) if tokens else np.zeros((0, len(labels)))
        return Tags(tracks, SimpleNamespace(rng=rng))

    def cue_links(self, tags: Tags, contents: Sequence[TokenSpan], cues: Sequence[TokenSpan]) -> np.ndarray:
        return self._links(tags, contents, cues)

    def source_links(
        self,
        tags: Tags,
        contents: Sequence[TokenSpan],
        cues: Sequence[TokenSpan | None],
        sources: Sequence[TokenSpan],
    ) -> np.ndarray:
        return self._links(tags, contents, sources)

    def kinds(self, tags: Tags, sources: Sequence[TokenSpan]) -> np.ndarray:
        return self._drawn(tags, (len(sources), len(self._config.kinds)))

    def antecedents(self, tags: Tags, sources: Sequence[TokenSpan], names: Sequence[TokenSpan]) -> np.ndarray | None:
        return self._drawn(tags, (len(sources), len(names) + 1))

    def _links(self, tags: Tags, contents: Sequence[TokenSpan], candidates: Sequence[TokenSpan]) -> np.ndarray:
        """With a layout the nearest candidate is the likeliest; without one any."""
        if self._layout is None:
            return self._drawn(tags, (len(contents), len(candidates) + 1))
        middles = np.asarray([start + end for start, end in candidates], dtype=np.float64) / 2
        apart = np.abs(np.asarray([s + e for s, e in contents], dtype=np.float64)[:, None] / 2 - middles[None, :])
        return log_softmax(np.hstack([3.0 - 0.05 * apart, np.zeros((len(contents), 1))]))

    def _drawn(self, tags: Tags, shape: tuple[int, int]) -> np.ndarray:
        rng: np.random.Generator = tags.article.rng
        return log_softmax(rng.normal(scale=2.0, size=shape)) if shape[0] else np.zeros(shape)


def with_made_up_tags(annotator: Annotator, layout: Layout | None = None, *, seed: int = 0) -> Annotator:
    """An annotator with the knowledge of ``annotator`` that never asks its network."""
    tagger = MadeUpTagger(annotator._config, layout, seed=seed)
    return Annotator(annotator._model, annotator._pack, cast(Tagger, tagger))
