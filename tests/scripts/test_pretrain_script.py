"""``scripts/pretrain.py`` on a few sentences: an encoder that training can start from, and the curve of its loss."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import AutoModelForMaskedLM, ModernBertConfig

from ainoi.training.start import start_model

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
ARTICLES = ["Ông Lê Văn Tám nói rằng mọi việc ổn.", "Bà Trần Thị Hoa cho biết dự án sẽ xong trong năm nay."]


@pytest.fixture(scope="module")
def script(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("pretrain_script", root / "scripts" / "pretrain.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def encoder(tmp_path: Path) -> Path:
    """A folder with nothing but what an encoder is to be: its configuration and its tokenizer."""
    tokenizer = Tokenizer(models.BPE(unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.train_from_iterator(
        ARTICLES, trainers.BpeTrainer(vocab_size=120, special_tokens=SPECIAL, show_progress=False)
    )
    folder = tmp_path / "encoder"
    config = ModernBertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        local_attention=8,
        max_position_embeddings=64,
        pad_token_id=0,
        bos_token_id=2,
        cls_token_id=2,
        eos_token_id=3,
        sep_token_id=3,
    )
    config.save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    paths = []
    for name in ("one.jsonl", "two.jsonl"):
        path = tmp_path / name
        path.write_text("".join(json.dumps({"id": name, "text": text}) + "\n" for text in ARTICLES * 10), "utf-8")
        paths.append(str(path))
    return paths


def test_encoder_is_made_from_random_weights_and_training_starts_from_it(
    script: ModuleType, encoder: Path, files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "run"
    command = [*files, "--encoder", str(encoder), "--random", "--output", str(output), "--length", "16", "--batch", "2"]
    command += ["--max-steps", "20", "--warmup", "2", "--threads", "1", "--hold-out"]
    assert script.main(command) == 0
    assert "held-out loss" in capsys.readouterr().out
    steps = [json.loads(line)["step"] for line in (output / "curve.jsonl").read_text().splitlines()]
    assert steps == [20]
    AutoModelForMaskedLM.from_pretrained(output / "model", local_files_only=True)
    network, tokenizer = start_model(str(output / "model"), seed=0)
    assert len(tokenizer) == network.encoder.config.vocab_size


def test_wrong_usage_exits_with_2(script: ModuleType, encoder: Path, files: list[str], tmp_path: Path) -> None:
    for command in (["no.jsonl"], [files[0], "--hold-out"]):
        with pytest.raises(SystemExit) as stopped:
            script.main([*command, "--encoder", str(encoder), "--output", str(tmp_path)])
        assert stopped.value.code == 2
