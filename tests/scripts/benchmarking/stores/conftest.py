"""A small made-up store, and what makes it: the seeds' frames, the registry that comes with the library."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ainoi.lang import load_pack
from ainoi_service.store.engine import Store, open_store, sqlite_url
from ainoi_service.store.names import PlainNames
from benchmarking.stores.filling import fill
from benchmarking.stores.newsroom import Newsroom
from benchmarking.stores.wording import Wording
from fake_annotator import VERSION
from made_store import MadeStore
from quote_bench import embed


@pytest.fixture(scope="session")
def wording() -> Wording:
    return Wording.shipped()


@pytest.fixture(scope="session")
def newsroom(root: Path) -> Callable[[int], Newsroom]:
    """A newsroom with this seed."""
    registry = load_pack("vi").registry
    return lambda seed: Newsroom(registry, root / "seeds" / "gold.jsonl", VERSION, seed=seed)


@pytest.fixture(scope="session")
def made(newsroom: Callable[[int], Newsroom], tmp_path_factory: pytest.TempPathFactory) -> MadeStore:
    """A store of few quotes."""
    folder, quotes = tmp_path_factory.mktemp("made") / "store", 150
    return MadeStore(folder, quotes, fill(folder, lambda: newsroom(0), embed, PlainNames(), quotes, seed=0))


@pytest.fixture
def store(made: MadeStore) -> Iterator[Store]:
    store = open_store(sqlite_url(made.folder))
    yield store
    store.close()
