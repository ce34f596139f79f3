"""Parts that graphs for OpenVINO are put together from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ainoi.graph.runtime import ops

Values = Any
"""A node of a graph, or one of its outputs."""

Weights = Mapping[str, np.ndarray]
"""A network's tensors in float32, by name."""

Ranges = Mapping[str, Sequence[float]]
"""Lowest and highest input of linear layers, by name."""

LEVELS = 256
"""Values of an 8-bit integer."""


def constant(values: np.ndarray | float) -> Values:
    """A node of float32."""
    return ops.constant(np.asarray(values, dtype=np.float32, order="C"))


def integers(values: int | Sequence[int]) -> Values:
    """A node of 64-bit integers."""
    return ops.constant(np.asarray(values, dtype=np.int64))


def normed(values: Values, eps: float) -> Values:
    """Layer normalization over the last axis, without weights."""
    return ops.mvn(values, integers([-1]), True, eps, "INSIDE_SQRT")


def linear(values: Values, weight: np.ndarray) -> Values:
    """``values @ weight.T`` in float32. ``weight``: ``[out, in]``."""
    return ops.matmul(values, constant(weight), False, True)


def rounded(values: Values, bounds: Sequence[float]) -> Values:
    """Values cut to ``bounds`` and rounded to one of :data:`LEVELS` between them."""
    low, high = (constant(bound) for bound in bounds)
    return ops.fake_quantize(values, low, high, low, high, LEVELS)


def linear_of_integers(values: Values, weight: np.ndarray) -> Values:
    """``values @ weight.T`` of 8-bit integers: ``values`` are :func:`rounded`, each output has a scale of its own."""
    scales = np.maximum(np.abs(weight).max(1, keepdims=True), 1e-12) / 127
    small = ops.constant(np.round(weight / scales).astype(np.int8))
    return ops.matmul(values, ops.multiply(ops.convert(small, "f32"), constant(scales)), False, True)
