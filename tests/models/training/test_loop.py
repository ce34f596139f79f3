"""The training loop on four invented articles: it learns, and an interrupted run ends where an unbroken one does."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from ainoi.encode import Encoder
from ainoi.network.config import AinoiConfig
from ainoi.network.model import AinoiModel
from ainoi.resolve.names import NameFinder
from ainoi.training.labels import Example, make_example
from ainoi.training.loop import Progress, Settings, Trainer
from sentence_markup import parse

pytestmark = pytest.mark.usefixtures("one_thread")

SETTINGS = Settings(epochs=4, batch_size=2, encoder_rate=3e-3, head_rate=1e-2, seed=7)
STEPS = 8
ARTICLES = [
    "{m:Ông Tám} {c:nói}: “[Chúng tôi sẵn sàng đối thoại]”. Một “kế hoạch” khác đã có.",
    "{c:Theo} {m:bà Hoa}, [dự án sẽ xong trong năm nay].",
    "[Cuộc gặp], {m:ông Tám} {c:cho biết}, [diễn ra tốt đẹp].\nHai bên sẽ gặp lại.",
    "{m:Bộ Y tế} {c:khẳng định} [vắc xin an toàn], nhưng không nêu thêm chi tiết nào khác trong ngày.",
]


class Interrupted(Exception):
    """Raised by a report, as if the power had gone."""


def gold(number: int, sentence: str) -> dict[str, Any]:
    marked = parse(sentence)
    quote = {"spans": marked.contents, "cue": marked.cue, "mention": marked.mention, "kind": "person", "nested": False}
    quote |= {"speaker": "Lê Văn Tám", "aliases": ["bà Hoa", "Bộ Y tế"]}
    return {"id": f"article-{number}", "text": marked.text, "quotes": [quote]}


@pytest.fixture(scope="module")
def examples(tiny_config: AinoiConfig) -> list[Example]:
    names = NameFinder.load(Path(__file__).parents[3] / "models" / "ainoi" / "lang" / "vi")
    return [make_example(gold(i, sentence), tiny_config, names) for i, sentence in enumerate(ARTICLES)]


@pytest.fixture(scope="module")
def make_trainer(
    make_network: Callable[[int], AinoiModel], tiny_tokenizer: PreTrainedTokenizerFast, examples: list[Example]
) -> Callable[..., tuple[Trainer, AinoiModel]]:
    def make(folder: Path, *, network_seed: int = 3, settings: Settings = SETTINGS) -> tuple[Trainer, AinoiModel]:
        network = make_network(network_seed)
        return Trainer(network, Encoder(tiny_tokenizer), lambda epoch: examples, settings, folder), network

    return make


def weights(network: AinoiModel) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in network.named_parameters()}


@pytest.fixture(scope="module")
def unbroken(
    make_trainer: Callable[..., tuple[Trainer, AinoiModel]], tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Tensor], list[Progress]]:
    """The weights and the log of a run from start to end."""
    trainer, network = make_trainer(tmp_path_factory.mktemp("unbroken"))
    log: list[Progress] = []
    trainer.run(log.append, save_every=1e9, report_every=1)
    return weights(network), log


def interrupt_at(step: int) -> Callable[[Progress], None]:
    def report(progress: Progress) -> None:
        if progress.step == step:
            raise Interrupted

    return report


def test_every_step_is_reported_and_the_loss_falls(unbroken: tuple[dict[str, Tensor], list[Progress]]) -> None:
    _, log = unbroken
    assert [(line.step, line.steps, line.epoch) for line in log] == [(n, STEPS, n / 2) for n in range(1, STEPS + 1)]
    assert sum(line.loss for line in log[-2:]) < 0.7 * sum(line.loss for line in log[:2])
    assert all(line.rate > 0 for line in log)


@pytest.mark.parametrize("step", [1, 4, STEPS])
def test_interrupted_run_ends_with_the_weights_of_an_unbroken_one(
    step: int,
    tmp_path: Path,
    make_trainer: Callable[..., tuple[Trainer, AinoiModel]],
    unbroken: tuple[dict[str, Tensor], list[Progress]],
) -> None:
    trainer, _ = make_trainer(tmp_path)
    with pytest.raises(Interrupted):
        trainer.run(interrupt_at(step), save_every=-1.0, report_every=1)
    resumed, network = make_trainer(tmp_path, network_seed=3 if step == 1 else 4)
    log: list[Progress] = []
    resumed.run(log.append, save_every=-1.0, report_every=1)
    assert [line.step for line in log] == list(range(step, STEPS + 1))
    expected, _ = unbroken
    assert all(torch.equal(value, expected[name]) for name, value in weights(network).items())


def test_finished_run_called_again_gives_the_same_weights(
    tmp_path: Path,
    make_trainer: Callable[..., tuple[Trainer, AinoiModel]],
    unbroken: tuple[dict[str, Tensor], list[Progress]],
) -> None:
    make_trainer(tmp_path)[0].run(lambda line: None)
    log: list[Progress] = []
    again, network = make_trainer(tmp_path, network_seed=5)
    again.run(log.append)
    expected, _ = unbroken
    assert log == []
    assert all(torch.equal(value, expected[name]) for name, value in weights(network).items())


def test_run_cut_off_between_two_checkpoints_is_continued(
    tmp_path: Path,
    make_trainer: Callable[..., tuple[Trainer, AinoiModel]],
    unbroken: tuple[dict[str, Tensor], list[Progress]],
) -> None:
    with pytest.raises(Interrupted):
        make_trainer(tmp_path)[0].run(interrupt_at(4), save_every=-1.0, report_every=1)
    (tmp_path / "checkpoint").rename(tmp_path / "checkpoint.new")
    resumed, network = make_trainer(tmp_path)
    log: list[Progress] = []
    resumed.run(log.append, report_every=1)
    expected, _ = unbroken
    assert log[0].step == 4
    assert all(torch.equal(value, expected[name]) for name, value in weights(network).items())


def test_half_written_checkpoint_is_not_read(
    tmp_path: Path, make_trainer: Callable[..., tuple[Trainer, AinoiModel]]
) -> None:
    (tmp_path / "checkpoint.new").mkdir()
    (tmp_path / "checkpoint.new" / "model.safetensors").write_bytes(b"half")
    log: list[Progress] = []
    make_trainer(tmp_path, settings=replace(SETTINGS, epochs=1))[0].run(log.append, report_every=1)
    assert [line.step for line in log] == [1, 2]
    assert json.loads((tmp_path / "checkpoint" / "state.json").read_text())["step"] == 2


def test_checkpoint_of_other_settings_is_refused(
    tmp_path: Path, make_trainer: Callable[..., tuple[Trainer, AinoiModel]]
) -> None:
    settings = replace(SETTINGS, epochs=1)
    make_trainer(tmp_path, settings=settings)[0].run(lambda line: None)
    with pytest.raises(ValueError, match="other settings"):
        make_trainer(tmp_path, settings=replace(settings, seed=8))[0].run(lambda line: None)


@pytest.mark.parametrize("wrong", [{"epochs": 0}, {"batch_size": 0}])
def test_settings_that_train_nothing_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Settings(**wrong)  # type: ignore[arg-type]


def test_another_seed_gives_another_run(
    tmp_path: Path,
    make_trainer: Callable[..., tuple[Trainer, AinoiModel]],
    unbroken: tuple[dict[str, Tensor], list[Progress]],
) -> None:
    trainer, network = make_trainer(tmp_path, settings=replace(SETTINGS, seed=8))
    trainer.run(lambda line: None)
    expected, _ = unbroken
    assert not all(torch.equal(value, expected[name]) for name, value in weights(network).items())
