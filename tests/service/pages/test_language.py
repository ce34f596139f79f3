"""Two languages that say the same things, and which of them a reader gets."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from markupsafe import Markup

import ainoi_service.pages
from ainoi_service.pages.language import LANGUAGES, chosen, texts

FOLDER = Path(ainoi_service.pages.__file__).parent
VI, EN = texts("vi"), texts("en")


def placeholders(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_language_has_the_same_texts_with_the_same_placeholders() -> None:
    in_dates = {"format.date2", "format.date3"}
    assert set(VI.words) == set(EN.words)
    differing = {key for key in VI.words if placeholders(VI.words[key]) != placeholders(EN.words[key])}
    assert differing <= in_dates


def test_no_text_is_empty() -> None:
    assert [key for t in (VI, EN) for key, words in t.words.items() if not words.strip()] == []


def test_templates_name_texts_that_exist_and_no_text_is_left_over() -> None:
    source = "".join(path.read_text("utf-8") for path in [*FOLDER.glob("templates/*.html"), *FOLDER.glob("*.py")])
    whole = set(re.findall(r"""\bt(?:\.rich|\.count)?\(\s*f?["']([a-z_.\d-]+)["']\s*[,)]""", source))
    stems = set(re.findall(r"""["']([a-z_]+\.[a-z_]*)["'] ~""", source)) | set(
        re.findall(r"""f["']([a-z_]+\.[a-z_]*)\{""", source)
    )
    counted = {
        f"{key}.{form}" for key in re.findall(r"""count\(["'](count\.[a-z]+)["']""", source) for form in ("one", "many")
    }
    assert sorted(key for key in whole if key not in EN.words and f"{key}.one" not in EN.words) == []
    named = whole | counted
    free = ("format.", "month.", "error.", "notice.", "annotate.error_", "export.", *stems)
    assert sorted(key for key in EN.words if key not in named and not key.startswith(free)) == []


@pytest.mark.parametrize(
    ("asked", "cookie", "accepted", "language"),
    [
        (None, None, None, "vi"),
        (None, None, "", "vi"),
        (None, None, "en-GB,en;q=0.9,vi;q=0.8", "en"),
        (None, None, "vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        (None, None, "fr;q=0.9, en;q=0.5", "en"),
        (None, None, "en;q=0", "vi"),
        (None, None, "en;q=0.1, vi;q=0.2", "vi"),
        (None, None, "de, fr;q=0.5", "vi"),
        (None, None, "en;q=high", "vi"),
        (None, None, "*", "vi"),
        (None, "en", "vi", "en"),
        ("vi", "en", "en", "vi"),
        ("xx", "en", None, "en"),
        ("../../etc/passwd", "\x00", ";;;,,,q=", "vi"),
    ],
)
def test_the_language_asked_for_goes_before_the_one_kept_and_that_before_the_browsers(
    asked: str | None, cookie: str | None, accepted: str | None, language: str
) -> None:
    assert chosen(asked, cookie, accepted) == language


@pytest.mark.parametrize(
    ("date", "vietnamese", "english"),
    [
        ("2025", "2025", "2025"),
        ("2025-03", "tháng 3/2025", "March 2025"),
        ("2025-12-04", "4/12/2025", "4 December 2025"),
        ("2025-12-04T08:30:00+07:00", "4/12/2025", "4 December 2025"),
        ("20251204", "20251204", "20251204"),
        ("2025-13", "2025-13", "2025-13"),
        ("hôm qua", "hôm qua", "hôm qua"),
        ("2025-1-2-3", "2025-1-2-3", "2025-1-2-3"),
        ("²⁰²⁵", "²⁰²⁵", "²⁰²⁵"),
        (None, "", ""),
    ],
)
def test_dates_are_written_as_people_write_them_and_anything_else_stays(
    date: str | None, vietnamese: str, english: str
) -> None:
    assert (VI.date(date), EN.date(date)) == (vietnamese, english)


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.0, "0 %"), (0.001, "1 %"), (0.505, "50 %"), (0.97, "97 %"), (0.999, "99 %"), (1.0, "100 %")],
)
def test_a_probability_is_never_rounded_to_a_certainty(probability: float, words: str) -> None:
    assert EN.percent(probability) == words.replace(" ", "\u00a0")


def test_numbers_have_the_languages_own_marks() -> None:
    assert (VI.number(1234567), EN.number(1234567)) == ("1.234.567", "1,234,567")
    assert (EN.count("count.quotes", 1), EN.count("count.quotes", 1200)) == ("1 quote", "1,200 quotes")


def test_values_in_rich_texts_are_escaped() -> None:
    t = type(EN)("en", {"key": "<b>{who}</b>"})
    assert t.rich("key", who="<i>&") == Markup("<b>&lt;i&gt;&amp;</b>")


def test_a_text_without_values_keeps_its_braces() -> None:
    assert type(EN)("en", {"key": "{x}"})("key") == "{x}"


def test_the_first_language_is_the_default() -> None:
    assert next(iter(LANGUAGES)) == chosen(None, None, None)
