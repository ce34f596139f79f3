"""The trained network: an encoder over subwords, a recurrent layer over tokens, and the heads."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PreTrainedModel

from ainoi.network.config import CONTENT, AinoiConfig, bio_labels
from ainoi.network.heads import KindScorer, LinkScorer


class AinoiModel(PreTrainedModel):
    """Hugging Face model with the heads of :mod:`ainoi.network.heads`; a local folder of safetensors and JSON."""

    config: AinoiConfig
    config_class = AinoiConfig
    base_model_prefix = "encoder"
    supports_gradient_checkpointing = False
    _supports_sdpa = True

    def __init__(self, config: AinoiConfig) -> None:
        super().__init__(config)
        encoder_config = AutoConfig.for_model(**config.encoder)
        self.encoder = AutoModel.from_config(encoder_config)
        size = encoder_config.hidden_size
        self.dropout = nn.Dropout(config.dropout)
        self.context = BothWays(size, config.context_size // 2)
        width = size + config.context_size
        self.tracks = nn.ModuleDict(
            {name: nn.Linear(width, len(bio_labels(types))) for name, types in config.tracks.items()}
        )
        self.cue_link = LinkScorer(width, config.link_size, config.dropout)
        self.source_link = LinkScorer(width, config.link_size, config.dropout)
        self.kind = KindScorer(width, len(config.kinds), config.dropout)
        self.post_init()  # type: ignore[no-untyped-call]

    def _init_weights(self, module: nn.Module) -> None:
        """PyTorch's own initial weights serve the heads; the encoder comes trained."""

    def states(self, input_ids: Tensor, attention_mask: Tensor, first_subwords: Tensor, token_mask: Tensor) -> Tensor:
        """States of the tokens, ``[batch, tokens, encoder size + context_size]`` in float32.

        ``input_ids``, ``attention_mask``: ``[batch, subwords]``. ``first_subwords``: ``[batch, tokens]``, position of
        each token's first subword. ``token_mask``: ``[batch, tokens]``, true for real tokens; padding comes last.
        """
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        index = first_subwords.unsqueeze(-1).expand(-1, -1, hidden.shape[-1])
        tokens = self.dropout(hidden.gather(1, index).float())
        with torch.autocast(tokens.device.type, enabled=False):
            context = self.context(tokens, token_mask.sum(1))
        return torch.cat([tokens, self.dropout(context)], dim=-1)

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
        mirrored = torch.where(mirrored >= 0, mirrored, 0).unsqueeze(-1)
        right, _ = self.rightward(states)
        left, _ = self.leftward(states.gather(1, mirrored.expand_as(states)))
        return torch.cat([right, left.gather(1, mirrored.expand(-1, -1, left.shape[-1]))], dim=-1)
