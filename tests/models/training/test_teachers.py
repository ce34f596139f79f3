"""Several networks read as one: their mean, and one network alone as it would be without."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from transformers import PreTrainedTokenizerFast

from ainoi.encode import Encoder
from ainoi.network.config import AinoiConfig
from ainoi.network.model import AinoiModel
from ainoi.network.reading import TorchNetwork
from ainoi.tag import Tagger, Tags
from ainoi.tokens import tokenize
from ainoi.training.teachers import Teachers, with_ends

pytestmark = pytest.mark.usefixtures("one_thread")

TEXT = "Ông Lê Văn Tám nói: “Chúng tôi sẵn sàng đối thoại, nhưng không vội.”"
TOKENS = tokenize(TEXT)
CONTENTS, CUES, SOURCES = [(6, 10), (10, 13)], [(4, 5)], [(0, 4), (1, 4)]

Scores = Callable[[Tagger, Tags], np.ndarray]
LINKS: list[Scores] = [
    lambda tagger, tags: tagger.cue_links(tags, CONTENTS, CUES),
    lambda tagger, tags: tagger.source_links(tags, CONTENTS, [CUES[0], None], SOURCES),
    lambda tagger, tags: tagger.kinds(tags, SOURCES),
    lambda tagger, tags: tagger.tag([TEXT], [TOKENS])[0].tracks["content"],
]


@pytest.fixture(scope="module")
def taggers(make_network: Callable[[int], AinoiModel], tiny_tokenizer: PreTrainedTokenizerFast) -> list[Tagger]:
    return [Tagger(TorchNetwork(make_network(seed)), Encoder(tiny_tokenizer)) for seed in (1, 2)]


def read(tagger: Tagger, scores: Scores) -> np.ndarray:
    [tags] = tagger.tag([TEXT], [TOKENS])
    return scores(tagger, tags)


@pytest.mark.parametrize("scores", LINKS)
def test_one_teacher_says_what_its_network_says(taggers: list[Tagger], scores: Scores) -> None:
    np.testing.assert_allclose(read(Teachers(taggers[:1]), scores), read(taggers[0], scores))


@pytest.mark.parametrize("scores", LINKS)
def test_two_teachers_say_the_mean_of_the_probabilities(taggers: list[Tagger], scores: Scores) -> None:
    one, other = (np.exp(read(tagger, scores)) for tagger in taggers)
    assert np.abs(one - other).max() > 1e-3
    np.testing.assert_allclose(np.exp(read(Teachers(taggers), scores)), (one + other) / 2, atol=1e-9)


def test_antecedents_are_asked_of_those_that_learned_them(taggers: list[Tagger]) -> None:
    joint = Teachers(taggers)
    [tags] = joint.tag([TEXT], [TOKENS])
    assert joint.antecedents(tags, SOURCES, SOURCES) is None


def test_labels_without_ends_are_read_as_labels_with_them() -> None:
    # Over four tokens, one type: a span of two tokens, a token outside, and a span of one that begins at the end.
    bio = np.log(np.array([[0.04, 0.95, 0.01], [0.1, 0.1, 0.8], [0.98, 0.01, 0.01], [0.1, 0.9, 1e-9]]))
    bioes = np.exp(with_ends(bio))
    np.testing.assert_allclose(bioes.sum(axis=1), 1.0, atol=1e-6)
    np.testing.assert_allclose(bioes[:, 0], np.exp(bio[:, 0]), atol=1e-9)
    np.testing.assert_allclose(bioes[:, 1] + bioes[:, 4], np.exp(bio[:, 1]), atol=1e-6)
    np.testing.assert_allclose(bioes[0, 1], 0.95 * 0.8 / 0.96, atol=1e-6)
    assert bioes.argmax(axis=1).tolist() == [1, 3, 0, 4]


def test_no_tokens_get_no_labels_with_ends() -> None:
    assert with_ends(np.zeros((0, 3))).shape == (0, 5)


def test_teachers_with_and_without_ends_agree_on_labels_with_them(
    taggers: list[Tagger], tiny_config: AinoiConfig, tiny_tokenizer: PreTrainedTokenizerFast
) -> None:
    ended = AinoiConfig.from_dict({**tiny_config.to_dict(), "ended": ["content"]})
    [tags] = Teachers([taggers[0], Tagger(TorchNetwork(AinoiModel(ended)), Encoder(tiny_tokenizer))]).tag(
        [TEXT], [TOKENS]
    )
    assert tags.tracks["content"].shape == (len(TOKENS), 5)
    np.testing.assert_allclose(np.exp(tags.tracks["content"]).sum(axis=1), 1.0, atol=1e-6)


def test_nothing_to_read_gives_nothing(taggers: list[Tagger]) -> None:
    joint = Teachers(taggers)
    [tags] = joint.tag([""], [[]])
    assert tags.tracks["content"].shape[0] == 0
    assert joint.cue_links(tags, [], CUES).shape == (0, 2)


def test_no_teachers_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Teachers([])
