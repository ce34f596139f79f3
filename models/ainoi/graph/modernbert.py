"""ModernBERT as a graph for OpenVINO, for one row of subwords, the last of which may be padding.

The weights of a normalization go into the linear layers that read it, queries come scaled, and what is split in
Transformers' module (queries, keys and values; the gate and what it lets through) is computed apart: the graph then has
nothing to copy. Layers with a window read queries in blocks, each against the keys within reach. Rotary positions
are written in the one form that OpenVINO knows as such and computes in one step.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ainoi.graph.operations import (
    Ranges,
    Values,
    Weights,
    constant,
    integers,
    linear,
    linear_of_integers,
    normed,
    rounded,
)
from ainoi.graph.runtime import ops

READABLE = frozenset({"modernbert"})
"""Model types that this module reads."""

KINDS = frozenset({"full_attention", "sliding_attention"})
"""Kinds of layers."""

WIDEST, MOST_POSITIONS = 1024, 65_536
"""Subwords of the widest window of a layer, and of the longest row: tables are made as large as these."""

FAR = -1e30
"""Added to the score of a key out of reach."""

Config = Mapping[str, Any]


def can_read(config: Config) -> bool:
    """Whether an encoder of this configuration has nothing that the graph leaves out, and is of sensible size."""
    if not isinstance(config.get("model_type"), str) or config["model_type"] not in READABLE:
        return False
    biased = any(config.get(name) for name in ("attention_bias", "mlp_bias", "norm_bias"))
    kinds, layers = config.get("layer_types"), config.get("num_hidden_layers")
    known = isinstance(kinds, list) and len(kinds) == layers and set(map(str, kinds)) <= KINDS
    return (
        config.get("hidden_activation", "gelu") == "gelu"
        and not biased
        and known
        and all(_turns_plainly(config.get("rope_parameters"), kind) for kind in KINDS)
        and _is_whole(config.get("local_attention"), 2, WIDEST)
        and _is_whole(config.get("max_position_embeddings"), 3, MOST_POSITIONS)
    )


def _turns_plainly(parameters: object, kind: str) -> bool:
    own = parameters.get(kind) if isinstance(parameters, Mapping) else None
    if not isinstance(own, Mapping) or own.get("rope_type") != "default":
        return False
    return isinstance(own.get("rope_theta"), int | float)


def _is_whole(value: object, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most


def longest_window(config: Config) -> int:
    """Subwords of text that the encoder can read at once, beside the start and the end subword."""
    return int(config["max_position_embeddings"]) - 2


def shapes(config: Config) -> dict[str, tuple[int, ...]]:
    """The encoder's tensors by name, with their shapes."""
    size, inner = int(config["hidden_size"]), int(config["intermediate_size"])
    found: dict[str, tuple[int, ...]] = {
        "embeddings.tok_embeddings.weight": (int(config["vocab_size"]), size),
        "embeddings.norm.weight": (size,),
        "final_norm.weight": (size,),
    }
    for number in range(int(config["num_hidden_layers"])):
        name = f"layers.{number}."
        if number:
            found[name + "attn_norm.weight"] = (size,)
        found[name + "attn.Wqkv.weight"] = (3 * size, size)
        found[name + "attn.Wo.weight"] = (size, size)
        found[name + "mlp_norm.weight"] = (size,)
        found[name + "mlp.Wi.weight"] = (2 * inner, size)
        found[name + "mlp.Wo.weight"] = (size, inner)
    return found


class EncoderGraph:
    """Builds the graph layer by layer; one use.

    ``read``: by the name of each linear layer, what it reads, once the states were made.
    """

    def __init__(
        self,
        subwords: Values,
        length: Values,
        longest: int,
        weights: Weights,
        config: Config,
        ranges: Ranges | None = None,
    ) -> None:
        """``subwords``: the row of ids, ``[n]``, ``n`` at most ``longest``. ``length``: how many of them are real,
        ``[1]``. ``weights``: as :func:`shapes` has them. ``ranges``: for layers of 8-bit integers; see
        :class:`ainoi.graph.states.Graph`."""
        self.read: dict[str, Values] = {}
        self._subwords = subwords
        self._weights = weights
        self._config = config
        self._ranges = ranges
        self._heads = int(config["num_attention_heads"])
        self._size = int(config["hidden_size"]) // self._heads
        self._eps = float(config["norm_eps"])
        self._reach = int(config["local_attention"]) // 2
        self._real = length
        self._longest = longest
        self._length = ops.shape_of(subwords, "i64")
        self._turns = {kind: self._rotary(kind) for kind in set(config["layer_types"])}
        self._more = self._band = self._around = self._behind = None

    def states(self) -> Values:
        """States ``[n, hidden_size]`` of the row."""
        table = constant(self._weights["embeddings.tok_embeddings.weight"])
        values = ops.unsqueeze(ops.gather(table, self._subwords, integers(0)), integers(0))
        values = ops.multiply(normed(values, self._eps), constant(self._weights["embeddings.norm.weight"]))
        for number, kind in enumerate(self._config["layer_types"]):
            values = self._layer(values, f"layers.{number}.", kind)
        values = ops.multiply(normed(values, self._eps), constant(self._weights["final_norm.weight"]))
        return ops.squeeze(values, integers([0]))

    def _layer(self, values: Values, name: str, kind: str) -> Values:
        # The first layer reads the embeddings, which are normalized already.
        norm = self._weights.get(name + "attn_norm.weight")
        read = values if norm is None else normed(values, self._eps)
        joint = self._weights[name + "attn.Wqkv.weight"] * (1 if norm is None else norm)
        query, key, value = np.split(joint, 3)
        query = query * np.float32(self._size**-0.5)
        query, key, value = map(self._apart, self._linears(read, name + "attn.Wqkv", query, key, value))
        seen = self._attended(query, key, value, kind)
        width = self._heads * self._size
        joined = ops.reshape(ops.transpose(seen, integers([0, 2, 1, 3])), integers([1, -1, width]), special_zero=False)
        [out] = self._linears(joined, name + "attn.Wo", self._weights[name + "attn.Wo.weight"])
        values = ops.add(values, out)
        wide = self._weights[name + "mlp.Wi.weight"] * self._weights[name + "mlp_norm.weight"]
        gate, through = self._linears(normed(values, self._eps), name + "mlp.Wi", *np.split(wide, 2))
        opened = ops.multiply(ops.gelu(gate, "ERF"), through)
        [out] = self._linears(opened, name + "mlp.Wo", self._weights[name + "mlp.Wo.weight"])
        return ops.add(values, out)

    def _linears(self, values: Values, name: str, *weights: np.ndarray) -> list[Values]:
        """Linear layers that read the same values; ``name``: of the layer in the module that they are parts of."""
        self.read[name] = values
        if self._ranges is None:
            return [linear(values, weight) for weight in weights]
        values = rounded(values, self._ranges[name])
        return [linear_of_integers(values, weight) for weight in weights]

    def _apart(self, values: Values) -> Values:
        """``[1, heads, n, size]`` from ``[1, n, heads * size]``."""
        shape = integers([1, -1, self._heads, self._size])
        return ops.transpose(ops.reshape(values, shape, special_zero=False), integers([0, 2, 1, 3]))

    def _attended(self, query: Values, key: Values, value: Values, kind: str) -> Values:
        query, key = self._turned(query, kind), self._turned(key, kind)
        if kind == "full_attention":
            return ops.scaled_dot_product_attention(query, key, value, self._padding(), constant(1.0))
        if self._band is None:
            self._cut_up()
        shape = integers([self._heads, -1, 2 * self._reach, self._size])
        seen = ops.scaled_dot_product_attention(
            ops.reshape(_padded(query, self._more), shape, special_zero=False),
            self._near(key),
            self._near(value),
            self._band,
            constant(1.0),
        )
        seen = ops.reshape(seen, integers([1, self._heads, -1, self._size]), special_zero=False)
        return ops.slice(seen, integers([0]), self._length, integers([1]), integers([2]))

    def _padding(self) -> Values:
        """What is added to the scores of each key, ``[1, 1, 1, n]``."""
        if self._behind is None:
            places = ops.range(integers(0), ops.squeeze(self._length, integers([0])), integers(1), "i64")
            added = ops.select(ops.less(places, self._real), constant(0.0), constant(FAR))
            self._behind = ops.unsqueeze(added, integers([0, 1, 2]))
        return self._behind

    def _cut_up(self) -> None:
        """Lay out the blocks of queries, the keys around each, ``[blocks * 2 * block]``, and which of these are within
        reach, ``[1, blocks, block, 2 * block]``.

        A block is as long as a window is wide, so that its queries reach half a block to either side.
        """
        reach, block = self._reach, 2 * self._reach
        blocks = ops.divide(ops.add(self._length, integers([block - 1])), integers([block]))
        whole = ops.multiply(blocks, integers([block]))
        self._more = ops.subtract(whole, self._length)
        starts = ops.range(integers(0), ops.squeeze(whole, integers([0])), integers(block), "i64")
        keys = np.arange(-reach, 2 * block - reach)
        places = ops.add(ops.unsqueeze(starts, integers([1, 2])), ops.constant(keys.astype(np.int64)[None, None]))
        within = np.abs(np.arange(block)[:, None] - keys) <= reach
        real = ops.logical_and(ops.greater_equal(places, integers(0)), ops.less(places, self._real))
        seen = ops.logical_and(ops.constant(within[None]), real)
        self._band = ops.unsqueeze(ops.select(seen, constant(0.0), constant(FAR)), integers(0))
        there = ops.minimum(ops.maximum(places, integers(0)), ops.subtract(self._length, integers([1])))
        self._around = ops.reshape(there, integers([-1]), special_zero=False)

    def _near(self, values: Values) -> Values:
        """For every block of queries the keys or values around it: ``[heads, blocks, 2 * block, size]``."""
        shape = integers([self._heads, -1, 4 * self._reach, self._size])
        return ops.reshape(ops.gather(values, self._around, integers(2)), shape, special_zero=False)

    def _rotary(self, kind: str) -> tuple[Values, Values]:
        """Cosines and sines of every position's angles, ``[1, 1, n, size]``."""
        base = float(self._config["rope_parameters"][kind]["rope_theta"])
        steps = base ** -(np.arange(0, self._size, 2) / self._size)
        angles = np.outer(np.arange(self._longest), steps)
        angles = np.concatenate([angles, angles], axis=1)[None, None]
        cosine, sine = (
            ops.slice(constant(table), integers([0]), self._length, integers([1]), integers([2]))
            for table in (np.cos(angles), np.sin(angles))
        )
        return cosine, sine

    def _turned(self, values: Values, kind: str) -> Values:
        """Queries or keys turned by their positions' angles. In just this form OpenVINO knows it: axis -1, times -1."""
        cosine, sine = self._turns[kind]
        half = self._size // 2
        first, second = ops.variadic_split(values, integers(3), integers([half, half])).outputs()
        across = ops.concat([ops.multiply(second, constant(-1.0)), first], -1)
        return ops.add(ops.multiply(values, cosine), ops.multiply(across, sine))


def _padded(values: Values, more: Values) -> Values:
    """``[1, heads, n, size]`` with ``more`` (``[1]``) rows of zeros behind its third axis."""
    ends = ops.concat([integers([0, 0]), more, integers([0])], 0)
    return ops.pad(values, integers([0, 0, 0, 0]), ends, "constant", constant(0.0))
