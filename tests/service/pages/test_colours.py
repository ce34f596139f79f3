"""Who is shown in which colour and by which line."""

from __future__ import annotations

from ainoi_service.pages.colours import COLOURS, LINES, NAMELESS, Ink, ink, inks


def test_the_first_speakers_each_have_an_ink_of_their_own() -> None:
    assert len({ink(place) for place in range(COLOURS * len(LINES))}) == COLOURS * len(LINES)


def test_nobody_with_a_name_is_shown_as_one_without() -> None:
    assert all(ink(place).colour in range(1, COLOURS + 1) for place in range(100))


def test_a_speaker_keeps_the_ink_of_the_first_quote() -> None:
    assert inks(["a", None, "b", "a"]) == {None: NAMELESS, "a": ink(0), "b": ink(1)}


def test_an_ink_is_two_classes() -> None:
    assert Ink(3, "dotted").classes == "c3 l-dotted"
