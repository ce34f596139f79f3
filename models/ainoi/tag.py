"""Runs the network over articles: log-probabilities of every label, and scores for links and kinds on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ainoi.decode.viterbi import log_softmax
from ainoi.encode import Encoder, Encoding, Window, batch_of, windows
from ainoi.network.heads import SpanStates
from ainoi.network.model import AinoiModel
from ainoi.network.precision import Precision, autocast
from ainoi.stages import timed

TokenSpan = tuple[int, int]

BATCH_SUBWORDS = 8192
"""Subwords in one batch, padding included; a window is at most 2,048 long."""


@dataclass(frozen=True)
class Tags:
    """What the network says about one article of ``tokens`` tokens.

    ``tracks``: log-probabilities ``[tokens, labels]`` by track. ``article``: what the link heads read spans from.
    """

    tracks: dict[str, np.ndarray]
    article: SpanStates


class Tagger:
    """Holds the network for reading; not safe to share between threads."""

    def __init__(self, model: AinoiModel, encoder: Encoder, precision: Precision = "float32") -> None:
        self._model = model.train(False)
        self._precision = precision
        self._encoder = encoder
        self._device = next(model.parameters()).device
        self.stages: dict[str, float] | None = None
        """Where the seconds of ``encode`` and ``tag`` add up, if anywhere."""

    @torch.inference_mode()
    def tag(self, texts: Sequence[str], tokens: Sequence[Sequence[TokenSpan]]) -> list[Tags]:
        """Tags for each text; ``tokens`` are half-open character spans. Texts without tokens get empty tags."""
        with timed(self.stages, "encode"):
            states = self._states(texts, tokens)
        with timed(self.stages, "tag"):
            return [Tags(self._tracks(state), SpanStates(state)) for state in states]

    def _states(self, texts: Sequence[str], tokens: Sequence[Sequence[TokenSpan]]) -> list[Tensor]:
        """The tokens of each text as the network sees them."""
        config = self._model.config
        encodings = self._encoder.encode(texts, tokens)
        parts = [
            (article, window)
            for article, encoding in enumerate(encodings)
            if len(encoding.first_subword)
            for window in windows(encoding, config.window, config.window_overlap)
        ]
        states = [self._no_states(len(encoding.first_subword)) for encoding in encodings]
        for group in _groups(parts, encodings):
            batch = batch_of([(encodings[article], window) for article, window in group], self._encoder)
            batch = batch.to(self._device)
            with autocast(self._device, self._precision):
                out = self._model.states(batch.input_ids, batch.attention_mask, batch.first_subwords, batch.token_mask)
            for row, (article, window) in zip(out, group, strict=True):
                window.keep(row, states[article])
        return states

    def _no_states(self, tokens: int) -> Tensor:
        config = self._model.config
        return torch.zeros(tokens, self._model.encoder.config.hidden_size + config.context_size, device=self._device)

    def _tracks(self, states: Tensor) -> dict[str, np.ndarray]:
        return {name: log_softmax(logits.cpu().numpy()) for name, logits in self._model.tag(states).items()}

    @torch.inference_mode()
    def cue_links(self, tags: Tags, contents: Sequence[TokenSpan], cues: Sequence[TokenSpan]) -> np.ndarray:
        """Log-probabilities of each content's cue, ``[contents, cues + 1]``, the last column for "none"."""
        if not contents:
            return np.zeros((0, len(cues) + 1))
        logits = self._model.cue_link(tags.article, self._spans(contents), self._spans(cues))
        return log_softmax(logits.cpu().numpy())

    @torch.inference_mode()
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
        anchors = self._spans([cue or (0, 0) for cue in cues])
        logits = self._model.source_link(tags.article, self._spans(contents), self._spans(sources), anchors)
        return log_softmax(logits.cpu().numpy())

    @torch.inference_mode()
    def kinds(self, tags: Tags, sources: Sequence[TokenSpan]) -> np.ndarray:
        """Log-probabilities ``[sources, kinds]`` of the kinds that the configuration lists."""
        if not sources:
            return np.zeros((0, len(self._model.config.kinds)))
        return log_softmax(self._model.kind(tags.article, self._spans(sources)).cpu().numpy())

    @torch.inference_mode()
    def antecedents(self, tags: Tags, sources: Sequence[TokenSpan], names: Sequence[TokenSpan]) -> np.ndarray | None:
        """Log-probabilities of which of ``names`` each source without a name means, ``[sources, names + 1]``, the last
        column for none of them; None for a network that has not learned it."""
        if self._model.antecedent is None or not sources:
            return None
        logits = self._model.antecedent(tags.article, self._spans(sources), self._spans(names))
        return log_softmax(logits.cpu().numpy())

    def _spans(self, spans: Sequence[TokenSpan]) -> Tensor:
        return torch.tensor(list(spans), dtype=torch.long, device=self._device).reshape(-1, 2)


def _groups(parts: Sequence[tuple[int, Window]], encodings: Sequence[Encoding]) -> list[list[tuple[int, Window]]]:
    """Batches of windows of similar length, each at most :data:`BATCH_SUBWORDS` with padding."""

    def length(part: tuple[int, Window]) -> int:
        article, window = part
        first = encodings[article].first_subword
        end = first[window.last] if window.last < len(first) else len(encodings[article].subwords)
        return int(end - first[window.first])

    groups: list[list[tuple[int, Window]]] = []
    widest = 0
    for part in sorted(parts, key=length, reverse=True):
        if not groups or widest * (len(groups[-1]) + 1) > BATCH_SUBWORDS:
            groups.append([])
            widest = length(part) + 2
        groups[-1].append(part)
    return groups
