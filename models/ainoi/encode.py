"""Tokens to subwords and back: what the encoder reads, for any tokenizer, in windows over long articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import numpy as np
import torch
from torch import Tensor
from transformers import PreTrainedTokenizerBase

LONGEST_STRETCH = 64
"""Subwords kept of one token and the white space behind it: a page may hold blank lines by the thousand."""


@dataclass(frozen=True)
class Encoding:
    """An article as the encoder reads it.

    ``subwords``: ``[n]`` ids without special tokens. ``first_subword``: ``[tokens]``, index into ``subwords`` of the
    first subword of each token, not decreasing.
    """

    subwords: np.ndarray
    first_subword: np.ndarray


@dataclass(frozen=True)
class Window:
    """A stretch of an article that fits the encoder: tokens ``first:last``, of which ``kept_first:kept_last`` are its
    own and the others context it shares with its neighbours."""

    first: int
    last: int
    kept_first: int
    kept_last: int


class Encoder:
    """Turns texts with their tokens into subwords with a fast tokenizer's offsets, or token by token without them."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        self._tokenizer = tokenizer
        self.start_id: int = _first_id(tokenizer.cls_token_id, tokenizer.bos_token_id)
        self.end_id: int = _first_id(tokenizer.sep_token_id, tokenizer.eos_token_id)
        self.pad_id: int = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else 0

    def encode(self, texts: Sequence[str], tokens: Sequence[Sequence[tuple[int, int]]]) -> list[Encoding]:
        """One encoding for each text; ``tokens`` are half-open character spans in text order."""
        if not self._tokenizer.is_fast:
            return [_bounded(self._by_token(text, spans)) for text, spans in zip(texts, tokens, strict=True)]
        encoded = self._tokenizer.backend_tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [
            _bounded(_by_offsets(np.asarray(item.ids, dtype=np.int64), np.asarray(item.offsets, dtype=np.int64), spans))
            for item, spans in zip(encoded, tokens, strict=True)
        ]

    def _by_token(self, text: str, tokens: Sequence[tuple[int, int]]) -> Encoding:
        ids: list[int] = []
        first = []
        for start, end in tokens:
            first.append(len(ids))
            pieces = self._tokenizer.tokenize(text[start:end]) or [self._tokenizer.unk_token]
            ids.extend(cast(list[int], self._tokenizer.convert_tokens_to_ids(pieces)))
        return Encoding(np.asarray(ids, dtype=np.int64), np.asarray(first, dtype=np.int64))


def _by_offsets(ids: np.ndarray, offsets: np.ndarray, tokens: Sequence[tuple[int, int]]) -> Encoding:
    """The first subword of a token is the first that ends behind the token's start (its offsets may begin one space
    early, so a start says nothing)."""
    starts = np.asarray([start for start, _ in tokens], dtype=np.int64)
    ends = offsets[:, 1] if len(offsets) else np.zeros(0, dtype=np.int64)
    first = np.searchsorted(ends, starts, side="right")
    return Encoding(ids, np.minimum(first, max(0, len(ids) - 1)))


def _bounded(encoding: Encoding) -> Encoding:
    """The encoding with at most :data:`LONGEST_STRETCH` subwords from one token to the next, and before the first."""
    first = encoding.first_subword
    if not len(first):
        return encoding
    index = np.arange(len(encoding.subwords))
    token = np.maximum(np.searchsorted(first, index, side="right") - 1, 0)
    kept = (index - first[token] < LONGEST_STRETCH) & (index >= first[0] - LONGEST_STRETCH)
    return Encoding(encoding.subwords[kept], (np.cumsum(kept) - 1)[first])


def windows(encoding: Encoding, max_subwords: int, overlap: int) -> list[Window]:
    """Cut an article into windows of at most ``max_subwords``, neighbours sharing about ``overlap`` of them.

    One window where the article fits. Raises ValueError if ``overlap`` leaves no room to move on.
    """
    if not 0 <= 2 * overlap < max_subwords:
        raise ValueError(f"overlap must be less than half of the window: {overlap} of {max_subwords}")
    first_subword, subwords = encoding.first_subword, len(encoding.subwords)
    tokens = len(first_subword)
    if subwords <= max_subwords or not tokens:
        return [Window(0, tokens, 0, tokens)]
    bounds: list[tuple[int, int]] = []
    first = 0
    while True:
        reach = max_subwords + (int(first_subword[first]) if first else 0)
        if reach >= subwords or first == tokens - 1:
            bounds.append((first, tokens))
            break
        last = max(int(np.searchsorted(first_subword, reach, side="right")) - 1, first + 1)
        bounds.append((first, last))
        shared = int(np.searchsorted(first_subword, first_subword[last] - overlap, side="left"))
        first = min(max(shared, first + 1), last)
    cuts = [
        0,
        *((a_last + b_first) // 2 for (_, a_last), (b_first, _) in pairwise(bounds)),
        tokens,
    ]
    return [Window(first, last, cuts[i], cuts[i + 1]) for i, (first, last) in enumerate(bounds)]


@dataclass(frozen=True)
class Batch:
    """Windows side by side, padded at the end; the arguments of :meth:`ainoi.network.model.AinoiModel.states`."""

    input_ids: Tensor
    attention_mask: Tensor
    first_subwords: Tensor
    token_mask: Tensor

    def to(self, device: torch.device) -> Batch:
        """The same batch on ``device``."""
        return Batch(*(getattr(self, name).to(device) for name in self.__dataclass_fields__))


def batch_of(parts: Sequence[tuple[Encoding, Window]], encoder: Encoder) -> Batch:
    """Pad windows to one batch, each between the tokenizer's start and end subwords.

    ``input_ids`` ``[windows, subwords]``, ``first_subwords`` ``[windows, tokens]``. Raises ValueError for a window
    without tokens.
    """
    rows = []
    for encoding, window in parts:
        first = encoding.first_subword[window.first : window.last]
        if not len(first):
            raise ValueError("a window must hold at least one token")
        more = encoding.first_subword[window.last :]
        start, end = int(first[0]), int(more[0]) if len(more) else len(encoding.subwords)
        start = 0 if window.first == 0 else start
        rows.append((encoding.subwords[start : max(end, start + 1)], first - start + 1))
    subwords = max(len(ids) for ids, _ in rows) + 2
    tokens = max(len(first) for _, first in rows)
    input_ids = torch.full((len(rows), subwords), encoder.pad_id, dtype=torch.long)
    attention_mask = torch.zeros((len(rows), subwords), dtype=torch.long)
    first_subwords = torch.zeros((len(rows), tokens), dtype=torch.long)
    token_mask = torch.zeros((len(rows), tokens), dtype=torch.bool)
    for i, (ids, first) in enumerate(rows):
        input_ids[i, 0] = encoder.start_id
        input_ids[i, 1 : len(ids) + 1] = torch.from_numpy(ids)
        input_ids[i, len(ids) + 1] = encoder.end_id
        attention_mask[i, : len(ids) + 2] = 1
        first_subwords[i, : len(first)] = torch.from_numpy(first)
        token_mask[i, : len(first)] = True
    return Batch(input_ids, attention_mask, first_subwords, token_mask)


def _first_id(*ids: int | None) -> int:
    return next((i for i in ids if i is not None), 0)
