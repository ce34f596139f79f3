"""Pretraining on a handful of sentences: it learns, resumes exactly, and its schedule and corpus are what they say."""

from __future__ import annotations

import json
import lzma
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from transformers import ModernBertForMaskedLM, PreTrainedModel, PreTrainedTokenizerFast

from ainoi.network.config import AinoiConfig
from ainoi.training.corpus import Corpus, open_corpus
from ainoi.training.pretraining import Pretrainer, PretrainProgress, PretrainSettings, held_out_loss, rate_factor

pytestmark = pytest.mark.usefixtures("one_thread")

SETTINGS = PretrainSettings(steps=12, length=16, batch=4, rate=1e-2, warmup=2, masked=0.3)
ARTICLES = [
    {"id": "a", "title": "Tin vắn", "text": "Ông Lê Văn Tám nói: “Chúng tôi sẵn sàng đối thoại, nhưng không vội.”"},
    {"id": "b", "text": "Bà Trần Thị Hoa cho biết dự án sẽ hoàn thành trong năm nay.\nTheo bà, mọi việc ổn."},
]


@pytest.fixture
def masked_tokenizer(tiny_tokenizer: PreTrainedTokenizerFast) -> PreTrainedTokenizerFast:
    """The tiny tokenizer with a subword for what is masked."""
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=tiny_tokenizer.backend_tokenizer, **SPECIAL)
    return tokenizer


SPECIAL = {
    "pad_token": "[PAD]",
    "unk_token": "[UNK]",
    "cls_token": "[CLS]",
    "sep_token": "[SEP]",
    "mask_token": "[UNK]",
}


@pytest.fixture
def corpus_file(tmp_path: Path) -> Path:
    path = tmp_path / "news.jsonl.xz"
    with lzma.open(path, "wt", encoding="utf-8") as out:
        for article in ARTICLES * 6:
            out.write(json.dumps(article, ensure_ascii=False) + "\n")
    return path


@pytest.fixture
def make_model(tiny_config: AinoiConfig) -> Callable[[], PreTrainedModel]:
    def make() -> PreTrainedModel:
        from transformers import ModernBertConfig

        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            return ModernBertForMaskedLM(ModernBertConfig(**tiny_config.encoder)).float()

    return make


def weights(model: PreTrainedModel) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in model.named_parameters()}


def test_corpus_is_every_article_with_a_separator_behind_it(
    masked_tokenizer: PreTrainedTokenizerFast, corpus_file: Path, tmp_path: Path
) -> None:
    corpus = open_corpus([corpus_file], masked_tokenizer, tmp_path / "corpus")
    texts = [f"{a['title']}\n{a['text']}" if "title" in a else a["text"] for a in ARTICLES]
    expected = [i for text in texts for i in [*masked_tokenizer(text)["input_ids"], masked_tokenizer.sep_token_id]] * 6
    assert len(corpus) == len(expected)
    rows = corpus.rows(range(corpus.sequences(16)), 16)
    assert rows.flatten().tolist() == expected[: rows.size]
    again = open_corpus([corpus_file], masked_tokenizer, tmp_path / "corpus")
    assert np.array_equal(again.rows([1], 16), rows[1:2])


def test_corpus_of_other_files_is_refused(
    masked_tokenizer: PreTrainedTokenizerFast, corpus_file: Path, tmp_path: Path
) -> None:
    open_corpus([corpus_file], masked_tokenizer, tmp_path / "corpus")
    other = tmp_path / "other.jsonl"
    other.write_text(json.dumps(ARTICLES[0]) + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match="other files"):
        open_corpus([other], masked_tokenizer, tmp_path / "corpus")


def pretrain(
    make_model: Callable[[], PreTrainedModel],
    tokenizer: PreTrainedTokenizerFast,
    corpus: Corpus,
    folder: Path,
    settings: PretrainSettings = SETTINGS,
) -> tuple[PreTrainedModel, list[PretrainProgress]]:
    model = make_model()
    log: list[PretrainProgress] = []
    Pretrainer(model, tokenizer, corpus, settings, folder).run(log.append, report_every=1)
    return model, log


@pytest.mark.parametrize("optimizer", ["muon", "adamw"])
def test_pretraining_learns(
    make_model: Callable[[], PreTrainedModel],
    masked_tokenizer: PreTrainedTokenizerFast,
    corpus_file: Path,
    tmp_path: Path,
    optimizer: str,
) -> None:
    corpus = open_corpus([corpus_file], masked_tokenizer, tmp_path / "corpus")
    before = held_out_loss(make_model(), masked_tokenizer, corpus, length=16, sequences=8)
    settings = replace(SETTINGS, optimizer=optimizer, steps=40)
    model, _ = pretrain(make_model, masked_tokenizer, corpus, tmp_path / "run", settings)
    assert held_out_loss(model, masked_tokenizer, corpus, length=16, sequences=8) < 0.8 * before


def test_interrupted_run_ends_where_an_unbroken_one_does(
    make_model: Callable[[], PreTrainedModel],
    masked_tokenizer: PreTrainedTokenizerFast,
    corpus_file: Path,
    tmp_path: Path,
) -> None:
    corpus = open_corpus([corpus_file], masked_tokenizer, tmp_path / "corpus")
    unbroken, log = pretrain(make_model, masked_tokenizer, corpus, tmp_path / "unbroken")
    assert [line.step for line in log] == list(range(1, 13))

    class Interrupted(Exception):
        pass

    def interrupt(progress: PretrainProgress) -> None:
        if progress.step == 8:
            raise Interrupted

    with pytest.raises(Interrupted):
        Pretrainer(make_model(), masked_tokenizer, corpus, SETTINGS, tmp_path / "broken").run(
            interrupt, save_every=0.0, report_every=1
        )
    resumed, rest = pretrain(make_model, masked_tokenizer, corpus, tmp_path / "broken")
    assert rest[0].step == 8
    for name, value in weights(unbroken).items():
        assert torch.equal(value, weights(resumed)[name]), name


def test_run_made_with_other_settings_is_not_continued(
    make_model: Callable[[], PreTrainedModel],
    masked_tokenizer: PreTrainedTokenizerFast,
    corpus_file: Path,
    tmp_path: Path,
) -> None:
    corpus = open_corpus([corpus_file], masked_tokenizer, tmp_path / "corpus")
    pretrain(make_model, masked_tokenizer, corpus, tmp_path / "run", replace(SETTINGS, steps=2))
    with pytest.raises(ValueError, match="other settings"):
        pretrain(make_model, masked_tokenizer, corpus, tmp_path / "run", replace(SETTINGS, masked=0.1))


def test_run_can_be_given_more_steps(
    make_model: Callable[[], PreTrainedModel],
    masked_tokenizer: PreTrainedTokenizerFast,
    corpus_file: Path,
    tmp_path: Path,
) -> None:
    corpus = open_corpus([corpus_file], masked_tokenizer, tmp_path / "corpus")
    pretrain(make_model, masked_tokenizer, corpus, tmp_path / "run", replace(SETTINGS, steps=3, decay=0.0))
    _, log = pretrain(make_model, masked_tokenizer, corpus, tmp_path / "run", replace(SETTINGS, steps=5))
    assert [line.step for line in log] == [4, 5]


def test_a_step_in_pieces_is_the_same_step(
    make_model: Callable[[], PreTrainedModel],
    masked_tokenizer: PreTrainedTokenizerFast,
    corpus_file: Path,
    tmp_path: Path,
) -> None:
    corpus = open_corpus([corpus_file], masked_tokenizer, tmp_path / "corpus")
    settings = replace(SETTINGS, steps=1, optimizer="adamw", warmup=1, masked=0.5)
    pieces, log = pretrain(make_model, masked_tokenizer, corpus, tmp_path / "pieces", replace(settings, pieces=4))
    assert 0 < log[0].loss < 10
    assert all(torch.isfinite(value).all() for value in weights(pieces).values())


def test_rate_rises_stays_and_falls() -> None:
    settings = PretrainSettings(steps=100, warmup=10, decay=0.2)
    factors = [rate_factor(step, settings) for step in range(100)]
    assert factors[0] == 0.1 and factors[9:81] == [1.0] * 72
    assert factors[81:] == sorted(factors[81:], reverse=True) and factors[99] == pytest.approx(0.05)


@pytest.mark.parametrize(
    "wrong", [{"steps": 0}, {"masked": 0.0}, {"batch": 3, "pieces": 2}, {"optimizer": "sgd"}, {"decay": 2.0}]
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        PretrainSettings(**{"steps": 1, **wrong})  # type: ignore[arg-type]


def test_the_encoder_is_compiled_only_where_somebody_says(
    make_model: Callable[[], PreTrainedModel],
    masked_tokenizer: PreTrainedTokenizerFast,
    corpus_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(torch, "compile", lambda module, **options: asked.append(module) or module)
    corpus = open_corpus([corpus_file], masked_tokenizer, tmp_path / "corpus")
    for compiled in (False, True):
        model = make_model()
        folder = tmp_path / str(compiled)
        Pretrainer(model, masked_tokenizer, corpus, SETTINGS, folder, compiled=compiled).run(lambda progress: None)
        assert asked == ([model.base_model] if compiled else [])
