"""A model folder is loaded whole and offline, or refused with what is wrong with it."""

from __future__ import annotations

import hashlib
import json
import pickle
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from ainoi import model_folder
from ainoi.errors import ModelFolderError
from ainoi.graph.network import GraphNetwork
from ainoi.model_folder import NEEDED, load_model
from ainoi.network.loading import load_torch
from ainoi.network.model import AinoiModel
from ainoi.network.reading import TorchNetwork
from ainoi.schema import ModelVersion

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def folder(tiny_folder: Path, tmp_path: Path) -> Path:
    """A copy of the tiny model that a test may damage."""
    return Path(shutil.copytree(tiny_folder, tmp_path / "model"))


def test_folder_loads_without_the_internet(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a socket was asked for")

    monkeypatch.setattr(socket, "socket", refuse)
    model = load_model(folder)
    assert (model.precision, type(model.network)) == ("float32", GraphNetwork)
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    assert model.version == ModelVersion(name="ainoi-vi", version="0", sha256=digest)


def test_weights_in_half_precision_load_as_float32(folder: Path, make_network: Callable[[int], AinoiModel]) -> None:
    make_network(0).to(torch.bfloat16).save_pretrained(folder)
    model = load_torch(folder)[0].model
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}
    [table] = {load_model(folder).network.table().dtype}
    assert table == np.float32


def test_pytorch_loads_the_very_weights(folder: Path) -> None:
    model = load_torch(folder)[0].model
    saved = load_file(folder / "model.safetensors")
    weights = model.state_dict()
    assert weights.keys() == saved.keys()
    assert all(torch.equal(weights[name], saved[name]) for name in saved)


def test_bfloat16_on_a_cpu_is_read_by_pytorch(folder: Path) -> None:
    model = load_model(folder, precision="bfloat16")
    assert (model.precision, type(model.network)) == ("bfloat16", TorchNetwork)


RANGES = {f"layers.{i}.{part}": [-4.0, 4.0] for i in range(2) for part in ("attn.Wqkv", "attn.Wo", "mlp.Wi", "mlp.Wo")}


def with_ranges(folder: Path, ranges: object) -> None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps({**config, "ranges": ranges}), encoding="utf-8")


@pytest.mark.parametrize("quick", [True, False])
def test_integers_are_chosen_where_they_are_quick_and_their_bounds_known(
    folder: Path, monkeypatch: pytest.MonkeyPatch, quick: bool
) -> None:
    monkeypatch.setattr(model_folder, "multiplies_integers", lambda: quick)
    assert load_model(folder).precision == "float32"
    with_ranges(folder, RANGES)
    assert load_model(folder).precision == ("int8" if quick else "float32")
    assert load_model(folder, precision="int8").precision == "int8"
    assert load_model(folder, precision="float32").precision == "float32"


def test_integers_cannot_be_had_without_their_bounds_or_on_another_device(folder: Path) -> None:
    with pytest.raises(ValueError, match="has no ranges"):
        load_model(folder, precision="int8")
    with pytest.raises(ValueError, match="int8 is for CPUs, not for cuda"):
        load_model(folder, device="cuda", precision="int8")


@pytest.mark.parametrize(
    "ranges",
    [[], {"layers.0.attn.Wo": [1]}, {"a": [2, 1]}, {"a": "bc"}, {"a": [0, "1"]}, dict(list(RANGES.items())[:3])],
    ids=str,
)
def test_bounds_that_are_none_are_refused(folder: Path, ranges: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_folder, "multiplies_integers", lambda: True)
    with_ranges(folder, ranges)
    if ranges == []:
        assert load_model(folder).precision == "float32"
    else:
        with pytest.raises(ModelFolderError):
            load_model(folder)


def test_absent_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFolderError, match="no model folder"):
        load_model(tmp_path / "nowhere")


@pytest.mark.parametrize("name", NEEDED)
def test_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelFolderError, match=f"lacks {name}"):
        load_model(folder)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer_config.json", "tokenizer.json"])
@pytest.mark.parametrize("share", [0.0, 0.5])
def test_truncated_file_is_refused(folder: Path, name: str, share: float) -> None:
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: int(share * len(content))])
    with pytest.raises(ModelFolderError):
        load_model(folder)


@pytest.mark.parametrize("content", ["[]", "1", '{"model_type": "bert"}', "{}"])
def test_config_of_something_else_is_refused(folder: Path, content: str) -> None:
    (folder / "config.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelFolderError, match="does not describe a model of this library"):
        load_model(folder)


@pytest.mark.parametrize(
    "change",
    [
        {"encoder": {}},
        {"encoder": "modernbert"},
        {"encoder": {"model_type": "unheard-of"}},
        {"context_size": 32},
        {"context_size": "wide"},
        {"link_size": -1},
        {"tracks": {"content": ["content"]}},
        {"tracks": ["content"]},
        {"kinds": 3},
    ],
    ids=str,
)
def test_config_that_does_not_fit_the_weights_is_refused(folder: Path, change: dict[str, object]) -> None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps({**config, **change}), encoding="utf-8")
    with pytest.raises(ModelFolderError):
        load_model(folder)


class Canary:
    """Pickled, it creates a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
        return Path.touch, (self._path,)


@pytest.mark.parametrize("save", [lambda thing, file: pickle.dump(thing, file), torch.save])
def test_pickle_under_the_name_of_safetensors_is_refused_and_not_run(
    folder: Path, tmp_path: Path, save: Callable[[object, object], None]
) -> None:
    canary = tmp_path / "canary"
    with (folder / "model.safetensors").open("wb") as file:
        save(Canary(canary), file)
    with pytest.raises(ModelFolderError):
        load_model(folder)
    assert not canary.exists()


def test_canary_would_tell(tmp_path: Path) -> None:
    pickle.loads(pickle.dumps(Canary(tmp_path / "canary")))
    assert (tmp_path / "canary").exists()


def test_code_in_the_folder_is_not_run(folder: Path, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    (folder / "code.py").write_text(f"open({str(canary)!r}, 'w')\nclass Tokenizer: pass\n", encoding="utf-8")
    for name in ("config.json", "tokenizer_config.json"):
        settings = json.loads((folder / name).read_text(encoding="utf-8"))
        settings["auto_map"] = {"AutoTokenizer": [None, "code.Tokenizer"], "AutoModel": "code.Tokenizer"}
        (folder / name).write_text(json.dumps(settings), encoding="utf-8")
    load_model(folder)
    assert not canary.exists()
