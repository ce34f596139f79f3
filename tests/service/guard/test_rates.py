"""A key may ask so often in any sixty seconds, to the request, and does not use up what others may."""

from __future__ import annotations

import pytest

from ainoi_service.guard import rates as module
from ainoi_service.guard.keys import LiveKey
from ainoi_service.guard.rates import Rates

ONE, OTHER = LiveKey("00000001", b"1" * 32, None), LiveKey("00000002", b"2" * 32, None)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time of day, which stands still."""
    now = [1_750_000_000.0]
    monkeypatch.setattr("limits.storage.memory.time.time", lambda: now[0])
    assert module.time.time() == now[0]
    return now


def test_as_many_as_the_limit_are_let_in_and_the_next_is_told_when_to_come_again(clock: list[float]) -> None:
    rates = Rates(3)
    assert [rates.admit(ONE) for _ in range(3)] == [None] * 3
    assert rates.admit(ONE) == 60
    clock[0] += 59.5
    assert rates.admit(ONE) == 1
    clock[0] += 1
    assert [rates.admit(ONE) for _ in range(4)] == [None, None, None, 60]


def test_the_window_moves(clock: list[float]) -> None:
    rates = Rates(2)
    assert rates.admit(ONE) is None
    clock[0] += 40
    assert rates.admit(ONE) is None
    assert rates.admit(ONE) == 20
    clock[0] += 21
    assert [rates.admit(ONE), rates.admit(ONE)] == [None, 39]


def test_one_key_does_not_use_up_what_another_may(clock: list[float]) -> None:
    rates = Rates(2)
    assert [rates.admit(ONE) for _ in range(3)] == [None, None, 60]
    assert [rates.admit(OTHER) for _ in range(3)] == [None, None, 60]


def test_a_key_may_have_a_rate_of_its_own(clock: list[float]) -> None:
    rates = Rates(1)
    more = LiveKey("00000003", b"3" * 32, 3)
    assert [rates.admit(more) for _ in range(4)] == [None, None, None, 60]
