"""An archive that is taken in again, in another order, and by two processes at once is there once (T25)."""

from __future__ import annotations

import json
import multiprocessing
import random
from pathlib import Path

import pytest

from ainoi_service.store.engine import open_store
from faults.stored_once import article
from faults.storing import digest, store_folder

ARTICLES = 60


@pytest.mark.slow
def test_an_archive_taken_in_three_times_and_by_two_processes_at_once_is_there_once(
    url: str, tmp_path: Path, record_property: pytest.RecordProperty
) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    for number in range(ARTICLES):
        (folder / f"{number}.json").write_text(json.dumps(article(number)), encoding="utf-8")
    shuffled = list(range(ARTICLES))
    random.Random(1).shuffle(shuffled)
    faults = [tmp_path / f"fault-{number}" for number in range(4)]

    store_folder(url, folder, range(ARTICLES), faults[0])
    store = open_store(url)
    first = digest(store)
    store.close()
    store_folder(url, folder, shuffled, faults[1])
    store = open_store(url)
    assert digest(store) == first == (ARTICLES, first[1])
    store.close()

    (tmp_path / "more").mkdir()
    for number in range(ARTICLES):
        (tmp_path / "more" / f"{number}.json").write_text(json.dumps(article(1000 + number)), encoding="utf-8")
    context = multiprocessing.get_context("spawn")
    at_once = [
        context.Process(target=store_folder, args=(url, tmp_path / "more", order, fault))
        for order, fault in zip((range(ARTICLES), range(ARTICLES - 1, -1, -1)), faults[2:], strict=True)
    ]
    for process in at_once:
        process.start()
    for process in at_once:
        process.join()
    assert [fault.read_text() for fault in faults if fault.exists()] == []
    assert [process.exitcode for process in at_once] == [0, 0]
    store = open_store(url)
    both = digest(store)
    store.close()
    assert both[0] == 2 * ARTICLES
    store_folder(url, tmp_path / "more", shuffled, faults[0])
    store = open_store(url)
    assert digest(store) == both
    store.close()
    record_property("count", 5 * ARTICLES)
