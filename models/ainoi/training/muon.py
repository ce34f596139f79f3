"""Muon in float32: PyTorch's computes in bfloat16, for which many CPUs have no instructions and take far longer.

Update rule: Jordan et al., 2024 (https://kellerjordan.github.io/posts/muon), with the step sizes of AdamW (Liu et al.,
2025, https://arxiv.org/abs/2502.16982).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

EPS = 1e-7


class Float32Muon(torch.optim.Muon):
    """``torch.optim.Muon`` with ``adjust_lr_fn="match_rms_adamw"``; its state is the same."""

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> None:  # type: ignore[override]
        """One step; a ``closure`` is refused with a ValueError."""
        if closure is not None:
            raise ValueError("no closure is called")
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                if "momentum_buffer" not in state:
                    state["momentum_buffer"] = torch.zeros_like(parameter.grad)
                mean = state["momentum_buffer"].lerp_(parameter.grad, 1 - group["momentum"])
                update = parameter.grad.lerp(mean, group["momentum"]) if group["nesterov"] else mean
                update = orthogonal(update, group["ns_coefficients"], group["ns_steps"])
                parameter.mul_(1 - group["lr"] * group["weight_decay"])
                parameter.add_(update, alpha=-0.2 * group["lr"] * math.sqrt(max(parameter.shape)))


def orthogonal(matrix: Tensor, coefficients: tuple[float, float, float], steps: int) -> Tensor:
    """Nearly the orthogonal matrix next to ``matrix`` ``[rows, columns]``, by Newton-Schulz iteration."""
    a, b, c = coefficients
    wide = matrix.T if matrix.shape[0] > matrix.shape[1] else matrix
    wide = wide / wide.norm().clamp(min=EPS)
    for _ in range(steps):
        gram = wide @ wide.T
        wide = torch.addmm(wide, torch.addmm(gram, gram, gram, beta=b, alpha=c), wide, beta=a)
    return wide.T if matrix.shape[0] > matrix.shape[1] else wide
