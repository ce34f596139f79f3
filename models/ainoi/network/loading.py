"""A model folder loaded for PyTorch: to go on training it, to read on a GPU, or with an encoder that has no graph."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from transformers import AutoTokenizer, PreTrainedTokenizerBase
from transformers.initialization import no_init_weights

from ainoi.errors import ModelFolderError
from ainoi.folder_checks import wrong_in_weights
from ainoi.model_folder import check_vocabulary, check_window
from ainoi.network.config import AinoiConfig
from ainoi.network.model import AinoiModel, longest_window
from ainoi.network.precision import usual
from ainoi.network.reading import TorchNetwork
from ainoi.precision import Precision


def load_torch(
    folder: Path, *, threads: int | None = None, device: str = "cpu", precision: Precision | None = None
) -> tuple[TorchNetwork, PreTrainedTokenizerBase, Precision]:
    """The network of a folder that :func:`ainoi.model_folder.checked_config` accepts, on ``device`` in float32, its
    tokenizer, and the precision it reads in.

    ``threads``: of PyTorch in the whole process. ``precision``: None for bfloat16 where the hardware is fast at it and
    else float32. Raises ModelFolderError.
    """
    if threads is not None:
        torch.set_num_threads(threads)
    file = folder / "model.safetensors"
    try:
        config = AinoiConfig.from_json_file(folder / "config.json")
        with torch.device("meta"), no_init_weights():  # only names and shapes: it takes no memory
            shapes = {name: tuple(tensor.shape) for name, tensor in AinoiModel(config).state_dict().items()}
        if (wrong := wrong_in_weights(file, shapes)) is not None:
            raise ModelFolderError(f"{file} does not fit config.json: {wrong}")
        with no_init_weights():  # every weight is in the file, and drawing them takes longer than the rest of loading
            model = AinoiModel(config)
        model.load_state_dict(load_file(file))
        torch.nn.Module.to(model, device=device, dtype=torch.float32)
        tokenizer = load_tokenizer(folder, config)
        chosen = usual(torch.device(device)) if precision is None else precision
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
    check_window(folder, config, longest_window(model.encoder))
    check_vocabulary(folder, len(tokenizer), model.encoder.get_input_embeddings().num_embeddings)
    return TorchNetwork(model, chosen), tokenizer, chosen


def load_tokenizer(folder: Path, config: AinoiConfig | None = None) -> PreTrainedTokenizerBase:
    """The folder's tokenizer, of whatever class. Raises ModelFolderError."""
    try:
        tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(
            folder, config=config, local_files_only=True, trust_remote_code=False
        )
    except Exception as error:  # the tokenizers library raises nothing narrower
        raise ModelFolderError(f"{folder}: the tokenizer cannot be loaded: {error}") from error
    return tokenizer
