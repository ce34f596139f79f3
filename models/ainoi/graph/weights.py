"""A network's tensors out of a safetensors file, and which there must be."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from safetensors import deserialize

from ainoi.graph.heads import link_shapes
from ainoi.graph.modernbert import shapes as encoder_shapes
from ainoi.graph.operations import Weights
from ainoi.model_config import ModelConfig

_FORMATS = {"F32": np.float32, "F16": np.float16}


def read_weights(file: Path) -> dict[str, np.ndarray]:
    """All tensors of ``file`` in float32, by name. Raises SafetensorError and OSError for a file that is none, and
    ValueError for numbers of another format than float32, float16 and bfloat16."""
    return {name: _float32(tensor) for name, tensor in deserialize(file.read_bytes())}  # type: ignore[no-untyped-call]


def _float32(tensor: Mapping[str, object]) -> np.ndarray:
    kind, data, shape = str(tensor["dtype"]), tensor["data"], tensor["shape"]
    if kind == "BF16":  # the upper half of a float32
        values = (np.frombuffer(data, dtype=np.uint16).astype(np.uint32) << 16).view(np.float32)  # type: ignore[call-overload]
    elif kind in _FORMATS:
        values = np.frombuffer(data, dtype=_FORMATS[kind]).astype(np.float32)  # type: ignore[call-overload]
    else:
        raise ValueError(f"weights of the format {kind:.20} cannot be read")
    return np.asarray(values.reshape(shape))


def below(prefix: str, weights: Weights) -> dict[str, np.ndarray]:
    """The tensors whose names begin with ``prefix``, by what follows it."""
    return {name.removeprefix(prefix): tensor for name, tensor in weights.items() if name.startswith(prefix)}


def shapes(config: ModelConfig) -> dict[str, tuple[int, ...]]:
    """The tensors of a network by name, with their shapes."""
    size = int(config.encoder["hidden_size"])
    hidden, width, links = config.context_size // 2, size + config.context_size, config.link_size
    found = {f"encoder.{name}": shape for name, shape in encoder_shapes(config.encoder).items()}
    for way in ("rightward", "leftward"):
        found[f"context.{way}.weight_ih_l0"] = (4 * hidden, size)
        found[f"context.{way}.weight_hh_l0"] = (4 * hidden, hidden)
        found[f"context.{way}.bias_ih_l0"] = found[f"context.{way}.bias_hh_l0"] = (4 * hidden,)
    for name in config.tracks:
        labels = len(config.labels(name))
        found.update({f"tracks.{name}.weight": (labels, width), f"tracks.{name}.bias": (labels,)})
    scorers = {"cue_link": False, "source_link": config.cue_anchors}
    if config.antecedents:
        scorers["antecedent"] = False
    for name, anchors in scorers.items():
        found.update({f"{name}.{part}": shape for part, shape in link_shapes(width, links, anchors=anchors).items()})
    kinds = len(config.kinds)
    found.update({"kind.net.1.weight": (width // 2, 3 * width), "kind.net.1.bias": (width // 2,)})
    found.update({"kind.net.3.weight": (kinds, width // 2), "kind.net.3.bias": (kinds,)})
    return found
