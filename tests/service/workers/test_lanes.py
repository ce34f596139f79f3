"""The queue of one lane: its order, its bound, and what batches may take of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import cycle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi import Article
from ainoi_service.workers.lanes import Queue, Ticket


@pytest.fixture(scope="module")
def ticket() -> Any:
    loop = asyncio.new_event_loop()

    def make(subwords: int, *, patient: bool = False, alone: bool = False) -> Ticket:
        article = Article(text="…")
        return Ticket(article, subwords, "short", loop.create_future(), 0.0, patient=patient, alone=alone)

    yield make
    loop.close()


MakeTicket = Callable[..., Ticket]


def queue(bound: int, *, most_patient: int = 1000) -> Queue:
    made = Queue(bound, lambda: made.patient < most_patient)
    return made


def sizes(tickets: list[Ticket]) -> list[int]:
    return [ticket.subwords for ticket in tickets]


def test_who_waited_longest_goes_first_and_a_batch_ends_at_its_bounds(ticket: MakeTicket) -> None:
    lane = queue(10_000)
    for subwords in (5, 6, 7, 100, 1, 1, 1):
        lane.put(ticket(subwords))
    assert [sizes(lane.take(3, 20)) for _ in range(4)] == [[5, 6, 7], [100], [1, 1, 1], []]


def test_an_article_that_goes_alone_shares_no_batch(ticket: MakeTicket) -> None:
    lane = queue(10_000)
    for subwords, alone in ((1, False), (2, True), (3, False), (4, False)):
        lane.put(ticket(subwords, alone=alone))
    assert [sizes(lane.take(8, 100)) for _ in range(3)] == [[1], [2], [3, 4]]


def test_work_is_in_until_it_is_done(ticket: MakeTicket) -> None:
    lane = queue(100)
    lane.put(ticket(60))
    batch = lane.take(8, 1000)
    assert (lane.waiting_subwords, lane.running_subwords) == (0, 60)
    lane.put(ticket(39))
    assert lane.has_room()
    lane.put(ticket(1))
    assert not lane.has_room()
    lane.ended(batch)
    assert lane.has_room()


def test_the_last_that_comes_in_may_be_of_any_size(ticket: MakeTicket) -> None:
    lane = queue(100)
    lane.put(ticket(99))
    assert lane.has_room()
    lane.put(ticket(500))
    lane.take(1, 1000)
    assert not lane.has_room()


def test_where_nothing_waits_one_may_come_however_much_is_annotated(ticket: MakeTicket) -> None:
    lane = queue(100)
    lane.put(ticket(101))
    assert not lane.has_room()
    lane.take(8, 1000)
    assert lane.has_room()
    lane.put(ticket(1))
    assert not lane.has_room()


def test_what_is_taken_out_leaves_room(ticket: MakeTicket) -> None:
    lane = queue(100)
    first, second = ticket(60), ticket(40)
    lane.put(first)
    lane.put(second)
    assert not lane.has_room()
    assert lane.remove(first)
    assert not lane.remove(first)
    assert lane.has_room()
    assert sizes(lane.take(8, 1000)) == [40]


def test_a_ticket_whose_worker_was_lost_goes_before_all_others(ticket: MakeTicket) -> None:
    lane = queue(100)
    lost = ticket(50)
    lane.put(lost)
    lane.ended(lane.take(8, 1000))
    lane.put(ticket(20))
    lane.put_back(lost)
    assert sizes(lane.take(8, 1000)) == [50, 20]


def test_batches_leave_half_of_the_bound_to_others(ticket: MakeTicket) -> None:
    lane = queue(100)
    for _ in range(5):
        lane.put(ticket(20, patient=True))
    assert (sizes(list(lane.waiting)), sizes(list(lane.held))) == ([20, 20], [20, 20, 20])
    for _ in range(5):
        assert lane.has_room()
        lane.put(ticket(20))
    assert not lane.has_room()


def test_a_batch_that_fills_the_bound_keeps_nobody_out(ticket: MakeTicket) -> None:
    lane = queue(100)
    for _ in range(3):
        lane.put(ticket(100, patient=True))
    lane.take(1, 1000)
    assert (sizes(list(lane.waiting)), lane.has_room()) == ([100], True)
    lane.put(ticket(1))
    assert (sizes(list(lane.waiting)), lane.has_room()) == ([100, 1], False)


def test_an_article_of_a_batch_that_is_over_the_half_waits_until_no_other_of_one_does(ticket: MakeTicket) -> None:
    lane = queue(100)
    lane.put(ticket(10, patient=True))
    lane.put(ticket(90, patient=True))
    assert sizes(lane.take(1, 1000)) == [10]
    assert sizes(list(lane.waiting)) == [90]


def test_a_held_article_can_be_taken_back(ticket: MakeTicket) -> None:
    lane = queue(100, most_patient=1)
    first, second = ticket(1, patient=True), ticket(1, patient=True)
    lane.put(first)
    lane.put(second)
    assert lane.remove(second)
    assert (list(lane.waiting), list(lane.held)) == ([first], [])


def test_room_that_becomes_free_is_that_of_a_batch_first(ticket: MakeTicket) -> None:
    lane = queue(100)
    lane.put(ticket(60))
    running = lane.take(1, 1000)
    lane.put(ticket(40))
    lane.put(ticket(70, patient=True))
    assert (sizes(list(lane.held)), lane.has_room()) == ([70], False)
    lane.ended(running)
    assert sizes(list(lane.waiting)) == [40, 70]


def test_a_held_article_that_is_taken_back_leaves_its_turn_to_the_next(ticket: MakeTicket) -> None:
    lane = queue(100)
    large, small = ticket(41, patient=True), ticket(20, patient=True)
    for put in (ticket(10, patient=True), large, small):
        lane.put(put)
    assert list(lane.held) == [large, small]
    lane.remove(large)
    assert sizes(list(lane.waiting)) == [10, 20]


@given(st.integers(1, 400), st.lists(st.integers(1, 300), min_size=1), st.integers(1, 8), st.integers(1, 400))
def test_under_a_flood_every_article_of_a_batch_is_let_in(
    ticket: MakeTicket, subwords: int, flood: list[int], most: int, most_subwords: int
) -> None:
    lane, sent = queue(200), cycle(flood)

    def floods() -> None:
        """Others come until one is refused."""
        while lane.has_room():
            lane.put(ticket(next(sent)))

    floods()
    lane.put(article := ticket(subwords, patient=True))
    batches = 0
    while article in lane.held:
        batch = lane.take(most, most_subwords)
        floods()
        lane.ended(batch)
        floods()
        batches += 1
        assert batches <= 300, "as many as fill the bound, one by one"


ACTS = st.lists(
    st.one_of(
        st.integers(1, 150),
        st.tuples(st.just("batch"), st.integers(1, 300)),
        st.just("take"),
        st.just("end"),
        st.just("drop"),
    )
)


@given(ACTS)
def test_whatever_happens_the_counts_are_those_of_the_tickets_and_only_the_last_that_came_is_over_the_bound(
    ticket: MakeTicket, acts: list[int | str | tuple[str, int]]
) -> None:
    lane = queue(200, most_patient=3)
    running: list[list[Ticket]] = []
    for act in acts:
        if isinstance(act, int):
            if lane.has_room():
                lane.put(ticket(act))
        elif isinstance(act, tuple):
            lane.put(ticket(act[1], patient=True))
        elif act == "take" and (batch := lane.take(4, 100)):
            running.append(batch)
        elif act == "end" and running:
            lane.ended(running.pop())
        elif act == "drop" and lane.waiting:
            lane.remove(lane.waiting[-1])
        assert lane.waiting_subwords == sum(sizes(list(lane.waiting)))
        assert lane.running_subwords == sum(sum(sizes(batch)) for batch in running)
        assert lane.patient == sum(each.patient for each in lane.waiting) <= 3
        others = [each.subwords for each in lane.waiting if not each.patient]
        assert sum(others[:-1]) < 200
