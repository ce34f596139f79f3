"""Tensors out of a safetensors file without PyTorch, and which a network must have."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from ainoi.graph.weights import below, read_weights, shapes
from ainoi.model_config import ModelConfig
from ainoi.network.config import AinoiConfig
from ainoi.network.model import AinoiModel


@pytest.mark.parametrize("kind", [torch.float32, torch.float16, torch.bfloat16])
def test_tensors_are_read_as_float32_whatever_their_format(tmp_path: Path, kind: torch.dtype) -> None:
    tensors = {"a.b": torch.randn(3, 5).to(kind), "c": torch.tensor([1.5, -2.0, 3e-5]).to(kind), "d": torch.tensor(2.0)}
    save_file(tensors, tmp_path / "x.safetensors")
    read = read_weights(tmp_path / "x.safetensors")
    assert read.keys() == tensors.keys()
    for name, values in read.items():
        assert values.dtype == np.float32
        assert np.array_equal(values, tensors[name].float().numpy())


def test_tensors_of_integers_are_refused(tmp_path: Path) -> None:
    save_file({"a": torch.tensor([1, 2])}, tmp_path / "x.safetensors")
    with pytest.raises(ValueError, match="I64"):
        read_weights(tmp_path / "x.safetensors")


def test_below_takes_the_prefix_off() -> None:
    assert list(below("a.", {"a.b": np.zeros(1), "ab": np.zeros(1), "b.a.c": np.zeros(1)})) == ["b"]


@pytest.mark.parametrize(
    "change",
    [{}, {"cue_anchors": True, "antecedents": True, "ended": ["content", "nested"]}, {"kinds": ["a"], "link_size": 3}],
    ids=["plain", "everything", "other sizes"],
)
def test_shapes_are_those_of_the_network(tiny_config: AinoiConfig, change: dict[str, object]) -> None:
    config = AinoiConfig.from_dict({**tiny_config.to_dict(), **change})
    wanted = {name: tuple(tensor.shape) for name, tensor in AinoiModel(config).state_dict().items()}
    assert shapes(ModelConfig.of(config.to_dict())) == wanted
