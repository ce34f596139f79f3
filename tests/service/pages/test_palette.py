"""The colours themselves: readable on their backgrounds by day and by night, and told apart by colour-blind readers."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

import ainoi_service.pages
from ainoi_service.pages.colours import COLOURS, ink

PALETTE = (Path(ainoi_service.pages.__file__).parent / "static" / "palette.css").read_text("utf-8")
THEMES = {
    theme: {
        name: tuple(int(value[at : at + 2], 16) / 255 for at in (1, 3, 5))
        for name, *values in re.findall(r"--(\w[\w-]*): light-dark\((#\w{6}), (#\w{6})\);", PALETTE)
        for value in [values[place]]
    }
    for place, theme in enumerate(("light", "dark"))
}
RGB = tuple[float, float, float]
ENOUGH = 4.5
"""WCAG 2.2, 1.4.3: text beside its background."""
ENOUGH_FOR_LINES = 3.0
"""1.4.11: borders of fields, lines that carry meaning."""
TOLD_APART = 15.0
"""CIE76 distance of two colours that share a line."""

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
BLINDNESS: dict[str, tuple[RGB, RGB, RGB]] = {
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def linear(colour: RGB) -> list[float]:
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]


def contrast(one: RGB, other: RGB) -> float:
    lights = sorted(
        sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))
        for colour in (one, other)
    )
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def lab(colour: RGB, blindness: str) -> list[float]:
    """CIE L*a*b* (D65) of the colour as a reader with ``blindness`` sees it."""
    seen = linear(colour)
    seen = [min(max(sum(a * b for a, b in zip(row, seen, strict=True)), 0.0), 1.0) for row in BLINDNESS[blindness]]
    to_xyz = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    xyz = [sum(a * b for a, b in zip(row, seen, strict=True)) for row in to_xyz]
    x, y, z = (
        value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116
        for value in (part / white for part, white in zip(xyz, (0.9505, 1.0, 1.089), strict=True))
    )
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)]


def distance(one: RGB, other: RGB, blindness: str) -> float:
    pairs = zip(lab(one, blindness), lab(other, blindness), strict=True)
    return sum((a - b) ** 2 for a, b in pairs) ** 0.5


def test_both_themes_are_read() -> None:
    assert len(THEMES["light"]) == len(THEMES["dark"]) == 11 + 2 * (COLOURS + 1)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *((text, ground) for text in ("ink", "soft", "accent", "good", "bad") for ground in ("paper", "sheet")),
        *((f"c{number}", ground) for number in range(COLOURS + 1) for ground in ("paper", "sheet", f"t{number}")),
        *((text, f"t{number}") for number in range(COLOURS + 1) for text in ("ink", "soft")),
        ("ink", "hit"),
        ("on-accent", "accent"),
    ],
)
def test_text_can_be_read(theme: str, text: str, ground: str) -> None:
    assert contrast(THEMES[theme][text], THEMES[theme][ground]) >= ENOUGH


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["paper", "sheet"])
def test_borders_of_fields_can_be_seen(theme: str, ground: str) -> None:
    assert contrast(THEMES[theme]["edge"], THEMES[theme][ground]) >= ENOUGH_FOR_LINES


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("blindness", BLINDNESS)
def test_speakers_who_share_a_line_have_colours_that_are_told_apart(theme: str, blindness: str) -> None:
    alike = [
        (one.colour, other.colour)
        for one, other in combinations((ink(place) for place in range(COLOURS)), 2)
        if one.line == other.line
        and distance(THEMES[theme][f"c{one.colour}"], THEMES[theme][f"c{other.colour}"], blindness) < TOLD_APART
    ]
    assert alike == []
