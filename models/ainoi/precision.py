"""Which number formats the encoder may compute in."""

from __future__ import annotations

from typing import Literal

Precision = Literal["float32", "bfloat16", "int8"]
"""``bfloat16``: the encoder under autocast, by PyTorch. ``int8``: its linear layers in 8-bit integers, by OpenVINO."""
