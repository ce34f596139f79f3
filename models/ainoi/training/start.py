"""A fresh model around a pretrained encoder."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import AutoConfig, AutoModel, AutoTokenizer, PreTrainedTokenizerBase, PreTrainedTokenizerFast

from ainoi.network.config import AinoiConfig
from ainoi.network.model import AinoiModel

_NOT_SHIPPED = frozenset({"_name_or_path", "dtype", "architectures", "transformers_version"})
"""Entries of an encoder's configuration that say where it came from and not what it is."""


def tokenizer_from(folder: str) -> PreTrainedTokenizerBase:
    """The tokenizer of a model folder or hub name; a folder may hold no more than ``tokenizer.json``."""
    path = Path(folder)
    if (path / "tokenizer.json").exists() and not (path / "tokenizer_config.json").exists():
        special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
        return PreTrainedTokenizerFast(tokenizer_file=str(path / "tokenizer.json"), **special, mask_token="[MASK]")
    tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(folder, local_files_only=path.exists())
    return tokenizer


def start_model(encoder: str, *, seed: int, device: str = "cpu") -> tuple[AinoiModel, PreTrainedTokenizerBase]:
    """New heads on the encoder in the local folder (or of the hub name) ``encoder``, in float32."""
    local = Path(encoder).exists()
    tokenizer = tokenizer_from(encoder)
    encoder_config = AutoConfig.from_pretrained(encoder, local_files_only=local)
    positions = getattr(encoder_config, "max_position_embeddings", 4096)
    window = min(2048, positions - 4)
    torch.manual_seed(seed)
    config = AinoiConfig(
        encoder={key: value for key, value in encoder_config.to_dict().items() if key not in _NOT_SHIPPED},
        window=window,
        window_overlap=min(256, window // 4),
    )
    model = AinoiModel(config)
    pretrained = AutoModel.from_pretrained(encoder, local_files_only=local, dtype=torch.float32)
    model.encoder.load_state_dict(pretrained.state_dict(), strict=False)
    torch.nn.Module.to(model, device=device, dtype=torch.float32)
    return model, tokenizer
