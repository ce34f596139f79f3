"""The trained network: an encoder over subwords, a recurrent layer over tokens, and the heads."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PreTrainedModel

from ainoi.model_config import CONTENT
from ainoi.network.attention import attention_of
from ainoi.network.config import AinoiConfig
from ainoi.network.heads import KindScorer, LinkScorer


class AinoiModel(PreTrainedModel):
    """Hugging Face model with the heads of :mod:`ainoi.network.heads`; a local folder of safetensors and JSON."""

    config: AinoiConfig
    config_class = AinoiConfig
    base_model_prefix = "encoder"
    supports_gradient_checkpointing = False
    _supports_sdpa = True
    subwords_at_once = 1024
    """Subwords, padding included, up to which rows share a pass of the encoder when a CPU reads them."""

    def __init__(self, config: AinoiConfig) -> None:
        super().__init__(config)
        encoder_config = AutoConfig.for_model(**config.encoder)
        self.encoder = AutoModel.from_config(encoder_config, attn_implementation=attention_of(encoder_config))
        if getattr(self.encoder, "pooler", None) is not None:
            self.encoder.pooler = None  # no head reads it, and many checkpoints come without
        size = encoder_config.hidden_size
        self.dropout = nn.Dropout(config.dropout)
        self.context = BothWays(size, config.context_size // 2)
        width = size + config.context_size
        self.tracks = nn.ModuleDict({name: nn.Linear(width, len(config.labels(name))) for name in config.tracks})
        self.cue_link = LinkScorer(width, config.link_size, config.dropout)
        self.source_link = LinkScorer(width, config.link_size, config.dropout, anchors=config.cue_anchors)
        self.antecedent = LinkScorer(width, config.link_size, config.dropout) if config.antecedents else None
        self.kind = KindScorer(width, len(config.kinds), config.dropout)
        self.post_init()  # type: ignore[no-untyped-call]

    def _init_weights(self, module: nn.Module) -> None:
        """PyTorch's own initial weights serve the heads; the encoder comes trained."""

    def states(self, input_ids: Tensor, attention_mask: Tensor, first_subwords: Tensor, token_mask: Tensor) -> Tensor:
        """States of the tokens, ``[batch, tokens, encoder size + context_size]`` in float32.

        ``input_ids``, ``attention_mask``: ``[batch, subwords]``. ``first_subwords``: ``[batch, tokens]``, position of
        each token's first subword. ``token_mask``: ``[batch, tokens]``, true for real tokens; padding comes last.
        """
        hidden = self._encode(input_ids, attention_mask)
        tokens = self.dropout(_take(hidden, first_subwords).float())
        with torch.autocast(tokens.device.type, enabled=False):
            context = self.context(tokens, token_mask.sum(1))
        return torch.cat([tokens, self.dropout(context)], dim=-1)

    def _encode(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """States of the subwords, ``[batch, subwords, encoder size]``.

        For reading on a CPU a long row goes through the encoder alone and without its padding: one article's states fit
        the cache where those of a batch do not.
        """
        if self.training or input_ids.device.type != "cpu":
            hidden: Tensor = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            return hidden
        rows: list[Tensor] = []
        lengths: list[int] = attention_mask.sum(1).tolist()
        while len(rows) < len(lengths):
            first, last, longest = len(rows), len(rows) + 1, lengths[len(rows)]
            while last < len(lengths) and max(longest, lengths[last]) * (last + 1 - first) <= self.subwords_at_once:
                longest = max(longest, lengths[last])
                last += 1
            mask = attention_mask[first:last, :longest]
            rows.extend(self.encoder(input_ids=input_ids[first:last, :longest], attention_mask=mask).last_hidden_state)
        return nn.utils.rnn.pad_sequence(rows, batch_first=True)

    def tag(self, states: Tensor) -> dict[str, Tensor]:
        """Logits of every track, each ``[..., tokens, labels]``, from states ``[..., tokens, size]``."""
        return {name: head(states) for name, head in self.tracks.items()}

    def forward(self, input_ids: Tensor, attention_mask: Tensor, first_subwords: Tensor, token_mask: Tensor) -> Tensor:
        """Logits of the content track, ``[batch, tokens, labels]``; the other heads have methods of their own."""
        return self.tag(self.states(input_ids, attention_mask, first_subwords, token_mask))[CONTENT]


class BothWays(nn.Module):
    """Two recurrent layers, one from each end, that never read padding.

    A packed sequence would do the same, but PyTorch runs those step by step on a CPU, fifteen times slower.
    """

    def __init__(self, size: int, hidden: int) -> None:
        super().__init__()
        self.rightward = nn.LSTM(size, hidden, batch_first=True)
        self.leftward = nn.LSTM(size, hidden, batch_first=True)

    def forward(self, states: Tensor, lengths: Tensor) -> Tensor:
        """``[batch, tokens, 2 * hidden]`` from ``[batch, tokens, size]``; ``lengths``: ``[batch]``, padding last."""
        mirrored = lengths.unsqueeze(1) - 1 - torch.arange(states.shape[1], device=states.device).unsqueeze(0)
        mirrored = torch.where(mirrored >= 0, mirrored, 0)
        right, _ = self.rightward(states)
        left, _ = self.leftward(_take(states, mirrored))
        return torch.cat([right, _take(left, mirrored)], dim=-1)


def _take(states: Tensor, index: Tensor) -> Tensor:
    """The states ``[batch, n, size]`` at ``index`` ``[batch, n]`` of ``states`` ``[batch, length, size]``."""
    # Whole rows are copied, which is ten times faster than gathering every number of a row by an index of its own.
    flat = index + torch.arange(len(states), device=states.device).unsqueeze(1) * states.shape[1]
    return states.flatten(0, 1).index_select(0, flat.flatten()).view(*index.shape, -1)


def longest_window(encoder: nn.Module) -> int:
    """Subwords of text that ``encoder`` can read at once, beside the start and the end subword."""
    positions = getattr(encoder.config, "max_position_embeddings", None) or -1
    if positions < 0:  # relative positions without a bound
        return 2**30
    for name, module in encoder.named_modules():
        # RoBERTa and its kin count positions from behind the padding's: 514 of them are 512 places.
        if name.endswith("position_embeddings") and isinstance(module, nn.Embedding) and module.padding_idx is not None:
            positions -= module.padding_idx + 1
    return positions - 2
