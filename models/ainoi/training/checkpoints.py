"""Checkpoints of a training run, written beside the old one and renamed: a whole one is always there."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor


def save_checkpoint(folder: Path, state: Mapping[str, Any], tensors: Mapping[str, Mapping[str, Tensor]]) -> None:
    """Write ``folder/checkpoint``: ``state.json`` and one safetensors file for each entry of ``tensors``."""
    fresh, old = folder / "checkpoint.new", folder / "checkpoint"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name, group in tensors.items():
        save_file({key: value.detach().contiguous() for key, value in group.items()}, fresh / f"{name}.safetensors")
    (fresh / "state.json").write_text(json.dumps(state))
    shutil.rmtree(old, ignore_errors=True)
    os.replace(fresh, old)


def load_checkpoint(folder: Path, device: str) -> tuple[dict[str, Any], dict[str, dict[str, Tensor]]] | None:
    """What :func:`save_checkpoint` wrote last, with the tensors on ``device``; None if there is nothing."""
    checkpoint = folder / "checkpoint"
    if not checkpoint.exists() and (folder / "checkpoint.new" / "state.json").exists():
        checkpoint = folder / "checkpoint.new"
    if not (checkpoint / "state.json").exists():
        return None
    tensors = {file.stem: load_file(file, device=device) for file in sorted(checkpoint.glob("*.safetensors"))}
    return json.loads((checkpoint / "state.json").read_text()), tensors


def optimizer_tensors(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """The state of an optimizer by ``parameter number.name``."""
    state = optimizer.state_dict()["state"]
    return {f"{number}.{key}": value for number, entry in state.items() for key, value in entry.items()}


def load_optimizer(optimizer: torch.optim.Optimizer, tensors: Mapping[str, Tensor]) -> None:
    """The inverse of :func:`optimizer_tensors`."""
    entries: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        number, _, name = key.partition(".")
        entries.setdefault(int(number), {})[name] = value
    optimizer.load_state_dict({**optimizer.state_dict(), "state": entries})
