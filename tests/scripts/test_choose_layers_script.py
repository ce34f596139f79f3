"""``scripts/choose_layers.py``: encoders of other depths, made of the layers of the one that comes with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from ainoi.graph.modernbert import can_read
from ainoi.training.start import start_model


def choose(root: Path, output: Path, *layers: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/choose_layers.py", "models/encoder", "--layers", *layers]
    return subprocess.run([*command, "--output", str(output)], cwd=root, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("layers", ["0 1 2 3", "0 1 2 3 4 5 3 4 5"])
def test_the_layers_stand_in_the_order_asked_for_with_their_kinds(root: Path, tmp_path: Path, layers: str) -> None:
    done = choose(root, tmp_path / "new", *layers.split())
    assert done.returncode == 0, done.stderr
    whole, _ = start_model(str(root / "models/encoder"), seed=0)
    chosen, tokenizer = start_model(str(tmp_path / "new"), seed=0)
    assert len(tokenizer) == 16_000 and can_read(chosen.config.encoder)
    old, new = whole.encoder.layers, chosen.encoder.layers
    assert len(new) == len(layers.split())
    for place, number in enumerate(map(int, layers.split())):
        assert chosen.config.encoder["layer_types"][place] == whole.config.encoder["layer_types"][number]
        there = dict(old[number].named_parameters())
        assert all(torch.equal(there[name], value) for name, value in new[place].named_parameters())
    assert torch.equal(whole.encoder.embeddings.tok_embeddings.weight, chosen.encoder.embeddings.tok_embeddings.weight)


def test_an_encoder_of_all_layers_in_order_reads_alike(root: Path, tmp_path: Path) -> None:
    assert choose(root, tmp_path / "same", *"012345").returncode == 0
    read = torch.tensor([[2, 500, 600, 700, 800, 3]])
    states = []
    for folder in ("models/encoder", tmp_path / "same"):
        model, _ = start_model(str(root / folder), seed=0)
        with torch.no_grad():
            states.append(model.eval().encoder(input_ids=read).last_hidden_state)
    assert torch.equal(*states)


@pytest.mark.parametrize("layers", ["1 2", "0 6", "0 1 0", "0 -1"])
def test_layers_that_cannot_be_are_wrong_usage(root: Path, tmp_path: Path, layers: str) -> None:
    done = choose(root, tmp_path / "new", *layers.split())
    assert done.returncode == 2 and "--layers" in done.stderr
    assert not (tmp_path / "new").exists()


def test_nothing_is_written_over(root: Path, tmp_path: Path) -> None:
    assert choose(root, tmp_path, "0", "1").returncode == 2
    assert not list(tmp_path.iterdir())
