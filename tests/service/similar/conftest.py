"""Stores with a few quotes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ainoi_service.store.engine import Store, open_store, sqlite_url
from quote_bench import Bench, TitledNames


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    store = open_store(sqlite_url(tmp_path), names=TitledNames())
    yield Bench(store)
    store.close()


@pytest.fixture(scope="module")
def shared_bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    store = open_store(sqlite_url(tmp_path_factory.mktemp("shared")), names=TitledNames())
    yield Bench(store)
    store.close()


@pytest.fixture
def table_bench(shared_bench: Bench) -> Iterator[Bench]:
    """A bench that is empty again for the next test; much faster than a new store."""
    yield shared_bench
    shared_bench.clear()


@pytest.fixture
def make_bench(tmp_path: Path) -> Iterator[Callable[[], Bench]]:
    """Makes one bench after the other, each with a store of its own."""
    stores: list[Store] = []

    def make() -> Bench:
        stores.append(open_store(sqlite_url(tmp_path / str(len(stores))), names=TitledNames()))
        return Bench(stores[-1])

    yield make
    for store in stores:
        store.close()
