"""Which number format is chosen for which hardware."""

from __future__ import annotations

import pytest
import torch

from ainoi.network.precision import Precision, autocast, usual


@pytest.mark.parametrize(
    ("capabilities", "chosen"),
    [
        ({}, "float32"),
        ({"avx2": True, "avx512_vnni": True}, "float32"),
        ({"avx512_bf16": True}, "bfloat16"),
        ({"amx_bf16": True}, "bfloat16"),
    ],
)
def test_processor_decides(capabilities: dict[str, bool], chosen: Precision, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities)
    assert usual(torch.device("cpu")) == chosen


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "int8"])
def test_only_bfloat16_runs_under_autocast(precision: Precision) -> None:
    with autocast(torch.device("cpu"), precision):
        product = torch.ones(2, 2) @ torch.ones(2, 2)
    assert product.dtype == (torch.bfloat16 if precision == "bfloat16" else torch.float32)
