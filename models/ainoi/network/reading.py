"""A trained network as the tagger asks it, read by PyTorch: on a GPU, or with an encoder that has no graph."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from ainoi.encode import Row
from ainoi.network.batches import batch_of
from ainoi.network.config import AinoiConfig
from ainoi.network.heads import SpanStates
from ainoi.network.model import AinoiModel
from ainoi.network.precision import autocast
from ainoi.precision import Precision
from ainoi.tag import TokenSpan

BATCH_SUBWORDS = 8192
"""Subwords in one batch, padding included; a window is at most 2,048 long."""


class TorchNetwork:
    """Implements :class:`ainoi.tag.Network`. Not safe to share between threads."""

    def __init__(self, model: AinoiModel, precision: Precision = "float32") -> None:
        self.model = model.train(False)
        self._precision = precision
        self._device = next(model.parameters()).device
        self._pad_id = int(model.encoder.config.pad_token_id or 0)

    @property
    def config(self) -> AinoiConfig:
        """See :meth:`ainoi.tag.Network.config`."""
        config: AinoiConfig = self.model.config
        return config

    @torch.inference_mode()
    def states(self, rows: Sequence[Row]) -> list[Tensor]:
        """See :meth:`ainoi.tag.Network.states`; windows of similar length are read together."""
        found: list[Tensor | None] = [None] * len(rows)
        for group in groups([len(row.subwords) for row in rows]):
            batch = batch_of([rows[i] for i in group], self._pad_id).to(self._device)
            with autocast(self._device, self._precision):
                read = self.model.states(batch.input_ids, batch.attention_mask, batch.first_subwords, batch.token_mask)
            for i, states in zip(group, read, strict=True):
                found[i] = states[: len(rows[i].firsts)]
        return [states for states in found if states is not None]

    @torch.inference_mode()
    def article(self, parts: Sequence[Tensor]) -> SpanStates:
        """See :meth:`ainoi.tag.Network.article`."""
        size = self.model.encoder.config.hidden_size + self.config.context_size
        return SpanStates(torch.cat([torch.zeros(0, size, device=self._device), *parts]))

    @torch.inference_mode()
    def tracks(self, article: SpanStates) -> dict[str, np.ndarray]:
        """See :meth:`ainoi.tag.Network.tracks`."""
        return {name: logits.cpu().numpy() for name, logits in self.model.tag(article.states).items()}

    @torch.inference_mode()
    def cue_link(self, article: SpanStates, contents: Sequence[TokenSpan], cues: Sequence[TokenSpan]) -> np.ndarray:
        """See :meth:`ainoi.tag.Network.cue_link`."""
        return _array(self.model.cue_link(article, self._tensor(contents), self._tensor(cues)))

    @torch.inference_mode()
    def source_link(
        self,
        article: SpanStates,
        contents: Sequence[TokenSpan],
        sources: Sequence[TokenSpan],
        cues: Sequence[TokenSpan],
    ) -> np.ndarray:
        """See :meth:`ainoi.tag.Network.source_link`."""
        spans = [self._tensor(spans) for spans in (contents, sources, cues)]
        return _array(self.model.source_link(article, *spans))

    @torch.inference_mode()
    def kind(self, article: SpanStates, sources: Sequence[TokenSpan]) -> np.ndarray:
        """See :meth:`ainoi.tag.Network.kind`."""
        return _array(self.model.kind(article, self._tensor(sources)))

    @torch.inference_mode()
    def antecedent(
        self, article: SpanStates, sources: Sequence[TokenSpan], names: Sequence[TokenSpan]
    ) -> np.ndarray | None:
        """See :meth:`ainoi.tag.Network.antecedent`."""
        if self.model.antecedent is None:
            return None
        return _array(self.model.antecedent(article, self._tensor(sources), self._tensor(names)))

    def table(self) -> np.ndarray:
        """See :meth:`ainoi.tag.Network.table`."""
        return _array(self.model.encoder.get_input_embeddings().weight.detach().float())

    def _tensor(self, spans: Sequence[TokenSpan]) -> Tensor:
        return torch.tensor(list(spans), dtype=torch.long, device=self._device).reshape(-1, 2)


def _array(tensor: Tensor) -> np.ndarray:
    return tensor.cpu().numpy()


def groups(lengths: Sequence[int]) -> list[list[int]]:
    """Rows of similar length in batches, each at most :data:`BATCH_SUBWORDS` long with its padding."""
    found: list[list[int]] = []
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if not found or lengths[found[-1][0]] * (len(found[-1]) + 1) > BATCH_SUBWORDS:
            found.append([])
        found[-1].append(i)
    return found
