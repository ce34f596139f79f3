"""Which number format the network computes in: float32, or a faster one that the hardware has instructions for."""

from __future__ import annotations

from contextlib import AbstractContextManager

import torch

from ainoi.precision import Precision


def fast_bfloat16(device: torch.device) -> bool:
    """Whether ``device`` has matrix instructions for bfloat16; without them it is three times slower than float32."""
    if device.type == "cpu":
        capabilities = torch.cpu.get_capabilities()
        return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16") or capabilities.get("bf16"))
    return device.type == "cuda" and torch.cuda.is_bf16_supported()


def usual(device: torch.device) -> Precision:
    """The format for reading on ``device`` where nobody chose one: bfloat16 where it is fast."""
    return "bfloat16" if fast_bfloat16(device) else "float32"


def autocast(device: torch.device, precision: Precision | None = None) -> AbstractContextManager[None]:
    """Context in which the encoder's forward pass runs on ``device``.

    ``precision``: bfloat16 where the hardware is fast at it if None, as for training.
    """
    enabled = fast_bfloat16(device) if precision is None else precision == "bfloat16"
    context: AbstractContextManager[None] = torch.autocast(device.type, dtype=torch.bfloat16, enabled=enabled)
    return context
