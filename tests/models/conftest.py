"""A tiny random network with its tokenizer, made once a session, and the reference scorer."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
import torch
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import ModernBertConfig, PreTrainedTokenizerFast

from ainoi.network.config import AinoiConfig
from ainoi.network.model import AinoiModel

SPECIAL = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
LESSON = [
    "Ông Lê Văn Tám nói: “Chúng tôi sẵn sàng đối thoại, nhưng không vội.”",
    "Bà Trần Thị Hoa cho biết dự án sẽ hoàn thành trong năm nay.\nTheo bà, thành phố đã chuẩn bị kỹ.",
    "Bộ Y tế khẳng định vắc xin an toàn; người phát ngôn từ chối nêu thêm chi tiết (12/5/2024).",
]


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """For tests that run the tiny network: several threads would only wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def tiny_tokenizer() -> PreTrainedTokenizerFast:
    """A fast tokenizer of the shipped one's kind, with some hundred subwords."""
    tokenizer = Tokenizer(models.BPE(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"\n"), "isolated"),
            pre_tokenizers.Metaspace(prepend_scheme="always"),
            pre_tokenizers.Punctuation(),
        ]
    )
    trainer = trainers.BpeTrainer(vocab_size=300, special_tokens=[*SPECIAL.values(), "\n"], show_progress=False)
    tokenizer.train_from_iterator(LESSON, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, **SPECIAL)


@pytest.fixture(scope="session")
def tiny_config(tiny_tokenizer: PreTrainedTokenizerFast) -> AinoiConfig:
    """The configuration of the tiny network: a ModernBERT of two layers, windows of 64 subwords."""
    encoder = ModernBertConfig(
        vocab_size=len(tiny_tokenizer),
        hidden_size=32,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        local_attention=16,
        max_position_embeddings=128,
        pad_token_id=0,
        bos_token_id=2,
        cls_token_id=2,
        eos_token_id=3,
        sep_token_id=3,
    )
    return AinoiConfig(
        encoder={**encoder.to_dict(), "dtype": "float32"}, context_size=16, link_size=8, window=64, window_overlap=16
    )


@pytest.fixture(scope="session")
def make_network(tiny_config: AinoiConfig) -> Callable[[int], AinoiModel]:
    """Makes a tiny network with random weights from a seed."""

    def make(seed: int) -> AinoiModel:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network = AinoiModel(tiny_config)
            with torch.no_grad():
                for link in (network.cue_link, network.source_link):
                    torch.nn.init.normal_(link.bilinear, std=0.1)
        return network.float().eval()

    return make


@pytest.fixture(scope="session")
def tiny_folder(
    tmp_path_factory: pytest.TempPathFactory,
    make_network: Callable[[int], AinoiModel],
    tiny_tokenizer: PreTrainedTokenizerFast,
) -> Path:
    """A whole model folder that ``load_model`` accepts; copy it before changing anything."""
    folder = tmp_path_factory.mktemp("tiny-model")
    make_network(0).save_pretrained(folder)
    tiny_tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def scorer(shared: Path) -> ModuleType:
    """The ``score.py`` that comes with the gold data and defines every figure."""
    spec = importlib.util.spec_from_file_location("reference_score", shared / "quotes-vi" / "score.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
