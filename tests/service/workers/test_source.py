"""How many processes share how many threads, and that what they are made of can be sent to them."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from ainoi_service.workers.source import given, shipped
from ainoi_service.workers.thread import ThreadStaff
from fake_annotator import FakeAnnotator


@pytest.mark.parametrize(
    ("threads", "workers", "device", "processes", "each"),
    [
        (1, None, "cpu", 1, 1),
        (2, None, "cpu", 2, 1),
        (3, None, "cpu", 3, 1),
        (4, None, "cpu", 4, 1),
        (8, None, "cpu", 4, 2),
        (64, None, "cpu", 4, 16),
        (8, 2, "cpu", 2, 4),
        (2, 4, "cpu", 4, 1),
        (8, None, "cuda", 1, 8),
        (8, 2, "cuda:1", 2, 4),
    ],
)
def test_threads_are_shared_out(threads: int, workers: int | None, device: str, processes: int, each: int) -> None:
    source = shipped(registry=[Path("a.toml")], device=device, threads=threads, workers=workers)
    assert source.workers == processes
    make = pickle.loads(pickle.dumps(source.worker))
    assert make.args == ((Path("a.toml"),), device, each)


def test_without_a_number_of_threads_there_are_as_many_workers_as_the_machine_has_room_for() -> None:
    assert 1 <= shipped().workers <= 4


def test_on_a_gpu_batches_are_larger() -> None:
    assert (shipped(device="cuda").breadth, shipped().breadth) == (16, 1)


def test_a_given_annotator_works_on_a_thread() -> None:
    annotator = FakeAnnotator()
    source = given(annotator)
    assert source.load() is annotator
    assert isinstance(source.staff(annotator), ThreadStaff)
