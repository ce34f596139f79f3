"""Worker processes give what one process gives, in order, whatever happens to them."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi import AnnotatedArticle, Article
from ainoi_service.batch.annotating import OwnProcess, Result, annotate_items
from ainoi_service.batch.items import ErrorRow, Item, Read, Unread
from ainoi_service.batch.processes import WorkerPool, WorkersError, _Job
from ainoi_service.html import HtmlNoTextError, Page
from batch_annotators import DEADLY, SICK, CompanyAnnotator, LoadFake, LoadNothing
from fake_annotator import POISON


def no_page(html: str) -> Page:
    raise HtmlNoTextError("no article text was found in the page")


def read(name: str, more: str = "") -> Read:
    return Read(Article(id=name, text=f"Ông nói “lời {name}”. {more}"), f"{name}.txt")


def bad(name: str) -> ErrorRow:
    return ErrorRow(id=name, path=f"{name}.txt", code="not_utf8", message="no")


def here(batch: Sequence[Item | Unread]) -> list[Result]:
    """What one process makes of a batch."""
    return annotate_items(CompanyAnnotator(), batch, no_page, with_text=False)


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(LoadFake(), workers=2) as pool:
        yield pool


BATCHES: list[list[Item | Unread]] = [
    *[[read(f"{number}-{place}") for place in range(number % 4 + 1)] for number in range(30)],
    [bad("a")],
    [read("b"), bad("c"), read("d", POISON), read("e", " "), Unread("<p></p>", "f", "f.html", 7)],
]


def test_results_are_those_of_one_process_in_the_order_of_the_batches(pool: WorkerPool) -> None:
    assert list(pool.results(BATCHES)) == list(OwnProcess(CompanyAnnotator(), no_page).results(BATCHES))
    assert pool.version == CompanyAnnotator().version


def test_no_more_is_read_ahead_than_the_workers_need(pool: WorkerPool) -> None:
    taken = 0

    def batches() -> Iterator[list[Item | Unread]]:
        nonlocal taken
        for number in range(100):
            taken += 1
            yield [read(str(number))]

    ahead = [taken - given for given, _ in enumerate(pool.results(batches()))]
    assert max(ahead) <= 8


@pytest.mark.parametrize("word", [DEADLY, SICK])
def test_an_article_that_ends_two_workers_is_an_error_row_and_the_others_are_as_without_it(
    pool: WorkerPool, word: str
) -> None:
    batch = [read("a"), read("b", word), read("c"), bad("d"), read("e")]
    [results] = pool.results([batch])
    a, c, d, e = here([batch[0], *batch[2:]])
    died = results[1]
    assert isinstance(died, ErrorRow)
    assert (died.id, died.path, died.code) == ("b", "b.txt", "worker_died")
    assert results == [a, died, c, d, e]


def test_a_worker_that_is_killed_is_replaced_and_its_batch_annotated_again(
    pool: WorkerPool, record_property: pytest.RecordProperty
) -> None:
    batches = [[read(f"{number}-{place}") for place in range(3)] for number in range(40)]
    rng, kills = random.Random(1), 0
    results = []
    for number, result in enumerate(pool.results(batches)):
        results.append(result)
        if number % 10 == 5:
            os.kill(rng.choice(pool.pids), signal.SIGKILL)
            kills += 1
    assert results == [here(batch) for batch in batches]
    record_property("count", kills)
    assert kills == 4


def test_no_process_is_left_behind() -> None:
    with WorkerPool(LoadFake(), workers=2) as pool:
        next(iter(pool.results([[read("a")]])))
        pids = pool.pids
    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []


@pytest.mark.parametrize(
    ("deadly", "told"), [(False, "there is no model"), (True, "before they have loaded the model")]
)
def test_workers_that_cannot_load_a_model_are_told_of(deadly: bool, told: str) -> None:
    with pytest.raises(WorkersError, match=told), WorkerPool(LoadNothing(deadly), workers=1):
        pass


def test_fewer_workers_than_one_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1, is 0"):
        WorkerPool(LoadFake(), workers=0)


@given(
    size=st.integers(1, 5),
    deadly=st.sets(st.integers(0, 4)),
    bad_luck=st.lists(st.booleans(), max_size=3),
)
def test_what_a_batch_gives_depends_on_its_deadly_articles_alone(
    size: int, deadly: set[int], bad_luck: list[bool]
) -> None:
    """``bad_luck``: whether somebody kills the worker, at the first attempts."""
    batch = [read(str(place), DEADLY if place in deadly else "") for place in range(size)]
    job = _Job(batch, {})
    todo, luck = job.first(), iter(bad_luck)
    while todo:
        task = todo.pop(0)
        dies = any(place in deadly for place in task.places) or next(luck, False)
        todo[:0] = job.died(task) if dies else job.answered(task, here([batch[place] for place in task.places]))
    assert job.done
    living = [place for place in range(size) if place not in deadly]
    results = [job.results[place] for place in range(size)]
    given_up = {place for place, result in enumerate(results) if isinstance(result, ErrorRow)}
    assert given_up >= deadly & set(range(size))
    if not given_up - deadly:  # nobody was unlucky twice, alone
        assert [results[place] for place in living] == here([batch[place] for place in living])


def test_articles_that_are_only_too_much_together_are_annotated_alone() -> None:
    batch = [read("a"), read("b")]
    job = _Job(batch, {})
    todo = job.first()
    while todo:
        task = todo.pop(0)
        together = len(task.places) > 1
        todo[:0] = job.died(task) if together else job.answered(task, here([batch[task.places[0]]]))
    assert [job.results[place] for place in range(2)] == [here([item])[0] for item in batch]
    assert all(isinstance(result, AnnotatedArticle) for result in job.results.values())
