"""The encoder that comes with the repository: it loads, and it has learned Vietnamese news."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ainoi.training.corpus import open_corpus
from ainoi.training.pretraining import held_out_loss
from ainoi.training.start import start_encoder, start_model

ROOT = Path(__file__).resolve().parents[3]
ENCODER = ROOT / "models" / "encoder"


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seeds as a corpus."""
    file = tmp_path_factory.mktemp("corpus") / "seeds.jsonl"
    lines = (ROOT / "seeds" / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    articles = [json.loads(line) for line in lines]
    file.write_text("\n".join(json.dumps({"text": a["text"]}) for a in articles), encoding="utf-8")
    return file


def test_it_guesses_masked_subwords_of_the_seeds(seeds: Path, tmp_path: Path) -> None:
    losses = {}
    for kind in ("shipped", "random"):
        model, tokenizer = start_encoder(str(ENCODER), seed=0, random=kind == "random")
        corpus = open_corpus([seeds], tokenizer, tmp_path / kind)
        losses[kind] = held_out_loss(model, tokenizer, corpus, length=256, sequences=8)
    assert losses["shipped"] < 3 < 8 < losses["random"]


def test_a_model_starts_from_it() -> None:
    model, tokenizer = start_model(str(ENCODER), seed=0)
    assert len(tokenizer) == model.config.encoder["vocab_size"] == 16_000
    assert not (ENCODER / "pytorch_model.bin").exists()
