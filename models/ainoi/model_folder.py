"""A model folder: ``config.json``, ``model.safetensors`` and the tokenizer's files; checked, then loaded offline."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError

from ainoi.encode import Encoder
from ainoi.errors import ModelFolderError
from ainoi.folder_checks import wrong_in, wrong_in_weights
from ainoi.graph.modernbert import can_read, longest_window
from ainoi.graph.network import GraphNetwork
from ainoi.graph.processor import limit_threads, multiplies_integers
from ainoi.graph.weights import read_weights, shapes
from ainoi.model_config import MODEL_TYPE, ModelConfig
from ainoi.precision import Precision
from ainoi.schema import ModelVersion
from ainoi.segment import load_segmenter
from ainoi.tag import Network
from ainoi.tokenizer import FileTokenizer, SubwordTokenizer, is_whole

SHIPPED = Path(__file__).parent / "weights" / "vi"
"""The model that comes with the library."""

NEEDED = ("config.json", "model.safetensors", "tokenizer_config.json")

SUMS = "SHA256SUMS"
"""A file that may lie in the folder, as ``sha256sum`` writes it: every file that it lists must be as it says."""


@dataclass(frozen=True)
class LoadedModel:
    """A network ready to be run, with what belongs to it."""

    config: ModelConfig
    network: Network
    encoder: Encoder
    version: ModelVersion
    precision: Precision = "float32"


def load_model(
    folder: Path | None = None,
    *,
    threads: int | None = None,
    device: str = "cpu",
    precision: Precision | None = None,
) -> LoadedModel:
    """Load ``folder``, or the shipped model if None, on ``device``.

    On a CPU an encoder like the shipped one is read by OpenVINO, anything else by PyTorch. ``precision``: what the
    encoder computes in. If None, on a CPU that is 8-bit integers where the processor multiplies these quickly and the
    folder says between which bounds, else float32; elsewhere bfloat16 where the hardware is fast at it.

    Raises ModelFolderError, which names the file and what is wrong with it, and ValueError for int8 where it cannot be.
    Nothing is fetched and nothing unpickled.
    (``AinoiModel.from_pretrained(folder, local_files_only=True)`` gives the network for PyTorch, but shows progress
    bars.)
    """
    if precision == "int8" and device != "cpu":
        raise ValueError(f"int8 is for CPUs, not for {device}")
    folder = SHIPPED if folder is None else folder
    config = checked_config(folder)
    if device == "cpu" and precision != "bfloat16" and can_read(config.encoder):
        return _load_graph(folder, config, threads, precision)
    if precision == "int8":
        raise ValueError(f"int8 is for encoders of the shipped one's kind, not for {config.encoder.get('model_type')}")
    from ainoi.network.loading import load_torch

    network, tokenizer, precision = load_torch(folder, threads=threads, device=device, precision=precision)
    encoder = Encoder(tokenizer, load_segmenter(config.segmenter))
    return LoadedModel(network.config, network, encoder, version_of(folder, config), precision)


def _load_graph(folder: Path, config: ModelConfig, threads: int | None, precision: Precision | None) -> LoadedModel:
    if precision == "int8" and not config.ranges:
        raise ValueError(f"{folder / 'config.json'} has no ranges: scripts/measure_ranges.py finds them")
    integers = precision == "int8" or (precision is None and bool(config.ranges) and multiplies_integers())
    limit_threads(threads)
    file = folder / "model.safetensors"
    try:
        if (wrong := wrong_in_weights(file, shapes(config))) is not None:
            raise ModelFolderError(f"{file} does not fit config.json: {wrong}")
        check_window(folder, config, longest_window(config.encoder))
        tokenizer = _tokenizer(folder)
        check_vocabulary(folder, len(tokenizer), int(config.encoder["vocab_size"]))
        ranges = config.ranges if integers else None
        network = GraphNetwork(read_weights(file), config, threads=threads, ranges=ranges)
    except (OSError, ValueError, RuntimeError, LookupError, TypeError, ArithmeticError, SafetensorError) as error:
        raise ModelFolderError(f"{folder} cannot be loaded: {error}") from error
    encoder = Encoder(tokenizer, load_segmenter(config.segmenter))
    return LoadedModel(config, network, encoder, version_of(folder, config), "int8" if integers else "float32")


def _tokenizer(folder: Path) -> SubwordTokenizer:
    if not is_whole(folder):
        from ainoi.network.loading import load_tokenizer

        return load_tokenizer(folder)
    try:
        return FileTokenizer(folder)
    except Exception as error:  # the tokenizers library raises nothing narrower
        raise ModelFolderError(f"{folder}: the tokenizer cannot be loaded: {error}") from error


def checked_config(folder: Path) -> ModelConfig:
    """The configuration of a model folder whose files are all there and its own. Raises ModelFolderError."""
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        raise ModelFolderError(f"{folder} is no model folder: it lacks {', '.join(missing)}")
    _check_files(folder)
    return ModelConfig.of(_config(folder))


def check_window(folder: Path, config: ModelConfig, longest: int) -> None:
    """Raises ModelFolderError if the encoder, which reads ``longest`` subwords at once, cannot read a window."""
    if config.window > longest:
        raise ModelFolderError(
            f"{folder / 'config.json'}: windows of {config.window} subwords, the encoder reads {longest}"
        )


def check_vocabulary(folder: Path, subwords: int, rows: int) -> None:
    """Raises ModelFolderError if the tokenizer has more subwords than the encoder's table has rows."""
    if subwords > rows:
        raise ModelFolderError(f"{folder}: the tokenizer has {subwords} subwords, the encoder {rows}")


def version_of(folder: Path, config: ModelConfig) -> ModelVersion:
    """Name, version and hash of the weights in ``folder``."""
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    return ModelVersion(name=f"ainoi-{config.language}", version=config.version, sha256=digest)


def _check_files(folder: Path) -> None:
    """Refuse files that lie elsewhere, for a link may lead anywhere, and files that are not as :data:`SUMS` says."""
    inside = folder.resolve()
    for path in sorted(folder.iterdir()):
        if path.is_symlink() and not path.resolve().is_relative_to(inside):
            raise ModelFolderError(f"{path} is a link to a place outside the model folder: copy the file instead")
    if not (folder / SUMS).is_file():
        return
    for line in (folder / SUMS).read_text(encoding="utf-8", errors="replace").splitlines():
        digest, _, name = line.partition(" ")
        path = folder / name.lstrip(" *")
        if path.parent != folder or not path.is_file():
            raise ModelFolderError(f"{folder / SUMS} lists {name!r:.80}, which is no file of the folder")
        if hashlib.sha256(path.read_bytes()).hexdigest() != digest.lower():
            raise ModelFolderError(f"{path} is not the file that {SUMS} was made of: its SHA-256 is another")


def _config(folder: Path) -> dict[str, Any]:
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelFolderError(f"{folder / 'config.json'} cannot be read: {error}") from error
    if not isinstance(config, dict) or config.get("model_type") != MODEL_TYPE:
        raise ModelFolderError(f"{folder / 'config.json'} does not describe a model of this library")
    if (wrong := wrong_in(config)) is not None:
        raise ModelFolderError(f"{folder / 'config.json'}: {wrong}")
    return config
