"""What a model folder's ``config.json`` says: which encoder, which labels, how large the heads, how to decode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Self

CONTENT, NESTED, CUE, SOURCE, MENTION = "content", "nested", "cue", "source", "mention"

TRACKS: dict[str, list[str]] = {
    CONTENT: ["content"],
    NESTED: ["nested"],
    CUE: ["cue"],
    SOURCE: ["source"],
    MENTION: ["person", "organization", "role", "pronoun"],
}
"""Independent sequences of labels over the tokens, each with the span types it marks."""

ENDED = [CONTENT, NESTED]
"""Tracks whose spans are long, so that where one ends is worth labels of its own."""

KINDS = ["person", "organization", "unnamed"]
"""What the head on source spans tells apart."""

MODEL_TYPE = "ainoi"
"""What ``model_type`` in the file says."""


def labels_of(types: Sequence[str], *, ends: bool = False) -> list[str]:
    """``O`` and the labels of each type, in the order of the network's output: begin and inside (BIO), and with
    ``ends`` end and single too (BIOES)."""
    return ["O", *(f"{prefix}-{kind}" for kind in types for prefix in ("BIES" if ends else "BI"))]


@dataclass
class ModelConfig:
    """A model's configuration. ``encoder`` is the whole configuration of a Hugging Face encoder (its ``model_type``
    chooses the class), so that another encoder is a change of data."""

    encoder: dict[str, Any] = field(default_factory=dict)
    tracks: dict[str, list[str]] = field(default_factory=lambda: dict(TRACKS))
    kinds: list[str] = field(default_factory=lambda: list(KINDS))
    context_size: int = 256
    """Width of the recurrent layer over tokens, both directions together."""
    link_size: int = 128
    """Width of the link heads."""
    dropout: float = 0.2
    cue_anchors: bool = False
    """Whether a source is scored beside its content's cue."""
    antecedents: bool = False
    """Whether there is a head for whom a source without a name means."""
    ended: list[str] = field(default_factory=list)
    """The tracks labelled in BIOES; the others are in BIO."""
    window: int = 2048
    """Longest window, in subwords."""
    window_overlap: int = 256
    """Subwords that neighbouring windows share."""
    segmenter: str = "none"
    """Who finds the words for an encoder that reads words, a name of :data:`ainoi.segment.SEGMENTERS`."""
    language: str = "vi"
    version: str = "0"
    calibration: dict[str, list[float]] = field(default_factory=dict)
    """Weights of the logistic functions that turn evidence into probabilities, by name."""
    least_confidence: float = 0.4
    """Probability from which a content is taken for a quote."""
    speaker_threshold: float = 0.0
    """Probability below which a named speaker is reported as unknown."""
    source_bonus: float = 1.0
    """Log odds added to the labels of sources when they are read for contents outside quotation marks, where they are
    harder to see."""
    ranges: dict[str, list[float]] = field(default_factory=dict)
    """Lowest and highest input of each linear layer of the encoder, by its name: what a CPU needs to multiply 8-bit
    integers. Measured by :mod:`ainoi.graph.ranges`; without them it multiplies in float32."""

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Self:
        """The configuration in ``content``, the JSON of the file; what else stands there is left out."""
        return cls(**own_fields(content))

    def labels(self, track: str) -> list[str]:
        """The labels of a track, in the order of the network's output."""
        return labels_of(self.tracks[track], ends=track in self.ended)


def own_fields(content: Mapping[str, Any]) -> dict[str, Any]:
    """Those entries of ``content`` that are fields of :class:`ModelConfig` and have a value."""
    return {f.name: content[f.name] for f in fields(ModelConfig) if content.get(f.name) is not None}
