"""The heads on top of the encoder: labels of tokens, links between spans, kinds of sources."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from ainoi.distances import BOUNDS, BUCKETS


class SpanStates:
    """States of an article's tokens, from which spans are read; the sums are made once for all of them.

    ``states``: ``[tokens, size]``.
    """

    def __init__(self, states: Tensor) -> None:
        self.states = states
        self._sums = torch.cat([states.new_zeros(1, states.shape[1]), states.cumsum(0)])

    def read(self, spans: Tensor) -> Tensor:
        """A span as the states of its first and last token and the mean of all: ``[spans, 3 * size]``.

        ``spans``: ``[spans, 2]``, half open, in tokens, none empty.
        """
        start, end = spans[:, 0], spans[:, 1]
        mean = (self._sums[end] - self._sums[start]) / (end - start).unsqueeze(1)
        return torch.cat([self.states[start], self.states[end - 1], mean], dim=1)


class LinkScorer(nn.Module):
    """Scores every pair of a content and a candidate (its cue, its source), and "none" for each content.

    The score is a biaffine form plus a small network that also sees on which side and how far away the candidate is. A
    scorer with ``anchors`` sees a third span beside each content, its cue, and where the candidate stands from it.
    """

    def __init__(self, size: int, hidden: int, dropout: float, *, anchors: bool = False) -> None:
        super().__init__()
        self.head = nn.Linear(3 * size, hidden)
        self.tail = nn.Linear(3 * size, hidden)
        self.bilinear = nn.Parameter(torch.zeros(hidden, hidden))
        self.distance = nn.Embedding(BUCKETS, hidden)
        self.score = nn.Linear(hidden, 1)
        self.none = nn.Linear(hidden, 1)
        self.dropout = nn.Dropout(dropout)
        self.anchor = nn.Linear(3 * size, hidden) if anchors else None
        self.no_anchor = nn.Parameter(torch.zeros(hidden)) if anchors else None
        self.anchor_distance = nn.Embedding(BUCKETS + 1, hidden) if anchors else None
        self.bounds: Tensor
        self.register_buffer("bounds", torch.tensor(BOUNDS), persistent=False)

    def forward(
        self, article: SpanStates, contents: Tensor, candidates: Tensor, anchors: Tensor | None = None
    ) -> Tensor:
        """Logits ``[contents, candidates + 1]``, the last column for "none".

        ``contents``, ``candidates``: ``[n, 2]`` half-open token spans. ``anchors``: ``[contents, 2]``, an empty span
        for a content without one; for a scorer with anchors only.
        """
        head = self.head(article.read(contents))
        if anchors is not None and self.anchor is not None and self.no_anchor is not None:
            there = anchors[:, 1] > anchors[:, 0]
            first = torch.stack([anchors[:, 0], torch.maximum(anchors[:, 1], anchors[:, 0] + 1)], dim=1)
            head = head + torch.where(there.unsqueeze(1), self.anchor(article.read(first)), self.no_anchor)
        head = self.dropout(torch.relu(head))
        none = self.none(head)
        if not len(candidates):
            return cast(Tensor, none)
        tail = self.dropout(torch.relu(self.tail(article.read(candidates))))
        joint = head.unsqueeze(1) + tail.unsqueeze(0) + self.distance(self._buckets(contents, candidates))
        if anchors is not None and self.anchor_distance is not None:
            last = self.anchor_distance.num_embeddings - 1
            joint = joint + self.anchor_distance(
                torch.where(there.unsqueeze(1), self._buckets(anchors, candidates), last)
            )
        joint = torch.relu(joint)
        return torch.cat([head @ self.bilinear @ tail.T + self.score(joint).squeeze(-1), none], dim=1)

    def _buckets(self, contents: Tensor, candidates: Tensor) -> Tensor:
        before = contents[:, None, 0] - candidates[None, :, 1]
        after = candidates[None, :, 0] - contents[:, None, 1]
        sides = len(BOUNDS) + 1
        bucket = torch.where(before >= 0, torch.bucketize(before, self.bounds, right=True), 0)
        return torch.where(after >= 0, sides + torch.bucketize(after, self.bounds, right=True), bucket)


class KindScorer(nn.Module):
    """Logits ``[spans, kinds]`` of source spans: person, organization or unnamed."""

    def __init__(self, size: int, kinds: int, dropout: float) -> None:
        super().__init__()
        self.net = nn.Sequential(
            nn.Dropout(dropout), nn.Linear(3 * size, size // 2), nn.ReLU(), nn.Linear(size // 2, kinds)
        )

    def forward(self, article: SpanStates, spans: Tensor) -> Tensor:
        """``spans``: ``[spans, 2]`` half-open token spans."""
        logits: Tensor = self.net(article.read(spans))
        return logits
