"""Encoders of other families, from training to annotation: PhoBERT reads words, XLM-R reads pieces."""

from __future__ import annotations

import importlib.util
import json
import shutil
import socket
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from transformers import (
    PhobertTokenizer,
    PreTrainedTokenizerBase,
    RobertaConfig,
    RobertaForMaskedLM,
    XLMRobertaConfig,
    XLMRobertaForMaskedLM,
    XLMRobertaTokenizer,
)

from ainoi import Annotator, Article
from ainoi.encode import Encoder
from ainoi.errors import ModelFolderError
from ainoi.model_folder import LoadedModel, load_model
from ainoi.network.model import AinoiModel, longest_window
from ainoi.network.precision import fast_bfloat16
from ainoi.network.reading import TorchNetwork
from ainoi.resolve.names import NameFinder
from ainoi.tag import Tagger
from ainoi.training.labels import make_example
from ainoi.training.loop import Settings, Trainer
from ainoi.training.start import segmenter_for, start_model, tokenizer_from
from sentence_markup import parse

pytestmark = pytest.mark.usefixtures("one_thread")

ROOT = Path(__file__).parents[3]
FAMILIES = ("phobert", "xlm-r")
PARAGRAPHS = {"phobert": 16, "xlm-r": 40}
"""What makes an article of at least three windows."""
SIZES = {
    "hidden_size": 16,
    "intermediate_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "type_vocab_size": 1,
    "pad_token_id": 1,
    "bos_token_id": 0,
    "eos_token_id": 2,
}
SENTENCES = [
    "{m:Ông Lê Văn Tám} {c:nói}: “[Chúng tôi sẵn sàng đối thoại, nhưng không vội.]” Cuộc họp kết thúc muộn.",
    "{c:Theo} {m:bà Trần Thị Hoa}, [dự án sẽ hoàn thành trong năm nay].",
    "{m:Tổng thống Nga} {c:khẳng định}: “[Đất nước chúng tôi luôn tôn trọng luật pháp quốc tế]”.",
]
WORDS = ["Tổng_thống", "Chúng_tôi", "sẵn_sàng", "đối_thoại", "Cuộc_họp", "kết_thúc", "dự_án", "hoàn_thành", "luật_pháp"]


@dataclass(frozen=True)
class Family:
    """An encoder as its authors publish it, and what is trained on it."""

    name: str
    encoder: Path
    gold: Path
    model: Path


def gold_lines(paragraphs: int) -> list[str]:
    """Three articles; the last begins with so many paragraphs, and its quote stands at the end."""
    filler = "".join(f"Đoàn số {i} đã đến thành phố và làm việc trong nhiều giờ liền.¶" for i in range(paragraphs))
    lines = []
    for i, sentence in enumerate(SENTENCES):
        marked = parse((filler if i == 2 else "") + sentence)
        quote = {
            "spans": marked.contents,
            "cue": marked.cue,
            "mention": marked.mention,
            "speaker": None,
            "aliases": [],
            "kind": "person",
            "via": None,
            "nested": False,
            "denied": False,
        }
        lines.append(json.dumps({"id": f"a{i}", "text": marked.text, "quotes": [quote]}))
    return lines


def letters() -> list[str]:
    texts = "".join(json.loads(line)["text"] for line in gold_lines(10))
    return sorted({*texts} - {" ", "\n"})


def save_phobert(folder: Path) -> None:
    """``vocab.txt`` and ``bpe.codes``, a configuration that names the tokenizer, weights, and nothing else."""
    merges: dict[str, None] = {}
    for word in WORDS:
        parts = [*word[:-1], word[-1] + "</w>"]
        merges |= {f"{''.join(parts[:i])} {parts[i]} 1": None for i in range(1, len(parts))}
    pieces = [*WORDS, *(letter + mark for letter in [*letters(), "_"] for mark in ("", "@@"))]
    (folder / "vocab.txt").write_text("".join(f"{piece} 1\n" for piece in pieces), encoding="utf-8")
    (folder / "bpe.codes").write_text("".join(f"{merge}\n" for merge in merges), encoding="utf-8")
    size = len(PhobertTokenizer(str(folder / "vocab.txt"), str(folder / "bpe.codes")))
    config = RobertaConfig(vocab_size=size, max_position_embeddings=258, tokenizer_class="PhobertTokenizer", **SIZES)
    RobertaForMaskedLM(config).save_pretrained(folder)


def save_xlmr(folder: Path) -> None:
    """A ``tokenizer.json`` of the unigram kind with its configuration, and weights."""
    words = sorted({"▁" + word for line in gold_lines(20) for word in json.loads(line)["text"].split()})
    special = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    pieces = [("▁", -3.0), *((word, -4.0) for word in words[::2]), *((letter, -6.0) for letter in letters())]
    tokenizer = XLMRobertaTokenizer(vocab=[*special, *pieces, ("<mask>", 0.0)])
    tokenizer.save_pretrained(folder)
    config = XLMRobertaConfig(vocab_size=len(tokenizer), max_position_embeddings=514, **SIZES)
    XLMRobertaForMaskedLM(config).save_pretrained(folder)


def train(*arguments: str) -> int:
    """``scripts/train.py`` in this process; its exit status."""
    spec = importlib.util.spec_from_file_location("train_script", ROOT / "scripts" / "train.py")
    assert spec is not None and spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    status: int = script.main(arguments)
    return status


@pytest.fixture(scope="module", params=FAMILIES)
def family(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Family:
    """The family's encoder, trained for one epoch by the command line."""
    base = tmp_path_factory.mktemp(request.param)
    encoder, gold = base / "encoder", base / "gold.jsonl"
    encoder.mkdir()
    torch.manual_seed(0)
    save = save_phobert if request.param == "phobert" else save_xlmr
    save(encoder)
    gold.write_text("\n".join(gold_lines(PARAGRAPHS[request.param])), encoding="utf-8")
    options = ["--gold", str(gold), "--encoder", str(encoder), "--output", str(base / "run"), "--epochs", "1"]
    assert train(*options, "--encoder-rate", "1e-4") == 0
    return Family(request.param, encoder, gold, base / "run" / "model")


@pytest.fixture(scope="module")
def no_network() -> Iterator[None]:
    """From here to the end of the module nothing may open a socket."""

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("the network was asked for")

    with pytest.MonkeyPatch.context() as patch:
        for name in ("socket", "create_connection", "getaddrinfo"):
            patch.setattr(socket, name, refuse)
        yield


@pytest.fixture
def copy(family: Family, tmp_path: Path) -> Path:
    """A copy of the trained folder that a test may change."""
    return Path(shutil.copytree(family.model, tmp_path / "copy"))


@pytest.fixture(scope="module")
def annotator(family: Family, tmp_path_factory: pytest.TempPathFactory, no_network: None) -> Annotator:
    """The trained model, keeping every content it can find: one epoch makes no sure reader."""
    folder = Path(shutil.copytree(family.model, tmp_path_factory.mktemp("eager") / "model"))
    change(folder, least_confidence=0.0)
    return Annotator.load(folder)


def change(folder: Path, **values: object) -> None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps({**config, **values}), encoding="utf-8")


def texts(family: Family) -> list[str]:
    return [json.loads(line)["text"] for line in family.gold.read_text(encoding="utf-8").splitlines()]


def test_windows_fill_the_positions_that_there_are(family: Family) -> None:
    config = load_model(family.model).config
    assert {"phobert": (254, 63), "xlm-r": (510, 127)}[family.name] == (config.window, config.window_overlap)
    assert {"phobert": "underthesea", "xlm-r": "none"}[family.name] == config.segmenter


def test_long_article_is_trained_on_in_windows(family: Family) -> None:
    trainer = trainer_of(family, load_model(family.model))
    counts = [len(cut) for cut in trainer._windows]
    assert counts[:2] == [1, 1]
    assert counts[2] >= 3
    assert trainer._windows[2][-1].kept_last == len(trainer._examples[2].tokens)


def network_of(model: LoadedModel) -> AinoiModel:
    assert isinstance(model.network, TorchNetwork)
    return model.network.model


def trainer_of(family: Family, model: LoadedModel) -> Trainer:
    names = NameFinder.load(ROOT / "models" / "ainoi" / "lang" / "vi")
    records: list[dict[str, Any]] = [json.loads(line) for line in family.gold.read_text(encoding="utf-8").splitlines()]
    examples = [make_example(record, model.config, names) for record in records]
    return Trainer(network_of(model), model.encoder, lambda epoch: examples, Settings(hidden=0.0, batch_size=3), Path())


def test_training_and_reading_see_the_same_states_of_long_and_short_articles(family: Family) -> None:
    model = load_model(family.model)
    trainer = trainer_of(family, model)
    examples = trainer._examples
    tags = Tagger(model.network, model.encoder).tag([e.text for e in examples], [e.tokens for e in examples])
    states, _ = trainer._states_of([2, 0, 1])
    for row, i in enumerate([2, 0, 1]):
        own = states[row, : len(examples[i].tokens)]
        # Where a processor is fast at bfloat16, training computes in it.
        assert torch.allclose(own, tags[i].article.states, atol=0.05 if fast_bfloat16(torch.device("cpu")) else 1e-5)
    states[0, len(examples[2].tokens) - 1].sum().backward()
    first = next(network_of(model).encoder.parameters()).grad
    assert first is not None
    assert float(first.abs().sum()) > 0


def test_folder_has_the_tokenizers_files_and_comes_back_equal(family: Family, no_network: None) -> None:
    files = {"phobert": ["vocab.txt", "bpe.codes"], "xlm-r": ["tokenizer.json"]}[family.name]
    for name in files:
        assert (family.model / name).read_bytes() == (family.encoder / name).read_bytes()
    model = load_model(family.model)
    tokenizer = tokenizer_from(str(family.encoder))
    assert type(model.encoder._tokenizer) is type(tokenizer)
    text = texts(family)[0]
    assert model.encoder._tokenizer.tokenize(text) == tokenizer.tokenize(text)
    again = AinoiModel.from_pretrained(family.model, local_files_only=True)
    saved = load_file(family.model / "model.safetensors")
    assert network_of(model).state_dict().keys() == again.state_dict().keys() == saved.keys()
    assert all(torch.equal(value, saved[name].to(value.dtype)) for name, value in again.state_dict().items())


FORMS: dict[str, Callable[[str], str]] = {
    "as trained": str,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "zero-width": lambda text: text.replace(" t", " \u200bt").replace("g ", "g\u200c \ufeff"),
    "odd blanks": lambda text: text.replace(" ", "\u00a0").replace(". ", ". \t"),
}


@pytest.mark.parametrize("form", FORMS)
def test_quotes_stand_exactly_where_their_offsets_say(family: Family, annotator: Annotator, form: str) -> None:
    found = 0
    for text in map(FORMS[form], texts(family)):
        for quote in annotator.annotate(Article(text=text)).quotes:
            assert " … ".join(text[span.start : span.end] for span in quote.spans) == quote.text
            parts = [part for part in (quote.cue, quote.mention) if part is not None]
            assert [text[part.start : part.end] for part in parts] == [part.text for part in parts]
            found += 1
    assert found


def test_every_form_of_a_text_is_read_alike(family: Family, annotator: Annotator) -> None:
    text = texts(family)[0]
    forms = [annotator.annotate(Article(text=FORMS[form](text))).quotes for form in ("as trained", "decomposed")]
    read = [[unicodedata.normalize("NFC", quote.text) for quote in quotes] for quotes in forms]
    assert read[0] == read[1] != []


def test_words_reach_the_phobert_tokenizer_whole(family: Family) -> None:
    if family.name == "xlm-r":
        assert segmenter_for(tokenizer_from(str(family.encoder))) == "none"
        return
    encoder = load_model(family.model).encoder
    [encoding] = encoder.encode(["Tổng thống Nga"], [[(0, 4), (5, 10), (11, 14)]])
    assert encoder._tokenizer.convert_ids_to_tokens(encoding.subwords.tolist())[0] == "Tổng_thống"
    assert encoding.first_subword.tolist()[:2] == [0, 0]


def test_segmenter_of_a_users_choice_goes_before_the_tokenizers(family: Family) -> None:
    model, tokenizer = start_model(str(family.encoder), seed=0, segmenter="none")
    assert model.config.segmenter == "none"
    assert segmenter_for(tokenizer) == {"phobert": "underthesea", "xlm-r": "none"}[family.name]


def test_encoder_comes_with_its_own_weights(family: Family) -> None:
    model, _ = start_model(str(family.encoder), seed=0)
    published = load_file(family.encoder / "model.safetensors")
    own = {name: value for name, value in model.encoder.state_dict().items()}
    prefix = "roberta."
    assert {prefix + name for name in own} == {name for name in published if name.startswith(prefix)}
    assert all(torch.equal(value, published[prefix + name]) for name, value in own.items())


def test_every_position_can_be_used_and_none_beyond(family: Family) -> None:
    network = network_of(load_model(family.model))
    most = longest_window(network.encoder) + 2
    ids = torch.full((1, most), 5)
    assert network.encoder(input_ids=ids).last_hidden_state.shape[1] == most
    with pytest.raises((IndexError, RuntimeError)):
        network.encoder(input_ids=torch.full((1, most + 1), 5))


def test_window_that_does_not_fit_the_positions_is_refused(copy: Path) -> None:
    change(copy, window=2048)
    with pytest.raises(ModelFolderError, match="windows of 2048 subwords"):
        load_model(copy)


def test_segmenter_that_is_none_is_refused(copy: Path) -> None:
    change(copy, segmenter="scissors")
    with pytest.raises(ModelFolderError, match="scissors"):
        load_model(copy)


def test_special_subwords_are_those_of_the_encoder(family: Family) -> None:
    tokenizer: PreTrainedTokenizerBase = tokenizer_from(str(family.encoder))
    encoder = Encoder(tokenizer)
    assert (encoder.start_id, encoder.end_id, encoder.pad_id) == (0, 2, 1)
    assert encoder.mask_id == len(tokenizer) - 1
