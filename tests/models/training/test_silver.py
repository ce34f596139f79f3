"""Labels by a trained network: what gold files hold, for articles it quotes somebody in, the surest kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ainoi.lang import LanguagePack
from ainoi.model_folder import SHIPPED
from ainoi.network.config import AinoiConfig
from ainoi.resolve.names import NameFinder
from ainoi.tag import Tags
from ainoi.training.gold import read_gold
from ainoi.training.labels import make_example
from ainoi.training.silver import LONGEST, Labeller, doubt, surest


@pytest.fixture(scope="module")
def seed_articles(seeds: Path) -> list[dict[str, Any]]:
    return [{**article, "quotes": []} for article in read_gold(seeds / "gold.jsonl")]


@pytest.fixture(scope="module")
def labelled(seed_articles: list[dict[str, Any]]) -> list[tuple[dict[str, Any], float]]:
    english = {"id": "english", "text": "The minister said that “all is well” on Monday. “Really”, he said. " * 9}
    too_long = {"id": "long", "text": "Ông Tám nói: “Mọi việc ổn”. " * (LONGEST // 20)}
    silent = {"id": "silent", "text": "Hà Nội hôm nay có mưa rào và dông. Nhiệt độ cao nhất 33 độ C." * 5}
    return list(Labeller([SHIPPED]).label([*seed_articles, english, too_long, silent]))


def test_articles_that_quote_are_labelled_and_others_left_out(
    labelled: list[tuple[dict[str, Any], float]], seed_articles: list[dict[str, Any]]
) -> None:
    assert [article["id"] for article, _ in labelled] == [article["id"] for article in seed_articles]


def test_labels_are_gold_records_that_can_be_learned_from(
    labelled: list[tuple[dict[str, Any], float]], seeds: Path, pack: LanguagePack
) -> None:
    keys = set(read_gold(seeds / "gold.jsonl")[0]["quotes"][0])
    config = AinoiConfig()
    names = NameFinder(pack.names, known=pack.registry.names())
    for article, _ in labelled:
        json.dumps(article)
        assert all(set(quote) == keys for quote in article["quotes"])
        example = make_example(article, config, names)
        assert len(example.contents) == sum(len(quote["spans"]) for quote in article["quotes"])
        assert set(example.kinds) <= set(range(len(config.kinds)))
        named = [quote for quote in article["quotes"] if quote["speaker"]]
        assert named
        assert {quote["kind"] for quote in named} <= {"person", "organization"}


def test_doubt_counts_the_tokens_that_are_probably_wrong() -> None:
    sure = np.log(np.array([[1.0 - 1e-12, 1e-12], [1e-12, 1.0 - 1e-12]]))
    torn = np.log(np.array([[0.75, 0.25], [0.5, 0.5]]))
    tags = Tags({"content": torn, "cue": sure, "source": sure, "nested": torn}, None)
    assert doubt(tags) == pytest.approx(0.75)


def test_the_surest_share_is_kept_in_the_order_of_ids() -> None:
    labelled = [({"id": id}, doubt) for id, doubt in (("d", 0.1), ("b", 0.3), ("a", 0.2), ("c", 0.9))]
    assert [article["id"] for article in surest(labelled, 0.75)] == ["a", "b", "d"]
