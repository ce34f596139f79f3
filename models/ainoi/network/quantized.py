"""Linear layers in eight-bit integers, for reading on processors that multiply those several times faster.

Weights are rounded once, with a scale for every output. What comes in is rounded at every call, over the range that
it has there: an article's states would depend a little on others read in the same call, so they are read one by one.
"""

from __future__ import annotations

from collections import Counter

import torch
from torch import Tensor, nn

LEVELS = 254
"""Steps between the lowest and the highest input; one less than a byte has, so that no rounding leaves the byte."""


class QuantizedLinear(nn.Module):
    """A linear layer that multiplies 8-bit integers and gives float32. It has no parameters and cannot be trained."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.in_features, self.out_features = linear.in_features, linear.out_features
        weight = linear.weight.detach().float()
        self._scales = weight.abs().amax(1).clamp_min(1e-12) / 127
        rounded = (weight / self._scales.unsqueeze(1)).round().to(torch.int8)
        self._packed = torch.ops.onednn.qlinear_prepack(rounded, None)
        self._zeros = torch.zeros(self.out_features, dtype=torch.long)
        bias: Tensor | None = linear.bias
        self._bias = None if bias is None else bias.detach().float()

    def forward(self, states: Tensor) -> Tensor:
        """``[..., out_features]`` from ``[..., in_features]``."""
        rows = states.detach().reshape(-1, self.in_features)
        low, high = (float(bound) for bound in torch.aminmax(rows))
        low, high = min(low, 0.0), max(high, 0.0)
        scale = max(high - low, 1e-12) / LEVELS
        zero = round(-low / scale)
        # Half a step more, because the conversion cuts off.
        levels = torch.add(rows.new_full((1,), zero + 0.5), rows, alpha=1 / scale).to(torch.uint8)
        out: Tensor = torch.ops.onednn.qlinear_pointwise(
            levels,
            scale,
            zero,
            self._packed,
            self._scales,
            self._zeros,
            self._bias,
            1.0,
            0,
            torch.float32,
            "none",
            [],
            "",
        )
        return out.view(*states.shape[:-1], self.out_features)

    def extra_repr(self) -> str:
        """As :class:`torch.nn.Linear` shows itself."""
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self._bias is not None}"


def quantize_linears(module: nn.Module) -> None:
    """Replace every linear layer below ``module`` by a :class:`QuantizedLinear`; the module can then only be read with.

    Layers of a subclass, and those that share their weights with another module, stay as they are.
    """
    owners = Counter(id(parameter) for part in module.modules() for parameter in part.parameters(recurse=False))
    for parent in list(module.modules()):
        for name, child in list(parent.named_children()):
            if type(child) is nn.Linear and owners[id(child.weight)] == 1:
                setattr(parent, name, QuantizedLinear(child))
