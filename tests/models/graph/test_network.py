"""The network read by OpenVINO and NumPy says what PyTorch's says, span by span; in 8-bit integers nearly that."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ainoi.encode import Row
from ainoi.graph.network import GraphNetwork
from ainoi.graph.ranges import measure
from ainoi.network.config import AinoiConfig
from ainoi.network.model import AinoiModel
from ainoi.network.reading import TorchNetwork

pytestmark = pytest.mark.usefixtures("one_thread")

TOKENS = 60
SPANS = st.tuples(st.integers(0, TOKENS - 1), st.integers(1, 9)).map(lambda p: (p[0], min(TOKENS, p[0] + p[1])))
SOME = st.lists(SPANS, min_size=1, max_size=6)
ROW = Row(np.random.default_rng(1).integers(4, 60, 90), np.sort(np.random.default_rng(2).permutation(90)[:TOKENS]))


@pytest.fixture(scope="module")
def model(tiny_config: AinoiConfig) -> AinoiModel:
    config = AinoiConfig.from_dict(
        {**tiny_config.to_dict(), "window": 126, "cue_anchors": True, "antecedents": True, "ended": ["content"]}
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(4)
        network = AinoiModel(config)
        for parameter in network.parameters():
            torch.nn.init.normal_(parameter, std=0.3)
    return network.train(False)


@pytest.fixture(scope="module")
def weights(model: AinoiModel) -> dict[str, np.ndarray]:
    return {name: tensor.numpy() for name, tensor in model.state_dict().items()}


@pytest.fixture(scope="module")
def both(model: AinoiModel, weights: dict[str, np.ndarray]) -> tuple[TorchNetwork, GraphNetwork]:
    return TorchNetwork(model), GraphNetwork(weights, model.config, threads=1)


def same(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    return one is not None and other is not None and one.shape == other.shape and np.allclose(one, other, atol=2e-3)


@given(contents=SOME, candidates=st.lists(SPANS, max_size=6), data=st.data())
def test_every_head_says_the_same(
    both: tuple[TorchNetwork, GraphNetwork],
    contents: list[tuple[int, int]],
    candidates: list[tuple[int, int]],
    data: st.DataObject,
) -> None:
    cues = [data.draw(st.one_of(st.just((0, 0)), SPANS)) for _ in contents]
    (torch_network, torch_article), (graph, article) = ((n, n.article(n.states([ROW]))) for n in both)
    tracks, others = torch_network.tracks(torch_article), graph.tracks(article)
    assert list(tracks) == list(others) and all(same(tracks[name], others[name]) for name in tracks)
    for ask in ("cue_link", "antecedent"):
        assert same(
            getattr(torch_network, ask)(torch_article, contents, candidates),
            getattr(graph, ask)(article, contents, candidates),
        )
    assert same(
        torch_network.source_link(torch_article, contents, candidates, cues),
        graph.source_link(article, contents, candidates, cues),
    )
    assert same(torch_network.kind(torch_article, contents), graph.kind(article, contents))


def test_parts_of_several_windows_are_one_article(both: tuple[TorchNetwork, GraphNetwork]) -> None:
    graph = both[1]
    [states] = graph.states([ROW])
    parts = graph.article([states[:20], states[20:21], states[21:]])
    whole = graph.article([states])
    assert np.array_equal(graph.kind(parts, [(3, 40)]), graph.kind(whole, [(3, 40)]))


def test_an_article_without_tokens_has_tracks_without_rows(both: tuple[TorchNetwork, GraphNetwork]) -> None:
    for network in both:
        assert {scores.shape for scores in network.tracks(network.article([])).values()} == {(0, 3), (0, 5), (0, 9)}


def test_the_table_is_the_encoders(both: tuple[TorchNetwork, GraphNetwork]) -> None:
    assert np.array_equal(both[0].table(), both[1].table())


def test_integers_are_nearly_as_good_and_not_the_same(model: AinoiModel, weights: dict[str, np.ndarray]) -> None:
    rows = [np.random.default_rng(seed).integers(4, 60, 90) for seed in range(8)]
    ranges = measure(weights, model.config, rows)
    names = {f"layers.{i}.{part}" for i in range(2) for part in ("attn.Wqkv", "attn.Wo", "mlp.Wi", "mlp.Wo")}
    assert ranges.keys() == names and all(low < high for low, high in ranges.values())
    exact = GraphNetwork(weights, model.config, threads=1)
    rounded = GraphNetwork(weights, model.config, threads=1, ranges=ranges)
    [right], [near] = exact.states([ROW]), rounded.states([ROW])
    assert not np.array_equal(right, near)
    assert np.corrcoef(right.ravel(), near.ravel())[0, 1] > 0.98


def test_ranges_hold_whatever_order_the_rows_come_in(model: AinoiModel, weights: dict[str, np.ndarray]) -> None:
    rows = [np.random.default_rng(seed).integers(4, 60, 30) for seed in range(3)]
    assert measure(weights, model.config, rows) == measure(weights, model.config, rows[::-1])
    with pytest.raises(ValueError, match="nothing to measure"):
        measure(weights, model.config, [])


def test_the_bounds_are_those_of_what_the_layers_read(
    make_network: Callable[[int], AinoiModel], weights: dict[str, np.ndarray], model: AinoiModel
) -> None:
    seen: dict[str, list[float]] = {}

    def note(name: str, module: torch.nn.Module, given: tuple[torch.Tensor]) -> None:
        seen[name] = [float(given[0].min()), float(given[0].max())]

    hooks = [
        module.register_forward_pre_hook(lambda m, given, name=name: note(name, m, given))
        for name, module in model.encoder.named_modules()
        if name.endswith(".Wo")  # the others read values that are normalized, by weights that the graph keeps apart
    ]
    TorchNetwork(model).states([ROW])
    for hook in hooks:
        hook.remove()
    found = measure(weights, model.config, [ROW.subwords])
    assert len(seen) == 4
    for name, bounds in seen.items():
        assert np.allclose(found[name], bounds, atol=1e-3)
