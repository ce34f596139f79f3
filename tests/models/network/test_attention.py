"""Windowed attention: the stock results, its gradients, and which encoders use it."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor
from transformers import AutoModel, ModernBertConfig, PreTrainedModel, RobertaConfig

from ainoi.network.attention import BLOCK, NAME, attention_of
from ainoi.network.config import AinoiConfig
from ainoi.network.model import AinoiModel

pytestmark = pytest.mark.usefixtures("one_thread")

AROUND_BLOCKS = sorted({n * BLOCK + more for n in (1, 2, 3, 4, 8) for more in (-1, 0, 1)})


def config(**changes: Any) -> ModernBertConfig:
    sizes = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}
    special = {"pad_token_id": 0, "bos_token_id": 2, "cls_token_id": 2, "eos_token_id": 3, "sep_token_id": 3}
    return ModernBertConfig(**{"vocab_size": 50, "max_position_embeddings": 1024, **sizes, **special, **changes})


def pair(**changes: Any) -> tuple[PreTrainedModel, PreTrainedModel]:
    """The same encoder with windowed and with stock attention."""
    torch.manual_seed(0)
    ours = AutoModel.from_config(config(**changes), attn_implementation=attention_of(config(**changes)))
    for parameter in ours.parameters():  # stock initial weights are so small that attention hardly matters
        torch.nn.init.normal_(parameter, std=0.3)
    stock = AutoModel.from_config(config(**changes), attn_implementation="sdpa")
    stock.load_state_dict(ours.state_dict())
    return ours.eval(), stock.eval()


def padded(lengths: list[int]) -> tuple[Tensor, Tensor]:
    mask = torch.zeros(len(lengths), max(lengths), dtype=torch.long)
    for row, length in enumerate(lengths):
        mask[row, :length] = 1
    return torch.randint(4, 50, mask.shape) * mask, mask


def assert_same(ours: PreTrainedModel, stock: PreTrainedModel, lengths: list[int]) -> None:
    ids, mask = padded(lengths)
    with torch.inference_mode():
        out = ours(input_ids=ids, attention_mask=mask).last_hidden_state
        expected = stock(input_ids=ids, attention_mask=mask).last_hidden_state
    assert out.isfinite().all()
    assert torch.allclose(out[mask.bool()], expected[mask.bool()], atol=2e-5), lengths


def test_a_text_of_any_length_gets_the_stock_states() -> None:
    ours, stock = pair()
    for length in [*range(1, 301), *AROUND_BLOCKS]:
        assert_same(ours, stock, [length])


def test_padding_beside_any_length_changes_nothing() -> None:
    ours, stock = pair()
    for length in [1, 2, *AROUND_BLOCKS]:
        assert_same(ours, stock, [length, max(1, length // 2), 1, length + 70, length + 1])


@pytest.mark.parametrize("local_attention", [2, 16, 130, 200, 300])
def test_a_window_may_be_narrower_or_wider_than_a_block(local_attention: int) -> None:
    ours, stock = pair(local_attention=local_attention)
    for lengths in ([1], [65], [500], [333, 20, 128]):
        assert_same(ours, stock, lengths)


def test_gradients_are_the_stock_ones() -> None:
    ours, stock = pair()
    ids, mask = padded([300, 64, 1, 130])
    weights = torch.randn(*ids.shape, 16) * mask.unsqueeze(-1)
    for model in (ours, stock):
        (model(input_ids=ids, attention_mask=mask).last_hidden_state * weights).sum().backward()
    gradients = {name: parameter.grad for name, parameter in stock.named_parameters()}
    for name, parameter in ours.named_parameters():
        assert torch.allclose(parameter.grad, gradients[name], rtol=1e-3, atol=1e-3), name


def test_no_mask_of_every_pair_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, _ = pair()
    ids, mask = padded([200, 150])
    monkeypatch.setattr("transformers.masking_utils.sdpa_mask", None)
    largest = 0
    new_zeros = Tensor.new_zeros

    def watched(self: Tensor, *size: Any, **options: Any) -> Tensor:
        nonlocal largest
        out = new_zeros(self, *size, **options)
        largest = max(largest, out.numel())
        return out

    monkeypatch.setattr(Tensor, "new_zeros", watched)
    with torch.inference_mode():
        ours(input_ids=ids, attention_mask=mask)
    assert 0 < largest <= 3 * BLOCK * BLOCK


def test_modernbert_uses_it_and_other_encoders_keep_their_own() -> None:
    modern = AinoiModel(AinoiConfig(encoder=config().to_dict(), context_size=8, link_size=4))
    assert modern.encoder.config._attn_implementation == NAME
    roberta = RobertaConfig(
        vocab_size=20, hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2
    )
    other = AinoiModel(AinoiConfig(encoder=roberta.to_dict(), context_size=8, link_size=4))
    assert other.encoder.config._attn_implementation == "sdpa"
