"""Linear layers in integers: close to float32, the same for an article whoever is read beside it, without warnings."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from transformers import AutoModel, ModernBertConfig

from ainoi.network.config import AinoiConfig
from ainoi.network.model import AinoiModel
from ainoi.network.quantized import QuantizedLinear, quantize_linears

pytestmark = [
    pytest.mark.usefixtures("one_thread"),
    pytest.mark.skipif(not torch.backends.mkldnn.is_available(), reason="PyTorch was built without oneDNN"),
]


def encoder_config() -> ModernBertConfig:
    sizes = {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 3, "num_attention_heads": 2}
    special = {"pad_token_id": 0, "bos_token_id": 2, "cls_token_id": 2, "eos_token_id": 3, "sep_token_id": 3}
    return ModernBertConfig(vocab_size=50, max_position_embeddings=512, **sizes, **special)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("rows", [(1,), (7,), (2, 300)])
def test_output_is_within_a_few_steps_of_float32(bias: bool, rows: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    linear = nn.Linear(64, 48, bias=bias)
    states = torch.randn(*rows, 64)
    with torch.inference_mode():
        out, expected = QuantizedLinear(linear)(states), linear(states)
    assert (out.shape, out.dtype) == (expected.shape, torch.float32)
    assert (out - expected).norm() < 0.02 * expected.norm()


@pytest.mark.parametrize(
    "states",
    [
        torch.zeros(3, 16),
        torch.full((3, 16), 5.0),
        torch.full((3, 16), -5.0),
        torch.linspace(-1e4, 1e-3, 48).view(3, 16),
        torch.linspace(-1e-9, 1e-9, 48).view(3, 16),
    ],
    ids=["zero", "positive", "negative", "one-sided", "tiny"],
)
def test_every_range_of_inputs_is_kept(states: torch.Tensor) -> None:
    torch.manual_seed(0)
    linear = nn.Linear(16, 8, bias=False)
    with torch.inference_mode():
        out, expected = QuantizedLinear(linear)(states), linear(states)
    assert torch.allclose(out, expected, atol=0.02 * float(states.abs().max()) + 1e-9)


def test_a_layer_of_zeros_gives_zeros() -> None:
    linear = nn.Linear(8, 4, bias=False)
    nn.init.zeros_(linear.weight)
    with torch.inference_mode():
        assert not QuantizedLinear(linear)(torch.randn(2, 8)).any()


def test_linear_layers_of_an_encoder_are_replaced_but_not_those_that_share_weights() -> None:
    encoder = AutoModel.from_config(encoder_config())
    encoder.extra = nn.Linear(32, 50, bias=False)
    encoder.extra.weight = encoder.get_input_embeddings().weight
    quantize_linears(encoder)
    linears = [name for name, part in encoder.named_modules() if type(part) is nn.Linear]
    quantized = [name for name, part in encoder.named_modules() if isinstance(part, QuantizedLinear)]
    assert linears == ["extra"]
    assert quantized == [
        f"layers.{i}.{part}" for i in range(3) for part in ("attn.Wqkv", "attn.Wo", "mlp.Wi", "mlp.Wo")
    ]


def test_an_article_reads_the_same_alone_and_beside_a_longer_one() -> None:
    torch.manual_seed(0)
    model = AinoiModel(AinoiConfig(encoder=encoder_config().to_dict(), context_size=8, link_size=4)).eval()
    model.quantize()
    ids = torch.randint(4, 50, (2, 90))
    mask, tokens = torch.ones_like(ids), torch.ones(2, 90, dtype=torch.bool)
    mask[1, 40:], tokens[1, 40:], ids[1, 40:] = 0, False, 0
    places = torch.arange(90).expand(2, -1)
    with torch.inference_mode():
        both = model.states(ids, mask, places, tokens)
        alone = model.states(ids[1:, :40], mask[1:, :40], places[1:, :40], tokens[1:, :40])
    assert torch.allclose(both[1, :40], alone[0], atol=1e-6)
