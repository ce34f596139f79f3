"""The encoder, the recurrent layers and the heads of tags as one graph for OpenVINO, which reads on a CPU much faster
than PyTorch does.

The graph computes what :meth:`ainoi.network.model.AinoiModel.states` and ``tag`` do, for one window at a time, with
little padding: :mod:`ainoi.graph.modernbert` has the encoder, this module the rest.
"""

from __future__ import annotations

import numpy as np

from ainoi.graph.modernbert import EncoderGraph
from ainoi.graph.operations import Ranges, Values, Weights, constant, integers, linear
from ainoi.graph.runtime import ops, ov
from ainoi.graph.weights import below
from ainoi.model_config import ModelConfig

STEP = 32
"""Rows are filled up to a multiple of so many subwords and tokens: for each new length OpenVINO prepares itself anew,
which takes a quarter as long as reading, and keeps what it made."""

FIRST_ROW = 64
"""Subwords of the row that is read when a graph is made."""


class Graph:
    """A network's states and logits, compiled for this processor. Not safe to share between threads."""

    def __init__(
        self, weights: Weights, config: ModelConfig, *, threads: int | None = None, ranges: Ranges | None = None
    ) -> None:
        """``threads``: how many compute one window, OpenVINO's choice if None. ``ranges``: lowest and highest input of
        each linear layer of the encoder, by name; with them these layers multiply 8-bit integers, which makes the
        states a little worse."""
        subwords, firsts = ops.parameter([-1], np.int32), ops.parameter([-1], np.int32)
        length, count = ops.parameter([1], np.int64), ops.parameter([1], np.int64)
        hidden = EncoderGraph(
            subwords, length, longest_row(config), below("encoder.", weights), config.encoder, ranges
        ).states()
        tokens = ops.gather(hidden, firsts, integers(0))
        context = _both_ways(tokens, count, below("context.", weights))
        states = ops.concat([tokens, context], -1)
        heads = [below(f"tracks.{name}.", weights) for name in config.tracks]
        logits = linear(states, np.concatenate([head["weight"] for head in heads]))
        logits = ops.add(logits, constant(np.concatenate([head["bias"] for head in heads])))
        self._request = compiled([ops.concat([states, logits], -1)], [subwords, length, firsts, count], threads)
        # What OpenVINO chooses for the first row it reads it keeps for all; after a row of one subword every longer
        # one is read wrongly (2026.4.1).
        self.states(np.zeros(FIRST_ROW, dtype=np.int64), np.zeros(1, dtype=np.int64))

    def states(self, subwords: np.ndarray, firsts: np.ndarray) -> np.ndarray:
        """States of the tokens and behind them the logits of all tracks in the configuration's order,
        ``[tokens, encoder size + context_size + labels]`` in float32.

        ``subwords``: ``[n]`` ids, special ones included, at most a window's and two. ``firsts``: ``[tokens]``, position
        of each token's first subword, not decreasing; at least one.
        """
        given = [*filled_up(subwords), *filled_up(firsts)]
        states: np.ndarray = self._request.infer(given, share_inputs=True)[0]
        return states[: len(firsts)]


def longest_row(config: ModelConfig) -> int:
    """Subwords of the longest row: a window with its start and end subword, filled up."""
    return max(FIRST_ROW, -(-(config.window + 2) // STEP) * STEP)


def filled_up(row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``row`` with zeros behind it up to the next multiple of :data:`STEP`, and its length, ``[1]``."""
    longer = np.zeros(-(-len(row) // STEP) * STEP, dtype=np.int32)
    longer[: len(row)] = row
    return longer, np.array([len(row)], dtype=np.int64)


def compiled(results: list[Values], parameters: list[Values], threads: int | None) -> ov.InferRequest:
    """A graph made ready for this processor, in float32 where it does not say otherwise."""
    options: dict[str, object] = {
        "NUM_STREAMS": 1,
        "INFERENCE_PRECISION_HINT": "f32",
        "ENABLE_CPU_PINNING": False,
    }
    if threads is not None:
        options["INFERENCE_NUM_THREADS"] = threads
    return ov.Core().compile_model(ov.Model(results, parameters, "ainoi"), "CPU", options).create_infer_request()


def _both_ways(tokens: Values, count: Values, weights: Weights) -> Values:
    """What :class:`ainoi.network.model.BothWays` gives for one article of ``count`` (``[1]``) real tokens:
    ``[tokens, 2 * hidden]``."""
    total = ops.squeeze(ops.gather(ops.shape_of(tokens, "i64"), integers([0]), integers(0)), integers([0]))
    places = ops.range(integers(0), total, integers(1), "i64")
    mirrored = ops.maximum(ops.subtract(ops.subtract(count, integers([1])), places), integers([0]))
    right = _one_way(tokens, count, below("rightward.", weights))
    left = _one_way(ops.gather(tokens, mirrored, integers(0)), count, below("leftward.", weights))
    return ops.concat([right, ops.gather(left, mirrored, integers(0))], -1)


def _one_way(tokens: Values, count: Values, weights: Weights) -> Values:
    """``[tokens, hidden]`` of a recurrent layer. (That OpenVINO has one for both directions does not help: the one from
    the end would begin with the padding.)"""
    hidden = weights["weight_hh_l0"].shape[1]
    gates = [_reordered(weights[name])[None] for name in ("weight_ih_l0", "weight_hh_l0")]
    bias = _reordered(weights["bias_ih_l0"] + weights["bias_hh_l0"])[None]
    start = constant(np.zeros((1, 1, hidden)))
    row = ops.unsqueeze(tokens, integers(0))
    made = ops.lstm_sequence(row, start, start, count, *map(constant, [*gates, bias]), hidden, "forward").output(0)
    return ops.squeeze(made, integers([0, 1]))


def _reordered(gates: np.ndarray) -> np.ndarray:
    """PyTorch's gates are input, forget, cell, output; OpenVINO's forget, input, cell, output."""
    enter, forget, cell, leave = np.split(gates, 4)
    return np.concatenate([forget, enter, cell, leave])
