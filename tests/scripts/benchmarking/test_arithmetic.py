"""Operations counted by formula equal those counted while they are done."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode
from transformers import AutoConfig, AutoModel

from ainoi.precision import Precision
from benchmarking.arithmetic import ForwardCost, best_product, reaches, seen_pairs

CPU = torch.device("cpu")
MODERNBERT = {"model_type": "modernbert", "pad_token_id": 0, "local_attention": 8}
ROBERTA = {"model_type": "roberta", "max_position_embeddings": 64}
SMALL = {
    "vocab_size": 50,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
}


@pytest.mark.parametrize("encoder", [{**MODERNBERT, "layer_types": ["full_attention"] * 3}, ROBERTA], ids=str)
def test_the_formula_counts_what_is_done_where_nothing_is_masked(encoder: dict[str, Any]) -> None:
    encoder = {**encoder, **SMALL}
    model = AutoModel.from_config(AutoConfig.for_model(**encoder), attn_implementation="eager").train(False)
    model.pooler = None
    counter = FlopCounterMode(display=False)
    with torch.inference_mode(), counter:
        model(input_ids=torch.ones(2, 20, dtype=torch.long), attention_mask=torch.ones(2, 20, dtype=torch.long))
    done = counter.get_total_flops()
    # The counter also sees the products that make the rotations' angles.
    assert done == pytest.approx(ForwardCost(encoder).of([20, 20]), rel=0.01)


@pytest.mark.parametrize(("length", "reach"), [(1, 0), (5, 2), (9, 4), (4, 4), (3, 7), (6, None)])
def test_pairs_that_see_each_other(length: int, reach: int | None) -> None:
    near = [abs(i - j) <= (length if reach is None else reach) for i in range(length) for j in range(length)]
    assert seen_pairs(length, reach) == sum(near)


def test_only_layers_with_a_window_have_a_reach() -> None:
    types = ["full_attention", "sliding_attention", "sliding_attention"]
    config = AutoConfig.for_model(**MODERNBERT, **SMALL, layer_types=types)
    assert reaches(config) == [None, 4, 4]
    assert reaches(AutoConfig.for_model(**ROBERTA, **SMALL)) == [None, None, None]


@pytest.mark.parametrize("format", ["float32", "bfloat16", "int8"])
def test_a_product_has_a_rate(format: Precision) -> None:
    assert best_product(format, CPU, [16, 32]) > 0
