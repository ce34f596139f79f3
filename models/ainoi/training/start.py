"""A fresh model around a pretrained encoder."""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForMaskedLM,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    PreTrainedTokenizerFast,
)

from ainoi.model_config import ENDED
from ainoi.network.attention import attention_of
from ainoi.network.config import AinoiConfig
from ainoi.network.model import AinoiModel, longest_window
from ainoi.segment import NONE, UNDERTHESEA

_NOT_SHIPPED = frozenset({"_name_or_path", "dtype", "architectures", "transformers_version"})
"""Entries of an encoder's configuration that say where it came from and not what it is."""

_READ_WORDS = frozenset({"PhobertTokenizer"})
"""Tokenizers made for text whose words are joined by underscores."""


def tokenizer_from(folder: str) -> PreTrainedTokenizerBase:
    """The tokenizer of a model folder or hub name; a folder may hold no more than a ``tokenizer.json`` that knows
    ``[CLS]`` and its kin."""
    path = Path(folder)
    if (path / "tokenizer.json").exists() and not (path / "tokenizer_config.json").exists():
        special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
        backend = Tokenizer.from_file(str(path / "tokenizer.json"))
        if all(backend.token_to_id(token) is not None for token in special.values()):
            return PreTrainedTokenizerFast(tokenizer_object=backend, **special, mask_token="[MASK]")
    tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(folder, local_files_only=path.exists())
    return tokenizer


def segmenter_for(tokenizer: PreTrainedTokenizerBase) -> str:
    """The name of the segmenter whose words ``tokenizer`` was made for, as far as its class tells."""
    return UNDERTHESEA if type(tokenizer).__name__ in _READ_WORDS else NONE


def start_model(
    encoder: str, *, seed: int, device: str = "cpu", segmenter: str | None = None
) -> tuple[AinoiModel, PreTrainedTokenizerBase]:
    """New heads on the encoder in the local folder (or of the hub name) ``encoder``, in float32.

    ``segmenter``: a name of :data:`ainoi.segment.SEGMENTERS`; None for what the tokenizer's class asks for. Raises
    ValueError if weights of the encoder are missing.
    """
    local = Path(encoder).exists()
    tokenizer = tokenizer_from(encoder)
    encoder_config = AutoConfig.from_pretrained(encoder, local_files_only=local)
    torch.manual_seed(seed)
    config = AinoiConfig(
        encoder={key: value for key, value in encoder_config.to_dict().items() if key not in _NOT_SHIPPED},
        cue_anchors=True,
        antecedents=True,
        ended=ENDED,
        segmenter=segmenter_for(tokenizer) if segmenter is None else segmenter,
    )
    model = AinoiModel(config)
    config.window = min(2048, longest_window(model.encoder))
    config.window_overlap = min(256, config.window // 4)
    pretrained = AutoModel.from_pretrained(encoder, local_files_only=local, dtype=torch.float32)
    missing = model.encoder.load_state_dict(pretrained.state_dict(), strict=False).missing_keys
    if missing:
        raise ValueError(f"{encoder} lacks weights: {', '.join(missing)}")
    torch.nn.Module.to(model, device=device, dtype=torch.float32)
    return model, tokenizer


def start_encoder(
    encoder: str, *, seed: int, device: str = "cpu", random: bool = False
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """The masked language model in the local folder (or of the hub name) ``encoder``, in float32, for pretraining.

    ``random``: its configuration with fresh weights.
    """
    local = Path(encoder).exists()
    torch.manual_seed(seed)
    model: PreTrainedModel
    config = AutoConfig.from_pretrained(encoder, local_files_only=local)
    attention = attention_of(config)
    if random:
        model = AutoModelForMaskedLM.from_config(config, attn_implementation=attention)
    else:
        model = AutoModelForMaskedLM.from_pretrained(encoder, local_files_only=local, attn_implementation=attention)
    torch.nn.Module.to(model, device=device, dtype=torch.float32)
    return model, tokenizer_from(encoder)
