"""Runs the network over articles: log-probabilities of every label, and scores for links and kinds on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ainoi.decode.viterbi import log_softmax
from ainoi.encode import Encoder, Encoding, Window, batch_of, windows
from ainoi.network.model import AinoiModel
from ainoi.network.precision import autocast

TokenSpan = tuple[int, int]

BATCH_SUBWORDS = 8192
"""Subwords in one batch, padding included; a window is at most 2,048 long."""


@dataclass(frozen=True)
class Tags:
    """What the network says about one article of ``tokens`` tokens.

    ``tracks``: log-probabilities ``[tokens, labels]`` by track. ``states``: ``[tokens, size]``, for the link heads.
    """

    tracks: dict[str, np.ndarray]
    states: Tensor


class Tagger:
    """Holds the network for reading; not safe to share between threads."""

    def __init__(self, model: AinoiModel, encoder: Encoder) -> None:
        self._model = model.train(False)
        self._encoder = encoder
        self._device = next(model.parameters()).device

    @torch.inference_mode()
    def tag(self, texts: Sequence[str], tokens: Sequence[Sequence[TokenSpan]]) -> list[Tags]:
        """Tags for each text; ``tokens`` are half-open character spans. Texts without tokens get empty tags."""
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
            with autocast(self._device):
                out = self._model.states(batch.input_ids, batch.attention_mask, batch.first_subwords, batch.token_mask)
            for row, (article, window) in zip(out, group, strict=True):
                own = row[window.kept_first - window.first : window.kept_last - window.first]
                states[article][window.kept_first : window.kept_last] = own
        return [Tags(self._tracks(state), state) for state in states]

    def _no_states(self, tokens: int) -> Tensor:
        config = self._model.config
        return torch.zeros(tokens, self._model.encoder.config.hidden_size + config.context_size, device=self._device)

    def _tracks(self, states: Tensor) -> dict[str, np.ndarray]:
        return {name: log_softmax(logits.cpu().numpy()) for name, logits in self._model.tag(states).items()}

    @torch.inference_mode()
    def links(
        self, tags: Tags, contents: Sequence[TokenSpan], cues: Sequence[TokenSpan], sources: Sequence[TokenSpan]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Log-probabilities of each content's cue and source, ``[contents, cues + 1]`` and ``[contents, sources + 1]``,
        the last column for "none"."""
        return self._link(self._model.cue_link, tags, contents, cues), self._link(
            self._model.source_link, tags, contents, sources
        )

    def _link(
        self, head: torch.nn.Module, tags: Tags, contents: Sequence[TokenSpan], candidates: Sequence[TokenSpan]
    ) -> np.ndarray:
        if not contents:
            return np.zeros((0, len(candidates) + 1))
        return log_softmax(head(tags.states, self._spans(contents), self._spans(candidates)).cpu().numpy())

    @torch.inference_mode()
    def kinds(self, tags: Tags, sources: Sequence[TokenSpan]) -> np.ndarray:
        """Log-probabilities ``[sources, kinds]`` of the kinds that the configuration lists."""
        if not sources:
            return np.zeros((0, len(self._model.config.kinds)))
        return log_softmax(self._model.kind(tags.states, self._spans(sources)).cpu().numpy())

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
