"""The graph for OpenVINO: what the network computes, for every length; which encoders have one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from transformers import ModernBertConfig, RobertaConfig

from ainoi.graph.modernbert import KINDS, can_read
from ainoi.graph.states import Graph
from ainoi.network.config import AinoiConfig
from ainoi.network.model import AinoiModel

pytestmark = pytest.mark.usefixtures("one_thread")

REACH = 8
LENGTHS = sorted({1, 2, 3, *(n * 2 * REACH + more for n in (1, 2, 3, 7) for more in (-1, 0, 1)), 300})


def encoder(**changes: Any) -> dict[str, Any]:
    sizes = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 4, "num_attention_heads": 2}
    special = {"pad_token_id": 0, "bos_token_id": 2, "cls_token_id": 2, "eos_token_id": 3, "sep_token_id": 3}
    more = {"vocab_size": 50, "max_position_embeddings": 320, "local_attention": 2 * REACH}
    return ModernBertConfig(**{**sizes, **special, **more, **changes}).to_dict()


@pytest.fixture(scope="module")
def network() -> AinoiModel:
    torch.manual_seed(0)
    model = AinoiModel(AinoiConfig(encoder=encoder(), context_size=16, link_size=8, window=318))
    for parameter in model.parameters():  # stock initial weights are so small that attention hardly matters
        torch.nn.init.normal_(parameter, std=0.3)
    return model.train(False)


@pytest.fixture
def graph(network: AinoiModel) -> Graph:
    weights = {name: tensor.numpy() for name, tensor in network.state_dict().items()}
    return Graph(weights, network.config, threads=1)


def expected(model: AinoiModel, subwords: np.ndarray, firsts: np.ndarray) -> np.ndarray:
    rows = torch.from_numpy(subwords)[None], torch.from_numpy(firsts)[None]
    with torch.inference_mode():
        states = model.states(rows[0], torch.ones_like(rows[0]), rows[1], torch.ones_like(rows[1]).bool())[0]
        return torch.cat([states, *model.tag(states).values()], dim=1).numpy()


def test_the_graph_computes_what_the_network_does_for_every_length(network: AinoiModel, graph: Graph) -> None:
    random = np.random.default_rng(0)
    for length in LENGTHS:
        subwords = random.integers(4, 50, length)
        firsts = np.sort(random.choice(length, max(1, 2 * length // 3), replace=False))
        read, right = graph.states(subwords, firsts), expected(network, subwords, firsts)
        assert read.dtype == np.float32 and read.shape == right.shape
        assert np.allclose(read, right, atol=1e-3), length


@pytest.mark.parametrize("first", [1, 2, 3, 15, 16, 17, 300])
def test_what_was_read_before_changes_nothing(network: AinoiModel, graph: Graph, first: int) -> None:
    random = np.random.default_rng(first)
    for length in (first, *random.permutation([1, 2, 16, 17, 40, 64, 128, 300]), 1, 320):
        subwords, firsts = random.integers(4, 50, length), np.arange(length)
        assert np.allclose(graph.states(subwords, firsts), expected(network, subwords, firsts), atol=1e-3), length


def test_states_that_were_given_stay_as_they_are(graph: Graph) -> None:
    first = graph.states(np.arange(4, 20), np.arange(10))
    kept = first.copy()
    graph.states(np.arange(20, 36), np.arange(10))
    assert np.array_equal(first, kept)


def rotations(**changes: object) -> dict[str, Any]:
    return {
        kind: {**parameters, **changes} for kind, parameters in encoder()["rope_parameters"].items() if kind in KINDS
    }


@pytest.mark.parametrize(
    "change",
    [
        {"attention_bias": True},
        {"mlp_bias": True},
        {"hidden_activation": "relu"},
        {"local_attention": None},
        {"local_attention": "x"},
        {"local_attention": 1026},
        {"max_position_embeddings": 4_000_000},
        {"layer_types": ["full_attention"]},
        {"layer_types": ["full_attention"] * 3 + ["linear_attention"]},
        {"layer_types": None},
        {"rope_parameters": None},
        {"rope_parameters": rotations(rope_type="linear", factor=8.0)},
        {"model_type": ["modernbert"]},
    ],
    ids=str,
)
def test_an_encoder_with_parts_that_the_graph_lacks_has_none(change: dict[str, Any]) -> None:
    assert can_read(encoder()) and not can_read({**encoder(), **change})


def test_another_encoder_has_no_graph() -> None:
    assert not can_read(RobertaConfig().to_dict())
