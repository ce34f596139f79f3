"""T40: a model folder that is wrong or hostile is refused at start with a clear error, and nothing of it is run."""

from __future__ import annotations

import hashlib
import json
import pickle
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file, save_file

from ainoi.errors import ModelFolderError
from ainoi.model_folder import SHIPPED, SUMS, load_model

Record = Callable[[str, object], None]
LINKED = ("model.safetensors", "tokenizer.json", "tokenizer_config.json", "config.json")


class Canary:
    """Unpickled, it makes a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
        return Path.touch, (self._path,)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped model that a test may damage."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "model"))


def _weights(content: Callable[[bytes], bytes]) -> Callable[[Path, Path], None]:
    def damage(folder: Path, canary: Path) -> None:
        file = folder / "model.safetensors"
        file.write_bytes(content(file.read_bytes()))

    return damage


def _header(change: Callable[[dict[str, Any]], object]) -> Callable[[bytes], bytes]:
    def rewrite(data: bytes) -> bytes:
        (size,) = struct.unpack("<Q", data[:8])
        header = json.loads(data[8 : 8 + size])
        change(header)
        text = json.dumps(header).encode()
        return struct.pack("<Q", len(text)) + text + data[8 + size :]

    return rewrite


def _config(**changes: object) -> Callable[[Path, Path], None]:
    def damage(folder: Path, canary: Path) -> None:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        encoder = {**config["encoder"], **changes.pop("encoder_changes")} if "encoder_changes" in changes else {}  # type: ignore[dict-item]
        config.update({"encoder": encoder} if encoder else {}, **changes)
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")

    return damage


def _text(name: str, content: str) -> Callable[[Path, Path], None]:
    return lambda folder, canary: (folder / name).write_text(content, encoding="utf-8") and None


def _pickled(folder: Path, canary: Path) -> None:
    with (folder / "model.safetensors").open("wb") as file:
        pickle.dump(Canary(canary), file)


def _pickled_beside(folder: Path, canary: Path) -> None:
    """Only a pickle, under the name that other libraries look for."""
    (folder / "model.safetensors").unlink()
    with (folder / "pytorch_model.bin").open("wb") as file:
        pickle.dump(Canary(canary), file)


def _other_shapes(folder: Path, canary: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    name = "kind.net.3.bias"
    save_file({**weights, name: weights[name][:1]}, folder / "model.safetensors")


def _linked_out(name: str) -> Callable[[Path, Path], None]:
    def damage(folder: Path, canary: Path) -> None:
        (folder / name).rename(folder.parent / name)
        (folder / name).symlink_to(folder.parent / name)

    return damage


def _other_sum(folder: Path, canary: Path) -> None:
    (folder / SUMS).write_text(f"{'0' * 64}  model.safetensors\n", encoding="utf-8")


def _sum_of_a_file_elsewhere(folder: Path, canary: Path) -> None:
    (folder.parent / "secret").write_text("x", encoding="utf-8")
    (folder / SUMS).write_text(f"{hashlib.sha256(b'x').hexdigest()}  ../secret\n", encoding="utf-8")


ATTACKS: dict[str, tuple[Callable[[Path, Path], None], str]] = {
    "a pickle under the name of the weights": (_pickled, "cannot be loaded"),
    "a pickle instead of the weights": (_pickled_beside, "lacks model.safetensors"),
    "weights cut in the middle": (_weights(lambda data: data[: len(data) // 2]), "cannot be loaded"),
    "weights cut in their header": (_weights(lambda data: data[:100]), "cannot be loaded"),
    "empty weights": (_weights(lambda data: b""), "cannot be loaded"),
    "a header of 8 EB": (_weights(lambda data: b"\xff" * 8 + data[8:]), "cannot be loaded"),
    "a header of 4 GB": (_weights(lambda data: struct.pack("<Q", 2**32) + data[8:]), "cannot be loaded"),
    "a header that is no JSON": (_weights(lambda data: data[:8] + b"(" + data[9:]), "cannot be loaded"),
    "weights with more behind them": (_weights(lambda data: data + b"x" * 1000), "cannot be loaded"),
    "a tensor that lies outside the file": (
        _weights(_header(lambda h: h["kind.net.3.bias"].update(data_offsets=[0, 2**60]))),
        "cannot be loaded",
    ),
    "a tensor of another shape": (_other_shapes, "'kind.net.3.bias' has the shape"),
    "a tensor too few": (_weights(_header(lambda h: h.pop("kind.net.3.bias"))), "."),
    "a model of another kind": (_config(model_type="bert"), "does not describe a model of this library"),
    "a config of half a JSON": (_text("config.json", '{"model_type": "ainoi",'), "cannot be read"),
    "a config nested too deeply": (_text("config.json", "[" * 100_000), "config.json"),
    "a thousand million layers": (
        _config(encoder_changes={"num_hidden_layers": 10**9}),
        "num_hidden_layers must be at most",
    ),
    "a width of a thousand million": (_config(encoder_changes={"hidden_size": 10**9}), "hidden_size must be at most"),
    "a width of four million": (_config(encoder_changes={"hidden_size": 4_000_000}), "model"),
    "a width of nothing": (_config(encoder_changes={"hidden_size": 0}), "model"),
    "no heads": (_config(encoder_changes={"num_attention_heads": 0}), "model"),
    "a negative width": (_config(encoder_changes={"hidden_size": -256}), "model"),
    "a window of nothing": (_config(window=0), "window must be a whole number"),
    "a window beyond all measure": (_config(window=10**15), "window must be a whole number"),
    "a window wider than the encoder": (_config(window=8192), "the encoder reads"),
    "windows that overlap wholly": (_config(window_overlap=2048), "window_overlap must be"),
    "a threshold in words": (_config(speaker_threshold="high"), "speaker_threshold must be a number"),
    "a threshold that is no number": (_config(least_confidence=float("nan")), "least_confidence must be a number"),
    "too few weights of a calibration": (
        _config(calibration={"quote": [1.0]}),
        "calibration 'quote' must be 6 numbers",
    ),
    "a calibration in words": (_config(calibration={"quote": ["a"] * 6}), "calibration 'quote' must be 6 numbers"),
    "tracks of another task": (_config(tracks={"content": ["content"]}), "tracks lacks"),
    "kinds that are no names": (_config(kinds=[1, 2, 3]), "kinds and ended must be lists of names"),
    "a language without a pack": (_config(language="../../.."), "."),
    "an encoder that is none": (_config(encoder="modernbert"), "encoder must be the configuration"),
    "a tokenizer of another kind": (_text("tokenizer.json", "{}"), "the tokenizer cannot be loaded"),
    "a tokenizer that is no JSON": (_text("tokenizer.json", "\x80\x02}q\x00."), "the tokenizer cannot be loaded"),
    "a tokenizer nested too deeply": (_text("tokenizer_config.json", "[" * 100_000), "tokenizer"),
    "weights of another sum": (_other_sum, "its SHA-256 is another"),
    "a sum of a file elsewhere": (_sum_of_a_file_elsewhere, "which is no file of the folder"),
    **{f"a link to a {name} elsewhere": (_linked_out(name), "is a link to a place outside") for name in LINKED},
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_folder_is_refused_and_nothing_of_it_is_run(folder: Path, tmp_path: Path, attack: str) -> None:
    damage, message = ATTACKS[attack]
    canary = tmp_path / "canary"
    damage(folder, canary)
    if attack == "a language without a pack":
        from ainoi import Annotator

        with pytest.raises(ModelFolderError):
            Annotator.load(folder)
    else:
        with pytest.raises(ModelFolderError, match=message):
            load_model(folder)
    assert not canary.exists()


def test_there_are_enough_attacks(record_property: Record) -> None:
    record_property("count", len(ATTACKS))
    assert len(ATTACKS) >= 6


def test_a_folder_with_its_right_sums_is_loaded(folder: Path) -> None:
    names = [path.name for path in sorted(folder.iterdir())]
    sums = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (folder / SUMS).write_text("".join(sums), encoding="utf-8")
    assert load_model(folder).config.language == "vi"


def test_a_canary_that_is_unpickled_would_tell(tmp_path: Path) -> None:
    pickle.loads(pickle.dumps(Canary(tmp_path / "canary")))
    assert (tmp_path / "canary").exists()
