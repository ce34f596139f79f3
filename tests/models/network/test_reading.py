"""The network as PyTorch reads it for the tagger: windows of similar length together, each as if it were alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ainoi.encode import Row
from ainoi.network.model import AinoiModel
from ainoi.network.reading import BATCH_SUBWORDS, TorchNetwork, groups

pytestmark = pytest.mark.usefixtures("one_thread")


@given(st.lists(st.integers(3, 2050), max_size=60))
def test_groups_hold_every_row_once_and_no_more_than_fits(lengths: list[int]) -> None:
    found = groups(lengths)
    assert sorted(i for group in found for i in group) == list(range(len(lengths)))
    assert all(max(lengths[i] for i in group) * len(group) <= BATCH_SUBWORDS for group in found)


def test_rows_keep_their_order_and_are_read_as_if_alone(make_network: Callable[[int], AinoiModel]) -> None:
    network = TorchNetwork(make_network(3))
    rows = [Row(np.arange(2, 2 + n), np.arange(n - 1)) for n in (9, 30, 4, 30)]
    together = network.states(rows)
    for row, states in zip(rows, together, strict=True):
        [alone] = network.states([row])
        assert states.shape == alone.shape == (len(row.firsts), 32 + network.config.context_size)
        assert torch.allclose(states, alone, atol=1e-5)


def test_no_rows_are_no_states_and_no_parts_an_empty_article(make_network: Callable[[int], AinoiModel]) -> None:
    network = TorchNetwork(make_network(0))
    assert network.states([]) == []
    tracks = network.tracks(network.article([]))
    assert {name: scores.shape for name, scores in tracks.items()} == {
        name: (0, len(network.config.labels(name))) for name in network.config.tracks
    }
