"""What each linear layer of the encoder reads, measured: a CPU then multiplies 8-bit integers between these bounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import ceil, floor
from pathlib import Path

import numpy as np

from ainoi.clean import clean
from ainoi.encode import Encoder, row_of, windows
from ainoi.graph.modernbert import EncoderGraph, can_read
from ainoi.graph.operations import Weights, integers
from ainoi.graph.runtime import ops
from ainoi.graph.states import FIRST_ROW, compiled, longest_row
from ainoi.graph.weights import below, read_weights
from ainoi.lang import load_pack
from ainoi.model_config import ModelConfig
from ainoi.model_folder import checked_config, load_model
from ainoi.tokens import tokenize


def measure(weights: Weights, config: ModelConfig, rows: Iterable[np.ndarray]) -> dict[str, list[float]]:
    """Lowest and highest input of each linear layer of the encoder over ``rows`` of subword ids, by the layer's name.

    For the configuration's ``ranges``. Some forty articles are enough; raises ValueError without any row.
    """
    subwords, length = ops.parameter([-1], np.int32), ops.parameter([1], np.int64)
    encoder = EncoderGraph(subwords, length, longest_row(config), below("encoder.", weights), config.encoder)
    states = encoder.states()
    everywhere = integers([0, 1, 2])
    bounds = [find(read, everywhere) for read in encoder.read.values() for find in (ops.reduce_min, ops.reduce_max)]
    request = compiled([*bounds, states], [subwords, length], None)
    request.infer([np.zeros(FIRST_ROW, dtype=np.int32), np.array([FIRST_ROW])])  # see Graph
    seen = []
    for row in rows:
        found = request.infer([row.astype(np.int32), np.array([len(row)])])
        seen.append([float(found[i]) for i in range(len(bounds))])
    if not seen:
        raise ValueError("there is nothing to measure")
    low, high = np.min(seen, axis=0)[::2], np.max(seen, axis=0)[1::2]
    digits = [[floor(a * 1e4) / 1e4, ceil(b * 1e4 + 1) / 1e4] for a, b in zip(low, high, strict=True)]
    return dict(zip(encoder.read, digits, strict=True))


def measured(folder: Path, texts: Sequence[str]) -> dict[str, list[float]]:
    """The ranges of the model in ``folder`` over articles; none for an encoder that has no graph.

    Raises ModelFolderError, and ValueError if no text has a word.
    """
    config = checked_config(folder)
    if not can_read(config.encoder):
        return {}
    encoder = load_model(
        folder, precision="float32"
    ).encoder  # which looks whether the weights are those of the network
    return measure(read_weights(folder / "model.safetensors"), config, _rows(encoder, config, texts))


def _rows(encoder: Encoder, config: ModelConfig, texts: Sequence[str]) -> Iterator[np.ndarray]:
    furniture = load_pack(config.language).furniture
    for text in (clean(text, furniture).text for text in texts):
        [encoding] = encoder.encode([text], [tokenize(text)])
        for window in windows(encoding, config.window, config.window_overlap):
            if window.last > window.first:
                yield row_of(encoding, window, encoder).subwords
