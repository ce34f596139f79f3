"""Names spelled nearly the same."""

from __future__ import annotations

from ainoi.resolve.figures import nearly


def test_first_names_are_nearly_the_same_two_letters_apart() -> None:
    assert nearly("volodymyr", "volodimir")
    assert not nearly("volodymyr", "vladimir")
    assert not nearly("volodymyr", "bolodymyr")
