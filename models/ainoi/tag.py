"""Runs the network over articles: log-probabilities of every label, and scores for links and kinds on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ainoi.decode.viterbi import log_softmax
from ainoi.encode import Encoder, Row, row_of, windows
from ainoi.model_config import ModelConfig
from ainoi.stages import timed

TokenSpan = tuple[int, int]


class Network(Protocol):
    """A trained network: :class:`ainoi.graph.network.GraphNetwork` or :class:`ainoi.network.reading.TorchNetwork`.

    Spans are half open, in tokens, none empty. Scores are logits in float32.
    """

    @property
    def config(self) -> ModelConfig:
        """The model's configuration."""

    def states(self, rows: Sequence[Row]) -> Sequence[Any]:
        """States of each window's tokens, which can be sliced like an array, ``[tokens, ...]``."""

    def article(self, parts: Sequence[Any]) -> Any:
        """An article whose tokens have these states, one part behind the other; what the other methods read."""

    def tracks(self, article: Any) -> dict[str, np.ndarray]:
        """``[tokens, labels]`` by track."""

    def cue_link(self, article: Any, contents: Sequence[TokenSpan], cues: Sequence[TokenSpan]) -> np.ndarray:
        """``[contents, cues + 1]``, the last column for "none"."""

    def source_link(
        self, article: Any, contents: Sequence[TokenSpan], sources: Sequence[TokenSpan], cues: Sequence[TokenSpan]
    ) -> np.ndarray:
        """``[contents, sources + 1]``; ``cues``: that of each content, an empty span for one without."""

    def kind(self, article: Any, sources: Sequence[TokenSpan]) -> np.ndarray:
        """``[sources, kinds]``."""

    def antecedent(self, article: Any, sources: Sequence[TokenSpan], names: Sequence[TokenSpan]) -> np.ndarray | None:
        """``[sources, names + 1]``; None for a network that has not learned it."""

    def table(self) -> np.ndarray:
        """The encoder's input table, ``[vocabulary, size]`` in float32."""


@dataclass(frozen=True)
class Tags:
    """What the network says about one article of ``tokens`` tokens.

    ``tracks``: log-probabilities ``[tokens, labels]`` by track. ``article``: what the network reads spans from.
    """

    tracks: dict[str, np.ndarray]
    article: Any


class Tagger:
    """Asks a network about articles; not safe to share between threads."""

    def __init__(self, network: Network, encoder: Encoder) -> None:
        self._network = network
        self._encoder = encoder
        self.stages: dict[str, float] | None = None
        """Where the seconds of ``encode`` and ``tag`` add up, if anywhere."""

    def tag(self, texts: Sequence[str], tokens: Sequence[Sequence[TokenSpan]]) -> list[Tags]:
        """Tags for each text; ``tokens`` are half-open character spans. Texts without tokens get empty tags."""
        with timed(self.stages, "encode"):
            states = self._states(texts, tokens)
        with timed(self.stages, "tag"):
            articles = [self._network.article(parts) for parts in states]
            return [Tags(_log_softmaxes(self._network.tracks(article)), article) for article in articles]

    def _states(self, texts: Sequence[str], tokens: Sequence[Sequence[TokenSpan]]) -> list[list[Any]]:
        """By article: the states of its windows' own tokens."""
        config = self._network.config
        encodings = self._encoder.encode(texts, tokens)
        parts = [
            (article, window)
            for article, encoding in enumerate(encodings)
            if len(encoding.first_subword)
            for window in windows(encoding, config.window, config.window_overlap)
        ]
        rows = [row_of(encodings[article], window, self._encoder) for article, window in parts]
        found: list[list[Any]] = [[] for _ in encodings]
        for (article, window), states in zip(parts, self._network.states(rows), strict=True):
            found[article].append(window.own(states))
        return found

    def cue_links(self, tags: Tags, contents: Sequence[TokenSpan], cues: Sequence[TokenSpan]) -> np.ndarray:
        """Log-probabilities of each content's cue, ``[contents, cues + 1]``, the last column for "none"."""
        if not contents:
            return np.zeros((0, len(cues) + 1))
        return log_softmax(self._network.cue_link(tags.article, contents, cues))

    def source_links(
        self,
        tags: Tags,
        contents: Sequence[TokenSpan],
        cues: Sequence[TokenSpan | None],
        sources: Sequence[TokenSpan],
    ) -> np.ndarray:
        """Log-probabilities of each content's source beside the cue it was given, ``[contents, sources + 1]``, the last
        column for "none"."""
        if not contents:
            return np.zeros((0, len(sources) + 1))
        return log_softmax(self._network.source_link(tags.article, contents, sources, [cue or (0, 0) for cue in cues]))

    def kinds(self, tags: Tags, sources: Sequence[TokenSpan]) -> np.ndarray:
        """Log-probabilities ``[sources, kinds]`` of the kinds that the configuration lists."""
        if not sources:
            return np.zeros((0, len(self._network.config.kinds)))
        return log_softmax(self._network.kind(tags.article, sources))

    def antecedents(self, tags: Tags, sources: Sequence[TokenSpan], names: Sequence[TokenSpan]) -> np.ndarray | None:
        """Log-probabilities of which of ``names`` each source without a name means, ``[sources, names + 1]``, the last
        column for none of them; None for a network that has not learned it."""
        logits = self._network.antecedent(tags.article, sources, names) if sources else None
        return None if logits is None else log_softmax(logits)


def _log_softmaxes(tracks: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: log_softmax(logits) for name, logits in tracks.items()}
