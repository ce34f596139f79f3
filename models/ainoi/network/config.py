"""The model's configuration as Hugging Face's classes want it."""

from __future__ import annotations

from typing import Any

from transformers import PreTrainedConfig

from ainoi.model_config import MODEL_TYPE, ModelConfig, own_fields


class AinoiConfig(ModelConfig, PreTrainedConfig):
    """Takes the fields of :class:`ainoi.model_config.ModelConfig` by name, and what any ``PreTrainedConfig`` takes."""

    model_type = MODEL_TYPE

    def __init__(self, **content: Any) -> None:
        ModelConfig.__init__(self, **own_fields(content))
        own = ModelConfig.__dataclass_fields__
        PreTrainedConfig.__init__(self, **{name: value for name, value in content.items() if name not in own})
