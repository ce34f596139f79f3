"""Windows side by side, as PyTorch reads several at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ainoi.encode import Row


@dataclass(frozen=True)
class Batch:
    """Windows padded at the end; the arguments of :meth:`ainoi.network.model.AinoiModel.states`."""

    input_ids: Tensor
    attention_mask: Tensor
    first_subwords: Tensor
    token_mask: Tensor

    def to(self, device: torch.device) -> Batch:
        """The same batch on ``device``."""
        return Batch(*(getattr(self, name).to(device) for name in self.__dataclass_fields__))


def batch_of(rows: Sequence[Row], pad_id: int) -> Batch:
    """Pad windows to one batch: ``input_ids`` ``[windows, subwords]``, ``first_subwords`` ``[windows, tokens]``."""
    subwords = max(len(row.subwords) for row in rows)
    tokens = max(len(row.firsts) for row in rows)
    input_ids = torch.full((len(rows), subwords), pad_id, dtype=torch.long)
    attention_mask = torch.zeros((len(rows), subwords), dtype=torch.long)
    first_subwords = torch.zeros((len(rows), tokens), dtype=torch.long)
    token_mask = torch.zeros((len(rows), tokens), dtype=torch.bool)
    for i, row in enumerate(rows):
        input_ids[i, : len(row.subwords)] = torch.from_numpy(row.subwords)
        attention_mask[i, : len(row.subwords)] = 1
        first_subwords[i, : len(row.firsts)] = torch.from_numpy(row.firsts)
        token_mask[i, : len(row.firsts)] = True
    return Batch(input_ids, attention_mask, first_subwords, token_mask)
