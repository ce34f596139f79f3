"""Multiplications: how many an encoder needs for an article, and how many a second a device can do at best."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PreTrainedConfig

from ainoi.precision import Precision
from benchmarking.clocks import waiting

AT_LEAST = 0.05
"""Seconds that one timing of a product takes, by repeating it."""


class ForwardCost:
    """Floating-point operations of an encoder's forward pass, a multiplication with its addition counted as two.

    Only what the result needs is counted: the products of the linear layers and of attention, for the subwords of the
    text and not for padding, for pairs of subwords within a layer's window and not for masked ones. So the count does
    not depend on how a forward pass is implemented.
    """

    def __init__(self, encoder: dict[str, Any]) -> None:
        """``encoder``: a Hugging Face configuration, as the model's ``config.json`` holds it."""
        config = AutoConfig.for_model(**encoder)
        with torch.device("meta"):
            model = AutoModel.from_config(config)
        self._linear = 2 * sum(
            module.in_features * module.out_features
            for name, module in model.named_modules()
            if isinstance(module, nn.Linear) and not name.startswith("pooler")
        )
        self._hidden: int = config.hidden_size
        self._reaches = reaches(config)

    def of(self, lengths: Sequence[int]) -> int:
        """Operations for sequences of ``lengths`` subwords."""
        pairs = sum(seen_pairs(length, reach) for length in lengths for reach in self._reaches)
        return self._linear * sum(lengths) + 4 * self._hidden * pairs


def reaches(config: PreTrainedConfig) -> list[int | None]:
    """For each layer how far to each side a subword sees others; None for all of them."""
    local = getattr(config, "local_attention", None)
    types = getattr(config, "layer_types", None) or ["full_attention"] * config.num_hidden_layers
    return [local // 2 if local and kind == "sliding_attention" else None for kind in types]


def seen_pairs(length: int, reach: int | None) -> int:
    """Pairs of positions, in order and with themselves, of which one sees the other."""
    if reach is None or reach >= length:
        return length * length
    return length * (2 * reach + 1) - reach * (reach + 1)


def best_product(format: Precision, device: torch.device, sizes: Sequence[int]) -> float:
    """Operations a second of the fastest product of two square matrices, over ``sizes`` (rows)."""
    return max(_rate(*_product(format, device, size), waiting(device)) for size in sizes)


def _product(format: Precision, device: torch.device, size: int) -> tuple[Callable[[], Tensor], int]:
    """A product of two matrices of ``size`` rows and columns, and its operations."""
    operations = 2 * size**3
    if format != "int8":
        dtype = torch.bfloat16 if format == "bfloat16" else torch.float32
        a = torch.randn(size, size, device=device).to(dtype)
        b = torch.randn(size, size, device=device).to(dtype)
        out = torch.empty_like(a)
        return lambda: torch.mm(a, b, out=out), operations
    weight = torch.randint(-127, 128, (size, size), dtype=torch.int8)
    levels = torch.randint(0, 256, (size, size), dtype=torch.uint8)
    packed = torch.ops.onednn.qlinear_prepack(weight, None)
    scales, zeros = torch.ones(size), torch.zeros(size, dtype=torch.long)

    def multiply() -> Tensor:
        product: Tensor = torch.ops.onednn.qlinear_pointwise(
            levels, 1.0, 128, packed, scales, zeros, None, 1.0, 0, torch.float32, "none", [], ""
        )
        return product

    return multiply, operations


def _rate(multiply: Callable[[], Tensor], operations: int, wait: Callable[[], None]) -> float:
    multiply()
    best, repeats = 0.0, 1
    while True:
        wait()
        start = time.perf_counter()
        for _ in range(repeats):
            multiply()
        wait()
        seconds = time.perf_counter() - start
        best = max(best, operations * repeats / seconds)
        if seconds >= AT_LEAST:
            return best
        repeats *= 2
