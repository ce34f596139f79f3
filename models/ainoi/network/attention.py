"""Attention that computes only what a sliding window lets through.

The stock implementations score every pair of positions and mask most of them away again. Here the queries of a layer
with a window are read in blocks, each against the keys within its reach, which costs the same for every subword however
long the article is; the results are the same.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedConfig

NAME = "ainoi_windows"
"""Under which Transformers finds this implementation."""

BLOCK = 64
"""Queries in a block on a CPU: the scores of a block stay in the cache, and few of them are masked."""

_WINDOWED = frozenset({"modernbert"})
"""Encoders with sliding windows to both sides; the others keep their own attention."""


def attention_of(config: PreTrainedConfig) -> str | None:
    """The attention implementation for an encoder of this configuration, ready for use; None for the encoder's own."""
    if config.model_type not in _WINDOWED:
        return None
    AttentionInterface.register(NAME, windowed_attention)
    AttentionMaskInterface.register(NAME, real_keys)
    return NAME


def real_keys(*, attention_mask: Tensor | None = None, **_: object) -> Tensor | None:
    """Which keys are no padding, ``[batch, 1, 1, keys]``, from ``[batch, keys]``; None if all are real.

    Transformers calls this in place of a function that builds ``[batch, 1, queries, keys]`` for every kind of layer.
    """
    if attention_mask is None or bool(attention_mask.all()):
        return None
    return attention_mask[:, None, None, :].bool()


def windowed_attention(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    *,
    scaling: float,
    dropout: float = 0.0,
    sliding_window: int | None = None,
    **_: object,
) -> tuple[Tensor, None]:
    """States ``[batch, length, heads, size]`` from queries, keys and values, each ``[batch, heads, length, size]``.

    ``attention_mask``: what :func:`real_keys` gave. ``sliding_window``: one more than the distance up to which a query
    sees keys; None for every distance. The states of padding are finite and mean nothing.
    """
    padding = None
    if attention_mask is not None:
        # Not minus infinity: a query of padding may see nothing else.
        padding = torch.zeros_like(attention_mask, dtype=query.dtype)
        padding = padding.masked_fill(~attention_mask, torch.finfo(query.dtype).min / 2)
    length = query.shape[2]
    if sliding_window is None or length <= sliding_window:
        states = scaled_dot_product_attention(query, key, value, padding, dropout, scale=scaling)
        return states.transpose(1, 2), None
    block = BLOCK if query.device.type == "cpu" else length
    reach = sliding_window - 1
    around = -(-reach // block)
    band = _band(block, around, reach, query)
    parts = []
    for start, near_keys, near_values in zip(
        range(0, length, block), _stretches(key, block, around), _stretches(value, block, around), strict=True
    ):
        queries = query[:, :, start : start + block]
        first = max(0, start - around * block)
        bias = band[: queries.shape[2], first - start + around * block :][:, : near_keys.shape[2]]
        if padding is not None:
            bias = bias + padding[..., first : first + near_keys.shape[2]]
        parts.append(scaled_dot_product_attention(queries, near_keys, near_values, bias, dropout, scale=scaling))
    return torch.cat(parts, dim=2).transpose(1, 2), None


def _band(block: int, around: int, reach: int, like: Tensor) -> Tensor:
    """What is added to the scores of a block's queries, ``[block, (around + 1 + around) * block]``: minus infinity out
    of reach."""
    queries = torch.arange(block, device=like.device).unsqueeze(1)
    keys = torch.arange(-around * block, (around + 1) * block, device=like.device)
    return like.new_zeros(block, len(keys)).masked_fill((keys - queries).abs() > reach, -torch.inf)


def _stretches(states: Tensor, block: int, around: int) -> Iterator[Tensor]:
    """Each block of ``[batch, heads, length, size]`` with ``around`` whole blocks before and behind it."""
    if not (torch.is_grad_enabled() and states.requires_grad):
        for start in range(0, states.shape[2], block):
            yield states[:, :, max(0, start - around * block) : start + (around + 1) * block]
        return
    # Joined from the pieces of one split: the gradient of a slice would be as long as the whole article.
    pieces = states.split(block, dim=2)
    for i in range(len(pieces)):
        yield torch.cat(pieces[max(0, i - around) : i + around + 1], dim=2)
