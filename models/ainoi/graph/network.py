"""A trained network as the tagger asks it, read by OpenVINO and NumPy on a CPU."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ainoi.encode import Row
from ainoi.graph.heads import KindScorer, LinkScorer, SpanStates
from ainoi.graph.operations import Ranges, Weights
from ainoi.graph.states import Graph
from ainoi.graph.weights import below
from ainoi.model_config import ModelConfig
from ainoi.tag import TokenSpan


@dataclass(frozen=True)
class _Article:
    logits: np.ndarray
    spans: SpanStates


class GraphNetwork:
    """Implements :class:`ainoi.tag.Network`. Not safe to share between threads."""

    def __init__(
        self, weights: Weights, config: ModelConfig, *, threads: int | None = None, ranges: Ranges | None = None
    ) -> None:
        """See :class:`ainoi.graph.states.Graph`."""
        self.config = config
        self._graph = Graph(weights, config, threads=threads, ranges=ranges)
        self._cue_link = LinkScorer(below("cue_link.", weights))
        self._source_link = LinkScorer(below("source_link.", weights))
        self._antecedent = LinkScorer(below("antecedent.", weights)) if config.antecedents else None
        self._kind = KindScorer(below("kind.", weights))
        self._table = weights["encoder.embeddings.tok_embeddings.weight"]
        self._size = int(config.encoder["hidden_size"]) + config.context_size
        self._labels = [len(config.labels(name)) for name in config.tracks]

    def states(self, rows: Sequence[Row]) -> list[np.ndarray]:
        """See :meth:`ainoi.tag.Network.states`."""
        return [self._graph.states(row.subwords, row.firsts) for row in rows]

    def article(self, parts: Sequence[np.ndarray]) -> _Article:
        """See :meth:`ainoi.tag.Network.article`."""
        empty = np.zeros((0, self._size + sum(self._labels)), dtype=np.float32)
        read = parts[0] if len(parts) == 1 else np.concatenate([empty, *parts])
        return _Article(read[:, self._size :], SpanStates(read[:, : self._size]))

    def tracks(self, article: _Article) -> dict[str, np.ndarray]:
        """See :meth:`ainoi.tag.Network.tracks`."""
        parts = np.split(article.logits, np.cumsum(self._labels)[:-1], axis=1)
        return dict(zip(self.config.tracks, parts, strict=True))

    def cue_link(self, article: _Article, contents: Sequence[TokenSpan], cues: Sequence[TokenSpan]) -> np.ndarray:
        """See :meth:`ainoi.tag.Network.cue_link`."""
        return self._cue_link(article.spans, _array(contents), _array(cues))

    def source_link(
        self,
        article: _Article,
        contents: Sequence[TokenSpan],
        sources: Sequence[TokenSpan],
        cues: Sequence[TokenSpan],
    ) -> np.ndarray:
        """See :meth:`ainoi.tag.Network.source_link`."""
        anchors = _array(cues) if self.config.cue_anchors else None
        return self._source_link(article.spans, _array(contents), _array(sources), anchors)

    def kind(self, article: _Article, sources: Sequence[TokenSpan]) -> np.ndarray:
        """See :meth:`ainoi.tag.Network.kind`."""
        return self._kind(article.spans, _array(sources))

    def antecedent(
        self, article: _Article, sources: Sequence[TokenSpan], names: Sequence[TokenSpan]
    ) -> np.ndarray | None:
        """See :meth:`ainoi.tag.Network.antecedent`."""
        if self._antecedent is None:
            return None
        return self._antecedent(article.spans, _array(sources), _array(names))

    def table(self) -> np.ndarray:
        """See :meth:`ainoi.tag.Network.table`."""
        return self._table


def _array(spans: Sequence[TokenSpan]) -> np.ndarray:
    return np.asarray(spans, dtype=np.int64).reshape(-1, 2)
