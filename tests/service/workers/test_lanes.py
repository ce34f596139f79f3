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


def queue(bound: int, *, most_patient: int = 1000, beside: int | None = None) -> Queue:
    made = Queue(bound, lambda: made.patient < most_patient, beside)
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
    assert (lane.has_room(40), lane.has_room(41)) == (True, False)
    lane.put(ticket(30))
    assert (lane.has_room(10), lane.has_room(11)) == (True, False)
    lane.ended(batch)
    assert (lane.has_room(70), lane.has_room(71)) == (True, False)


def test_beside_an_article_over_the_bound_only_a_small_one_may_be_in(ticket: MakeTicket) -> None:
    lane = queue(100, beside=25)
    lane.put(ticket(26))
    batch = lane.take(8, 1000)
    assert (lane.has_room(74), lane.has_room(101)) == (True, False)
    lane.ended(batch)
    lane.put(ticket(25))
    lane.take(8, 1000)
    assert lane.has_room(101)
    lane.put(ticket(101))
    assert not lane.has_room(1)


def test_behind_an_article_over_the_bound_only_a_small_one_may_wait(ticket: MakeTicket) -> None:
    lane = queue(100, beside=25)
    lane.put(ticket(101))
    lane.take(8, 1000)
    assert (lane.has_room(25), lane.has_room(26)) == (True, False)
    lane.put(ticket(25))
    assert not lane.has_room(1)


def test_where_nothing_waits_one_article_over_the_bound_may_come_and_one_behind_it(ticket: MakeTicket) -> None:
    lane = queue(100)
    lane.put(ticket(30))
    lane.take(8, 1000)
    assert lane.has_room(101)
    lane.put(ticket(101))
    assert not any(lane.has_room(subwords) for subwords in (1, 101))
    lane.take(8, 1000)
    assert lane.has_room(1)
    lane.put(ticket(1))
    assert not lane.has_room(1)


def test_what_is_taken_out_leaves_room(ticket: MakeTicket) -> None:
    lane = queue(100)
    first, second = ticket(60), ticket(40)
    lane.put(first)
    lane.put(second)
    assert not lane.has_room(1)
    assert lane.remove(first)
    assert not lane.remove(first)
    assert lane.has_room(60)
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
    assert (lane.has_room(60), lane.has_room(61)) == (True, False)


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


def test_a_large_article_of_a_batch_is_passed_by_as_much_work_as_it_is_itself_and_no_more(ticket: MakeTicket) -> None:
    lane = queue(100)
    lane.put(ticket(60))
    running = lane.take(1, 1000)
    lane.put(ticket(70, patient=True))
    for _ in range(2):
        assert lane.has_room(40)
        lane.put(ticket(40))
        lane.ended(running)
        running = lane.take(1, 1000)
    assert sizes(list(lane.held)) == [70]
    assert not lane.has_room(1)
    lane.ended(running)
    assert (sizes(list(lane.waiting)), lane.has_room(30), lane.has_room(31)) == ([70], True, False)


def test_nobody_is_refused_for_an_article_of_a_batch_that_more_room_would_not_let_in(ticket: MakeTicket) -> None:
    lane = queue(100, most_patient=1)
    lane.put(ticket(10, patient=True))
    lane.put(ticket(10, patient=True))
    for _ in range(8):
        assert lane.has_room(10)
        lane.put(ticket(10))
    assert sizes(list(lane.held)) == [10]


def test_a_held_article_that_is_taken_back_leaves_its_turn_to_the_next(ticket: MakeTicket) -> None:
    lane = queue(100)
    large, small = ticket(80, patient=True), ticket(20, patient=True)
    for put in (ticket(30), large, small):
        lane.put(put)
    assert list(lane.held) == [large, small]
    lane.remove(large)
    assert sizes(list(lane.waiting)) == [30, 20]


@given(st.integers(1, 400), st.lists(st.integers(1, 300), min_size=1), st.integers(1, 8), st.integers(1, 400))
def test_under_a_flood_every_article_of_a_batch_is_let_in(
    ticket: MakeTicket, subwords: int, flood: list[int], most: int, most_subwords: int
) -> None:
    lane, sent = queue(200), cycle(flood)

    def floods() -> int:
        """Others come until one is refused; gives the subwords that were let in."""
        let_in = 0
        while lane.has_room(size := next(sent)):
            lane.put(ticket(size))
            let_in += size
        return let_in

    floods()
    lane.put(article := ticket(subwords, patient=True))
    passed = 0
    while article in lane.held:
        batch = lane.take(most, most_subwords)
        passed += floods()
        lane.ended(batch)
        passed += floods() if article in lane.held else 0
        assert passed < subwords + max(flood)
        assert batch or article not in lane.held


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
def test_whatever_happens_the_counts_are_those_of_the_tickets_and_what_waits_beside_others_is_within_the_bound(
    ticket: MakeTicket, acts: list[int | str | tuple[str, int]]
) -> None:
    lane = queue(200, most_patient=3)
    running: list[list[Ticket]] = []
    for act in acts:
        if isinstance(act, int):
            if lane.has_room(act):
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
        if len(lane.waiting) > 1:
            others = lane.waiting_subwords - lane.waiting[0].subwords
            assert others <= 200
