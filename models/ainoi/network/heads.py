"""The heads on top of the encoder: labels of tokens, links between spans, kinds of sources."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

DISTANCE_BOUNDS = (0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256)
"""Token distances that start a new bucket; each direction has its own."""


class SpanReader(nn.Module):
    """A span as the states of its first and last token and the mean of all: ``[spans, 3 * size]``."""

    def forward(self, states: Tensor, spans: Tensor) -> Tensor:
        """``states``: ``[tokens, size]``; ``spans``: ``[spans, 2]``, half open, in tokens, none empty."""
        sums = torch.cat([states.new_zeros(1, states.shape[1]), states.cumsum(0)])
        start, end = spans[:, 0], spans[:, 1]
        mean = (sums[end] - sums[start]) / (end - start).unsqueeze(1)
        return torch.cat([states[start], states[end - 1], mean], dim=1)


class LinkScorer(nn.Module):
    """Scores every pair of a content and a candidate (its cue, its source), and "none" for each content.

    The score is a biaffine form plus a small network that also sees on which side and how far away the candidate is.
    """

    def __init__(self, size: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.reader = SpanReader()
        self.head = nn.Linear(3 * size, hidden)
        self.tail = nn.Linear(3 * size, hidden)
        self.bilinear = nn.Parameter(torch.zeros(hidden, hidden))
        self.distance = nn.Embedding(2 * len(DISTANCE_BOUNDS) + 2, hidden)
        self.score = nn.Linear(hidden, 1)
        self.none = nn.Linear(hidden, 1)
        self.dropout = nn.Dropout(dropout)
        self.bounds: Tensor
        self.register_buffer("bounds", torch.tensor(DISTANCE_BOUNDS), persistent=False)

    def forward(self, states: Tensor, contents: Tensor, candidates: Tensor) -> Tensor:
        """Logits ``[contents, candidates + 1]``, the last column for "none".

        ``states``: ``[tokens, size]``; ``contents``, ``candidates``: ``[n, 2]`` half-open token spans.
        """
        head = self.dropout(torch.relu(self.head(self.reader(states, contents))))
        none = self.none(head)
        if not len(candidates):
            return cast(Tensor, none)
        tail = self.dropout(torch.relu(self.tail(self.reader(states, candidates))))
        joint = torch.relu(head.unsqueeze(1) + tail.unsqueeze(0) + self.distance(self._buckets(contents, candidates)))
        return torch.cat([head @ self.bilinear @ tail.T + self.score(joint).squeeze(-1), none], dim=1)

    def _buckets(self, contents: Tensor, candidates: Tensor) -> Tensor:
        before = contents[:, None, 0] - candidates[None, :, 1]
        after = candidates[None, :, 0] - contents[:, None, 1]
        sides = len(DISTANCE_BOUNDS) + 1
        bucket = torch.where(before >= 0, torch.bucketize(before, self.bounds, right=True), 0)
        return torch.where(after >= 0, sides + torch.bucketize(after, self.bounds, right=True), bucket)


class KindScorer(nn.Module):
    """Logits ``[spans, kinds]`` of source spans: person, organization or unnamed."""

    def __init__(self, size: int, kinds: int, dropout: float) -> None:
        super().__init__()
        self.reader = SpanReader()
        self.net = nn.Sequential(
            nn.Dropout(dropout), nn.Linear(3 * size, size // 2), nn.ReLU(), nn.Linear(size // 2, kinds)
        )

    def forward(self, states: Tensor, spans: Tensor) -> Tensor:
        """``states``: ``[tokens, size]``; ``spans``: ``[spans, 2]`` half-open token spans."""
        logits: Tensor = self.net(self.reader(states, spans))
        return logits
