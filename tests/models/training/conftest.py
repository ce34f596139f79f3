"""What the tests of training share: the language pack, another name for everybody, and real articles."""

from __future__ import annotations

from pathlib import Path

import pytest

from ainoi.lang import LanguagePack, load_pack
from ainoi.resolve.names import NameFinder
from ainoi.training.gold import read_gold
from ainoi.training.renaming import Renamer
from gold_articles import Record


@pytest.fixture(scope="module")
def pack() -> LanguagePack:
    return load_pack("vi")


@pytest.fixture(scope="module")
def renamer(pack: LanguagePack) -> Renamer:
    """Draws from the registry."""
    return Renamer(NameFinder(pack.names, known=pack.registry.names()), pack.names, (), pack.registry)


@pytest.fixture(scope="module")
def gold(shared: Path) -> list[Record]:
    """Every seventh article of the training set."""
    return read_gold(shared / "quotes-vi" / "train.jsonl")[::7]
