"""A request's id is a harmless word, and what is noted goes to the request that is being answered, to no other."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from contextvars import Context

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi import AinoiError, Article
from ainoi.schema import QuoteType
from ainoi_service.telemetry.request import (
    Observed,
    begin,
    current_id,
    note_code,
    note_key,
    note_quotes,
    note_wait,
    request_id,
    stage,
)
from fake_annotator import FakeAnnotator

MADE = re.compile(r"[0-9a-f]{32}")


@pytest.mark.parametrize("sent", [b"a", b"7", b"4bf92f35-77b3.4da6_A", b"a" * 64, b".", b"..", b"-"])
def test_a_possible_id_is_taken(sent: bytes) -> None:
    assert request_id(sent).encode() == sent


@pytest.mark.parametrize(
    "sent",
    [
        None,
        b"",
        b"a" * 65,
        b"a b",
        b"a\n",
        b"a\r\nX-Evil: 1",
        b"\x1b[31m",
        "‮".encode(),
        b"a\x00",
        b"a/b",
        b"a:b",
        b"<script>",
        b'"',
        b"\xff",
        "Peskov nói".encode(),
    ],
)
def test_anything_else_gets_a_new_id(sent: bytes | None) -> None:
    assert MADE.fullmatch(request_id(sent))


@given(st.binary(max_size=80))
def test_an_id_is_always_a_harmless_word(sent: bytes) -> None:
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", request_id(sent))


def test_new_ids_differ() -> None:
    assert len({request_id(None) for _ in range(1000)}) == 1000


def in_request(observed: Observed, work: Callable[[], None]) -> None:
    """Do ``work`` as a part of a request."""

    def begun() -> None:
        begin(observed)
        work()

    Context().run(begun)


def test_what_is_noted_belongs_to_the_request() -> None:
    first, second = Observed("1"), Observed("2")
    [annotated] = FakeAnnotator().annotate_batch([Article(text="Ông Peskov nói: “Có”.")])
    assert not isinstance(annotated, AinoiError)

    def work() -> None:
        note_key("k1")
        note_code("busy")
        note_wait(0.5)
        note_wait(0.25)
        note_quotes(annotated)
        assert current_id() == "1"

    in_request(first, work)
    in_request(second, lambda: None)

    assert (first.key_id, first.code, first.queue_seconds, first.quotes) == ("k1", "busy", 0.5, [QuoteType.DIRECT])
    assert (second.key_id, second.code, second.queue_seconds, second.quotes) == (None, None, None, [])


def test_outside_of_a_request_nothing_is_noted() -> None:
    def work() -> None:
        note_key("k1")
        note_code("busy")
        note_wait(0.5)
        with stage("html"):
            pass
        assert current_id() is None

    Context().run(work)


def test_stages_are_kept_and_told_each_time() -> None:
    told: list[str] = []
    observed = Observed("1", on_spent=lambda stage, seconds: told.append(stage))

    @stage("search")
    def search() -> str:
        return "found"

    def work() -> None:
        with stage("html"):
            pass
        assert search() == search() == "found"

    in_request(observed, work)

    assert told == [name for name, _ in observed.spent] == ["html", "search", "search"]
    assert all(seconds >= 0 for _, seconds in observed.spent)


def test_a_stage_that_fails_is_told_too() -> None:
    observed = Observed("1")

    def work() -> None:
        with pytest.raises(ZeroDivisionError), stage("store"):
            _ = 1 / 0

    in_request(observed, work)

    assert [name for name, _ in observed.spent] == ["store"]


def test_stages_of_many_threads_all_count() -> None:
    observed = Observed("1")

    def work() -> None:
        for _ in range(200):
            with stage("store"):
                pass

    threads = [threading.Thread(target=in_request, args=(observed, work)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(observed.spent) == 8 * 200
