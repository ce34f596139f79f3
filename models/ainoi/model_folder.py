"""A model folder: ``config.json``, ``model.safetensors`` and the tokenizer's files; checked, then loaded offline."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from transformers import AutoTokenizer, PreTrainedTokenizerBase
from transformers.initialization import no_init_weights

from ainoi.encode import Encoder
from ainoi.errors import ModelFolderError
from ainoi.network.checks import wrong_in, wrong_in_weights
from ainoi.network.config import AinoiConfig
from ainoi.network.model import AinoiModel, longest_window
from ainoi.network.precision import Precision, usual
from ainoi.schema import ModelVersion
from ainoi.segment import load_segmenter

SHIPPED = Path(__file__).parent / "weights" / "vi"
"""The model that comes with the library."""

NEEDED = ("config.json", "model.safetensors", "tokenizer_config.json")

SUMS = "SHA256SUMS"
"""A file that may lie in the folder, as ``sha256sum`` writes it: every file that it lists must be as it says."""


@dataclass(frozen=True)
class LoadedModel:
    """A network ready to be run, with what belongs to it."""

    config: AinoiConfig
    network: AinoiModel
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

    ``precision``: what the encoder computes in; None for bfloat16 where the hardware is fast at it and else float32.
    Weights are float32, but ``"int8"`` rounds those of the encoder's linear layers, which leave the ``state_dict``.

    Raises ModelFolderError, which names the file and what is wrong with it, and ValueError for int8 on another device
    than a CPU. Nothing is fetched and nothing unpickled.
    (``AinoiModel.from_pretrained(folder, local_files_only=True)`` gives the same network, but shows progress bars.)
    """
    if precision == "int8" and torch.device(device).type != "cpu":
        raise ValueError(f"int8 is for CPUs, not for {device}")
    folder = SHIPPED if folder is None else folder
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        raise ModelFolderError(f"{folder} is no model folder: it lacks {', '.join(missing)}")
    if threads is not None:
        torch.set_num_threads(threads)
    _check_files(folder)
    _check_config(folder)
    try:
        config = AinoiConfig.from_json_file(folder / "config.json")
        with torch.device("meta"), no_init_weights():  # only names and shapes: it takes no memory
            shapes = {name: tuple(tensor.shape) for name, tensor in AinoiModel(config).state_dict().items()}
        if (wrong := wrong_in_weights(folder / "model.safetensors", shapes)) is not None:
            raise ModelFolderError(f"{folder / 'model.safetensors'} does not fit config.json: {wrong}")
        with no_init_weights():  # every weight is in the file, and drawing them takes longer than the rest of loading
            network = AinoiModel(config)
        network.load_state_dict(load_file(folder / "model.safetensors"))
        torch.nn.Module.to(network, device=device, dtype=torch.float32).train(False)
        precision = usual(torch.device(device)) if precision is None else precision
        if precision == "int8":
            network.quantize()
        tokenizer = _tokenizer(folder, config)
    except (
        OSError,
        ValueError,
        RuntimeError,
        LookupError,
        TypeError,
        AttributeError,
        AssertionError,  # torch without CUDA, asked for it
        ArithmeticError,  # heads or widths of nothing
        SafetensorError,
    ) as error:
        raise ModelFolderError(f"{folder} cannot be loaded: {error}") from error
    longest = longest_window(network.encoder)
    if config.window > longest:
        raise ModelFolderError(
            f"{folder / 'config.json'}: windows of {config.window} subwords, the encoder reads {longest}"
        )
    rows = network.encoder.get_input_embeddings().num_embeddings
    if len(tokenizer) > rows:
        raise ModelFolderError(f"{folder}: the tokenizer has {len(tokenizer)} subwords, the encoder {rows}")
    encoder = Encoder(tokenizer, load_segmenter(config.segmenter))
    return LoadedModel(config, network, encoder, version_of(folder, config), precision)


def version_of(folder: Path, config: AinoiConfig) -> ModelVersion:
    """Name, version and hash of the weights in ``folder``."""
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    return ModelVersion(name=f"ainoi-{config.language}", version=config.version, sha256=digest)


def _tokenizer(folder: Path, config: AinoiConfig) -> PreTrainedTokenizerBase:
    try:
        tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(
            folder, config=config, local_files_only=True, trust_remote_code=False
        )
    except Exception as error:  # the tokenizers library raises nothing narrower
        raise ModelFolderError(f"{folder}: the tokenizer cannot be loaded: {error}") from error
    return tokenizer


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


def _check_config(folder: Path) -> None:
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelFolderError(f"{folder / 'config.json'} cannot be read: {error}") from error
    if not isinstance(config, dict) or config.get("model_type") != AinoiConfig.model_type:
        raise ModelFolderError(f"{folder / 'config.json'} does not describe a model of this library")
    if (wrong := wrong_in(config)) is not None:
        raise ModelFolderError(f"{folder / 'config.json'}: {wrong}")
