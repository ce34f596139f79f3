"""The network: shapes of its states and heads, padding, and a folder that gives it back."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from transformers import PreTrainedTokenizerFast

from ainoi.distances import BOUNDS
from ainoi.encode import Encoder, Window, row_of
from ainoi.model_config import CONTENT, TRACKS, labels_of
from ainoi.network.batches import Batch, batch_of
from ainoi.network.config import AinoiConfig
from ainoi.network.heads import KindScorer, LinkScorer, SpanStates
from ainoi.network.model import AinoiModel, BothWays
from ainoi.tokens import tokenize

pytestmark = pytest.mark.usefixtures("one_thread")

TEXTS = ["Ông Tám nói: “Chúng tôi sẵn sàng đối thoại, nhưng không vội.”", "Bà Hoa cười."]


@pytest.fixture(scope="module")
def network(make_network: Callable[[int], AinoiModel]) -> AinoiModel:
    return make_network(1)


def batch(texts: list[str], tokenizer: PreTrainedTokenizerFast) -> Batch:
    encoder = Encoder(tokenizer)
    encodings = encoder.encode(texts, [tokenize(text) for text in texts])
    lengths = [len(encoding.first_subword) for encoding in encodings]
    rows = [row_of(e, Window(0, n, 0, n), encoder) for e, n in zip(encodings, lengths, strict=True)]
    return batch_of(rows, encoder.pad_id)


def states(network: AinoiModel, of: Batch) -> torch.Tensor:
    with torch.no_grad():
        return network.states(of.input_ids, of.attention_mask, of.first_subwords, of.token_mask)


def test_labels_are_outside_and_begin_and_inside_of_each_type() -> None:
    assert labels_of(["a", "b"]) == ["O", "B-a", "I-a", "B-b", "I-b"]
    assert labels_of(["a"], ends=True) == ["O", "B-a", "I-a", "E-a", "S-a"]


def test_states_and_tags_have_one_row_a_token(
    network: AinoiModel, tiny_tokenizer: PreTrainedTokenizerFast, tiny_config: AinoiConfig
) -> None:
    of = batch(TEXTS, tiny_tokenizer)
    tokens = len(tokenize(TEXTS[0]))
    out = states(network, of)
    assert (out.shape, out.dtype) == ((2, tokens, 32 + tiny_config.context_size), torch.float32)
    tags = network.tag(out)
    assert {name: tuple(logits.shape) for name, logits in tags.items()} == {
        name: (2, tokens, 2 * len(types) + 1) for name, types in TRACKS.items()
    }
    assert torch.equal(network(of.input_ids, of.attention_mask, of.first_subwords, of.token_mask), tags[CONTENT])


def test_padding_does_not_change_a_row(network: AinoiModel, tiny_tokenizer: PreTrainedTokenizerFast) -> None:
    together = states(network, batch(TEXTS, tiny_tokenizer))
    for row, text in enumerate(TEXTS):
        alone = states(network, batch([text], tiny_tokenizer))[0]
        assert torch.allclose(together[row, : len(alone)], alone, atol=1e-5)


def test_recurrent_layer_reads_from_both_ends_and_no_padding() -> None:
    torch.manual_seed(0)
    layer = BothWays(3, 2)
    rows = torch.randn(1, 4, 3)
    padded = torch.cat([rows, torch.full((1, 2, 3), 9.0)], dim=1)
    with torch.inference_mode():
        out = layer(padded, torch.tensor([4]))
        right, _ = layer.rightward(rows)
        left, _ = layer.leftward(rows.flip(1))
    assert torch.allclose(out[:, :4], torch.cat([right, left.flip(1)], dim=-1), atol=1e-6)


def test_span_is_its_first_and_last_token_and_the_mean() -> None:
    rows = torch.tensor([[1.0, 0.0], [2.0, 4.0], [6.0, 8.0], [0.0, 5.0]])
    spans = torch.tensor([[0, 3], [1, 2]])
    assert SpanStates(rows).read(spans).tolist() == [[1, 0, 6, 8, 3, 4], [2, 4, 2, 4, 2, 4]]


def test_links_score_every_pair_and_none() -> None:
    scorer = LinkScorer(4, 6, 0.0)
    rows = SpanStates(torch.randn(9, 4))
    contents, candidates = torch.tensor([[0, 2], [5, 9]]), torch.tensor([[2, 3], [3, 4], [4, 5]])
    scores = scorer(rows, contents, candidates)
    assert scores.shape == (2, 4)
    none = scorer(rows, contents, torch.zeros(0, 2, dtype=torch.long))
    assert torch.equal(none, scores[:, 3:])


def test_anchor_of_a_content_changes_its_links_and_one_without_differs() -> None:
    torch.manual_seed(0)
    scorer = LinkScorer(4, 6, 0.0, anchors=True)
    assert scorer.no_anchor is not None
    torch.nn.init.normal_(scorer.no_anchor)
    rows = SpanStates(torch.randn(9, 4))
    contents, candidates = torch.tensor([[0, 2], [0, 2], [0, 2]]), torch.tensor([[2, 3], [5, 6]])
    scores = scorer(rows, contents, candidates, torch.tensor([[3, 5], [7, 8], [0, 0]]))
    assert scores.shape == (3, 3)
    assert len({tuple(row) for row in scores.tolist()}) == 3
    alone = scorer(rows, contents[:1], candidates, torch.tensor([[3, 5]]))
    assert torch.allclose(alone, scores[:1])


def test_side_and_distance_of_a_candidate_choose_its_bucket() -> None:
    scorer = LinkScorer(4, 6, 0.0)
    contents, candidates = torch.tensor([[1000, 1010]]), [(999, 1000), (998, 999), (0, 1), (1010, 1011), (3000, 3001)]
    sides = len(BOUNDS) + 1
    buckets = scorer._buckets(contents, torch.tensor([*candidates, (1001, 1002)]))
    assert buckets.tolist() == [[1, 2, sides - 1, sides + 1, 2 * sides - 1, 0]]
    assert scorer.distance.num_embeddings == 2 * sides


def test_kinds_score_every_span() -> None:
    scorer = KindScorer(4, 3, 0.0)
    assert scorer(SpanStates(torch.randn(5, 4)), torch.tensor([[0, 1], [1, 5]])).shape == (2, 3)
    assert scorer(SpanStates(torch.randn(5, 4)), torch.zeros(0, 2, dtype=torch.long)).shape == (0, 3)


def test_saved_network_comes_back_equal_without_the_internet(
    network: AinoiModel,
    tiny_tokenizer: PreTrainedTokenizerFast,
    tiny_config: AinoiConfig,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a socket was asked for")

    network.save_pretrained(tmp_path)
    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    again = AinoiModel.from_pretrained(tmp_path, local_files_only=True)
    assert type(again.config) is AinoiConfig
    assert {key: getattr(again.config, key) for key in ("tracks", "kinds", "window", "language", "calibration")} == {
        key: getattr(tiny_config, key) for key in ("tracks", "kinds", "window", "language", "calibration")
    }
    weights, expected = again.state_dict(), network.state_dict()
    assert weights.keys() == expected.keys()
    assert all(torch.equal(weights[name], expected[name]) for name in expected)
    of = batch(TEXTS, tiny_tokenizer)
    assert torch.equal(states(again.eval(), of), states(network, of))


def test_rows_read_together_and_alone_get_the_same_states(make_network: Callable[[int], AinoiModel]) -> None:
    network = make_network(2)
    torch.manual_seed(0)
    lengths = [60, 50, 12, 10, 1, 55, 3]
    mask = torch.tensor([[1] * n + [0] * (60 - n) for n in lengths])
    ids = torch.randint(5, 100, mask.shape) * mask
    with torch.inference_mode():
        expected = network.encoder(input_ids=ids, attention_mask=mask).last_hidden_state * mask.unsqueeze(-1)
        for network.subwords_at_once in (0, 40, 115, 10_000):
            read = network._encode(ids, mask)
            assert torch.allclose(read * mask.unsqueeze(-1), expected, atol=1e-5)


def test_fields_without_a_value_have_their_defaults() -> None:
    config = AinoiConfig(calibration=None, ranges=None, ended=None, kinds=None)
    assert (config.calibration, config.ranges, config.ended) == ({}, {}, [])
    assert config.kinds == AinoiConfig().kinds != []
