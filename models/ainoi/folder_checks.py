"""What a model's configuration and weights must be before a network is built from them.

A configuration comes from a file: a thousand million layers or windows of nothing would be found out late or never.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import safe_open

from ainoi.model_config import TRACKS

MOST_LAYERS = 512
"""Layers of an encoder, and heads of one."""
MOST_SUBWORDS = 4_000_000
"""Any other whole number of an encoder's configuration: subwords, widths, positions."""
_COUNTS = ("context_size", "link_size", "window")
_NUMBERS = ("dropout", "least_confidence", "speaker_threshold", "source_bonus")
CALIBRATED = 6
"""Weights of each logistic function of the calibration."""


def wrong_in(config: Mapping[str, Any]) -> str | None:
    """What is wrong with the JSON of a model's configuration, in words; None for nothing.

    Only what would not be found when the network is built and its weights are put in: sizes and kinds of values.
    """
    for name in _COUNTS:
        if name in config and not _is_count(config[name], MOST_SUBWORDS):
            return f"{name} must be a whole number from 1 to {MOST_SUBWORDS:,}, is {config[name]!r:.80}"
    for name in _NUMBERS:
        if name in config and not _is_number(config[name]):
            return f"{name} must be a number, is {config[name]!r:.80}"
    overlap = config.get("window_overlap", 0)
    if not (type(overlap) is int and 0 <= 2 * overlap < config.get("window", MOST_SUBWORDS)):
        return f"window_overlap must be a whole number less than half of the window, is {overlap!r:.80}"
    for name in ("language", "version", "segmenter"):
        if name in config and not isinstance(config[name], str):
            return f"{name} must be text, is {config[name]!r:.80}"
    return (
        _wrong_in_labels(config)
        or _wrong_in_lists(config, "calibration", CALIBRATED)
        or _wrong_in_ranges(config)
        or _wrong_in_encoder(config)
    )


def _wrong_in_labels(config: Mapping[str, Any]) -> str | None:
    tracks, kinds, ended = config.get("tracks") or TRACKS, config.get("kinds") or [""], config.get("ended") or []
    if not (isinstance(tracks, Mapping) and all(_is_names(types) and types for types in tracks.values())):
        return f"tracks must be lists of names by name, is {tracks!r:.80}"
    if missing := TRACKS.keys() - tracks.keys():
        return f"tracks lacks {', '.join(sorted(missing))}"
    if not (_is_names(kinds) and _is_names(ended)):
        return "kinds and ended must be lists of names"
    return None


def _wrong_in_lists(config: Mapping[str, Any], field: str, length: int) -> str | None:
    lists = config.get(field) or {}
    if not isinstance(lists, Mapping):
        return f"{field} must be lists of numbers by name, is {lists!r:.80}"
    for name, values in lists.items():
        if not (isinstance(values, list) and len(values) == length and all(map(_is_number, values))):
            return f"{field} {name!r:.80} must be {length} numbers, is {values!r:.80}"
    return None


def _wrong_in_ranges(config: Mapping[str, Any]) -> str | None:
    if (wrong := _wrong_in_lists(config, "ranges", 2)) is not None:
        return wrong
    for name, (low, high) in (config.get("ranges") or {}).items():
        if not low < high:
            return f"ranges {name!r:.80} must be the lower number first, is {[low, high]!r:.80}"
    return None


def _wrong_in_encoder(config: Mapping[str, Any]) -> str | None:
    encoder = config.get("encoder")
    if not isinstance(encoder, Mapping) or not encoder:
        return f"encoder must be the configuration of an encoder, is {encoder!r:.80}"
    for name, value in encoder.items():
        most = MOST_LAYERS if "num_" in name or "layer" in name else MOST_SUBWORDS
        if type(value) is int and abs(value) > most:
            return f"encoder: {name} must be at most {most:,}, is {value!r:.80}"
    return None


def wrong_in_weights(file: Path, wanted: Mapping[str, tuple[int, ...]]) -> str | None:
    """What the tensors of a safetensors file lack of those wanted, by name and shape; None if it has just these.

    Reads no more than the file's header. Raises SafetensorError and OSError for a file that is none.
    """
    with safe_open(file, framework="numpy") as weights:
        found = {name: tuple(weights.get_slice(name).get_shape()) for name in weights.keys()}  # noqa: SIM118
    for name in sorted({*wanted, *found}):
        if name not in found:
            return f"no tensor {name!r:.80}"
        if name not in wanted:
            return f"a tensor {name!r:.80} that the configuration does not know"
        if found[name] != wanted[name]:
            return f"tensor {name!r:.80} has the shape {found[name]}, the configuration wants {wanted[name]}"
    return None


def _is_count(value: object, most: int) -> bool:
    return type(value) is int and 1 <= value <= most


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)
