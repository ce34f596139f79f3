"""Configuration of the network: which encoder, which labels, how large the heads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from transformers import PreTrainedConfig

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


def labels_of(types: Sequence[str], *, ends: bool = False) -> list[str]:
    """``O`` and the labels of each type, in the order of the network's output: begin and inside (BIO), and with
    ``ends`` end and single too (BIOES)."""
    return ["O", *(f"{prefix}-{kind}" for kind in types for prefix in ("BIES" if ends else "BI"))]


class AinoiConfig(PreTrainedConfig):
    """``encoder`` is the whole configuration of a Hugging Face encoder (its ``model_type`` chooses the class), so that
    another encoder is a change of data."""

    model_type = "ainoi"

    def __init__(
        self,
        encoder: dict[str, Any] | None = None,
        tracks: dict[str, list[str]] | None = None,
        kinds: list[str] | None = None,
        context_size: int = 256,
        link_size: int = 128,
        dropout: float = 0.2,
        cue_anchors: bool = False,
        antecedents: bool = False,
        ended: list[str] | None = None,
        window: int = 2048,
        window_overlap: int = 256,
        segmenter: str = "none",
        language: str = "vi",
        version: str = "0",
        calibration: dict[str, list[float]] | None = None,
        least_confidence: float = 0.4,
        speaker_threshold: float = 0.0,
        source_bonus: float = 1.0,
        **kwargs: Any,
    ) -> None:
        """``context_size``: width of the recurrent layer over tokens, both directions together. ``link_size``: width of
        the link heads. ``cue_anchors``: whether a source is scored beside its content's cue. ``antecedents``:
        whether there is a head for whom a source without a name means. ``ended``: the tracks labelled in BIOES; the
        others are in BIO.
        ``window``/``window_overlap``: longest window in subwords and how far neighbours overlap.
        ``segmenter``: who finds the words for an encoder that reads words, a name of :data:`ainoi.segment.SEGMENTERS`.
        ``calibration``: weights of the logistic functions that turn evidence into probabilities, by name.
        ``least_confidence``: probability from which a content is taken for a quote. ``speaker_threshold``: probability
        below which a named speaker is reported as unknown. ``source_bonus``: log odds added to the labels of sources
        when they are read for contents outside quotation marks, where they are harder to see."""
        self.encoder = encoder or {}
        self.tracks = tracks or TRACKS
        self.kinds = kinds or KINDS
        self.context_size = context_size
        self.link_size = link_size
        self.dropout = dropout
        self.cue_anchors = cue_anchors
        self.antecedents = antecedents
        self.ended = ended or []
        self.window = window
        self.window_overlap = window_overlap
        self.segmenter = segmenter
        self.language = language
        self.version = version
        self.calibration = calibration or {}
        self.least_confidence = least_confidence
        self.speaker_threshold = speaker_threshold
        self.source_bonus = source_bonus
        super().__init__(**kwargs)

    def labels(self, track: str) -> list[str]:
        """The labels of a track, in the order of the network's output."""
        return labels_of(self.tracks[track], ends=track in self.ended)
