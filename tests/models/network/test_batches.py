"""Rows side by side in one batch."""

from __future__ import annotations

import numpy as np
import torch

from ainoi.encode import Row
from ainoi.network.batches import batch_of

ROWS = [Row(np.array([2, 10, 11, 3]), np.array([1])), Row(np.array([2, 10, 11, 12, 3]), np.array([1, 2]))]


def test_batch_pads_every_row_to_the_longest() -> None:
    batch = batch_of(ROWS, 7)
    assert batch.input_ids.tolist() == [[2, 10, 11, 3, 7], [2, 10, 11, 12, 3]]
    assert batch.attention_mask.tolist() == [[1, 1, 1, 1, 0], [1, 1, 1, 1, 1]]
    assert batch.first_subwords.tolist() == [[1, 0], [1, 2]]
    assert batch.token_mask.tolist() == [[True, False], [True, True]]


def test_batch_moves_whole_to_a_device() -> None:
    batch = batch_of(ROWS, 0).to(torch.device("meta"))
    tensors = [batch.input_ids, batch.attention_mask, batch.first_subwords, batch.token_mask]
    assert {tensor.device.type for tensor in tensors} == {"meta"}
