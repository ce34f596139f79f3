"""Which number format the network computes in: bfloat16 only where the hardware multiplies it faster than float32."""

from __future__ import annotations

from contextlib import AbstractContextManager

import torch


def fast_bfloat16(device: torch.device) -> bool:
    """Whether ``device`` has matrix instructions for bfloat16; without them it is three times slower than float32."""
    if device.type == "cpu":
        capabilities = torch.cpu.get_capabilities()
        return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16") or capabilities.get("bf16"))
    return device.type == "cuda" and torch.cuda.is_bf16_supported()


def autocast(device: torch.device) -> AbstractContextManager[None]:
    """Context in which the encoder's forward pass runs on ``device``."""
    context: AbstractContextManager[None] = torch.autocast(
        device.type, dtype=torch.bfloat16, enabled=fast_bfloat16(device)
    )
    return context
