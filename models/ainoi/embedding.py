"""Vectors of short texts, whose cosine says how alike their words are: what variants of a quote are found by.

Each text is the mean of its subwords' rows in the encoder's input table, after the table's commonest directions were
levelled out. On pairs of quotes this ranks better than any layer of the network, which was trained to see where a quote
stands rather than what it says, and needs no pass through it. Nothing is stored beside the model's weights: how common
a subword is follows from its place in the vocabulary, which tokenizers sort by frequency.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Sequence

import numpy as np

from ainoi.encode import Encoder
from ainoi.tokens import tokenize

SIZE = 128
"""Length of a vector, unless the encoder's table is narrower."""

LONGEST = 4000
"""Characters of a text that are read."""

_ZIPF_OFFSET = 50.0
_TEXTS_AT_ONCE = 256


class Embedding:
    """Embeds texts with the input table of an encoder. Safe to share between threads."""

    def __init__(self, table: np.ndarray, encoder: Encoder, *, size: int = SIZE) -> None:
        """``table``: ``[vocabulary, width]``, a row for each subword id that ``encoder`` gives.

        Raises ValueError if ``size`` is not positive.
        """
        if size < 1:
            raise ValueError(f"size must be at least 1, is {size}")
        self._table = level(table, min(size, table.shape[1]))
        self._weights = np.log(2.0 + np.arange(len(table))).astype(np.float32)
        self._encoder = copy.deepcopy(encoder)  # the annotator's own may be in use by another thread
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """Length of a vector."""
        return int(self._table.shape[1])

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        """``[texts, size]`` in float32, each of unit length; zeros for a text without words."""
        vectors = np.zeros((len(texts), self.size), dtype=np.float32)
        for first in range(0, len(texts), _TEXTS_AT_ONCE):
            part = [text[:LONGEST] for text in texts[first : first + _TEXTS_AT_ONCE]]
            with self._lock:
                encodings = self._encoder.encode(part, [tokenize(text) for text in part])
            for row, encoding in enumerate(encodings, first):
                if len(encoding.first_subword):
                    weights = self._weights[encoding.subwords]
                    vectors[row] = weights @ self._table[encoding.subwords]
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / np.where(lengths > 0, lengths, 1.0)


def level(table: np.ndarray, size: int) -> np.ndarray:
    """``[vocabulary, size]`` in float32: the main directions of ``table``, each with the same spread.

    Rows count as often as Zipf's law says of their rank. A direction without spread becomes zeros.
    """
    rows = np.asarray(table, dtype=np.float64)
    share = 1.0 / (np.arange(len(rows)) + _ZIPF_OFFSET)
    share /= share.sum()
    centred = rows - share @ rows
    spread, directions = np.linalg.eigh((centred * share[:, None]).T @ centred)
    spread, directions = spread[::-1][:size], directions[:, ::-1][:, :size]
    scale = np.where(spread > 1e-12 * max(float(spread[0]), 1e-12), 1.0 / np.sqrt(np.maximum(spread, 1e-30)), 0.0)
    return np.asarray(centred @ (directions * scale), dtype=np.float32)
