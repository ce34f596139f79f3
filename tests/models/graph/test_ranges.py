"""The script that measures what layers read, and training, which does the same: folders a CPU reads in integers."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from transformers import ModernBertForMaskedLM, PreTrainedTokenizerFast

import measure_ranges
import train
from ainoi.model_folder import SUMS, load_model
from ainoi.network.config import AinoiConfig

pytestmark = pytest.mark.usefixtures("one_thread")

NAMES = {f"layers.{i}.{part}" for i in range(2) for part in ("attn.Wqkv", "attn.Wo", "mlp.Wi", "mlp.Wo")}


def config_of(folder: Path) -> dict[str, object]:
    content: dict[str, object] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return content


def test_a_folder_gets_ranges_and_nothing_else(tiny_folder: Path, tmp_path: Path, seeds: Path) -> None:
    folder = Path(shutil.copytree(tiny_folder, tmp_path / "model"))
    before = config_of(folder)
    assert measure_ranges.main([str(folder), str(seeds / "gold.jsonl"), "--count", "3"]) == 0
    after = config_of(folder)
    ranges = after["ranges"]
    assert isinstance(ranges, dict) and ranges.keys() == NAMES
    assert {**before, "ranges": ranges} == after
    assert load_model(folder, precision="int8").precision == "int8"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere", "GOLD"], "no model folder"),
        (["m", "nowhere"], "no file"),
        (["m", "GOLD", "--count", "0"], "--count"),
    ],
)
def test_wrong_usage_is_told(arguments: list[str], told: str, seeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold = str(seeds / "gold.jsonl")
    with pytest.raises(SystemExit) as refused:
        measure_ranges.main([gold if argument == "GOLD" else argument for argument in arguments])
    assert refused.value.code == 2
    assert told in capsys.readouterr().err


def test_a_trained_model_has_its_ranges(
    tiny_config: AinoiConfig, tiny_tokenizer: PreTrainedTokenizerFast, tmp_path: Path, seeds: Path
) -> None:
    encoder = tmp_path / "encoder"
    ModernBertForMaskedLM(ModernBertForMaskedLM.config_class.from_dict(tiny_config.encoder)).save_pretrained(encoder)
    tiny_tokenizer.save_pretrained(encoder)
    options = ["--gold", str(seeds / "gold.jsonl"), "--encoder", str(encoder), "--output", str(tmp_path / "run")]
    assert train.main([*options, "--epochs", "1", "--plain", "--threads", "1"]) == 0
    model = load_model(tmp_path / "run" / "model")
    assert model.config.ranges.keys() == NAMES


def test_a_folder_whose_files_are_summed_up_is_left_alone(
    tiny_folder: Path, tmp_path: Path, seeds: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(shutil.copytree(tiny_folder, tmp_path / "model"))
    digest = hashlib.sha256((folder / "config.json").read_bytes()).hexdigest()
    (folder / SUMS).write_text(f"{digest}  config.json\n", encoding="utf-8")
    with pytest.raises(SystemExit):
        measure_ranges.main([str(folder), str(seeds / "gold.jsonl"), "--count", "1"])
    assert SUMS in capsys.readouterr().err
    load_model(folder)
