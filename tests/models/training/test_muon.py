"""Muon in float32 takes the steps of PyTorch's, but for what that loses in bfloat16."""

from __future__ import annotations

import pytest
import torch

from ainoi.training.muon import Float32Muon, orthogonal

SHAPES = [(32, 32), (16, 48), (48, 16)]
COEFFICIENTS = (3.4445, -4.7750, 2.0315)


def after(kind: type[torch.optim.Muon], steps: int) -> list[torch.Tensor]:
    chance = torch.Generator().manual_seed(1)
    parameters = [torch.nn.Parameter(torch.randn(shape, generator=chance)) for shape in SHAPES]
    optimizer = kind(parameters, lr=0.02, weight_decay=0.1, adjust_lr_fn="match_rms_adamw")
    for _ in range(steps):
        for parameter in parameters:
            parameter.grad = torch.randn(parameter.shape, generator=chance)
        optimizer.step()
    return [parameter.detach() for parameter in parameters]


def test_steps_are_those_of_pytorch() -> None:
    for start, ours, theirs in zip(
        after(Float32Muon, 0), after(Float32Muon, 5), after(torch.optim.Muon, 5), strict=True
    ):
        way = ours - start
        assert float((ours - theirs).norm() / way.norm()) < 0.05


def test_the_state_can_be_taken_over() -> None:
    parameter = torch.nn.Parameter(torch.eye(4))
    parameter.grad = torch.ones(4, 4)
    optimizers = [kind([parameter], lr=0.1) for kind in (torch.optim.Muon, Float32Muon)]
    for optimizer in optimizers:
        optimizer.step()
    one, other = (optimizer.state_dict()["state"] for optimizer in optimizers)
    assert one.keys() == other.keys() and one[0].keys() == other[0].keys()
    assert torch.allclose(one[0]["momentum_buffer"], other[0]["momentum_buffer"])


def test_parameters_without_a_gradient_stay() -> None:
    parameter = torch.nn.Parameter(torch.eye(4))
    Float32Muon([parameter], lr=0.1).step()
    assert torch.equal(parameter, torch.eye(4))


def test_a_closure_is_refused() -> None:
    with pytest.raises(ValueError, match="closure"):
        Float32Muon([torch.nn.Parameter(torch.eye(4))]).step(lambda: 0.0)


@pytest.mark.parametrize("shape", SHAPES)
def test_singular_values_come_near_one(shape: tuple[int, int]) -> None:
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(2))
    values = torch.linalg.svdvals(orthogonal(matrix, COEFFICIENTS, 5))
    assert 0.3 < float(values.min()) <= float(values.max()) < 1.4
