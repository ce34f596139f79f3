"""Quotation marks: a table of cases, the reference definition on any text, and what a stray mark may cost."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ainoi.marks import Pair, inside, pairs, quote_type
from ainoi.schema import QuoteType
from sentence_markup import parse, rows

TABLE = rows(Path(__file__).with_name("marks_table.tsv"))
TYPES = rows(Path(__file__).with_name("types_table.tsv"))
MARKS = "\"“”„«»'‘’"
MARKED_TEXTS = st.text(alphabet=f"{MARKS}ab .,-–\n", max_size=60) | st.text(max_size=40)


def runs(text: str) -> list[str]:
    """The longest stretches of ``text`` that stand inside marks."""
    flags = inside(text)
    edges = [i for i in range(len(text) + 1) if (flags[i - 1 : i] == b"\1") != (flags[i : i + 1] == b"\1")]
    return [text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]


@pytest.mark.parametrize(("text", "expected", "note"), TABLE)
def test_inside_as_the_table_says(text: str, expected: str, note: str) -> None:
    found = " | ".join(runs(text.replace("¶", "\n"))).replace("\n", "¶") or "none"
    assert found == expected, note


def test_table_has_at_least_sixty_cases_and_repeats_none() -> None:
    assert len({text for text, _, _ in TABLE}) == len(TABLE) >= 60


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“a”", [Pair(0, 3, closed=True)]),
        ("‘a’", [Pair(0, 3, closed=True, single=True)]),
        ("“a ‘b’ c”", [Pair(3, 6, closed=True, single=True), Pair(0, 9, closed=True)]),
        ("«a “b” c»", [Pair(3, 6, closed=True), Pair(0, 9, closed=True)]),
        ("“a\nb”", [Pair(0, 5, closed=True)]),
        ("“a\nb", [Pair(0, 2, closed=False)]),
        ("“a\n“b”", [Pair(0, 2, closed=False), Pair(3, 6, closed=True)]),
        ("a”", []),
    ],
)
def test_pairs_with_inner_ones_first(text: str, expected: list[Pair]) -> None:
    assert pairs(text) == expected


@pytest.mark.parametrize(("sentence", "expected", "note"), TYPES)
def test_type_as_the_table_says(sentence: str, expected: str, note: str) -> None:
    marked = parse(sentence)
    assert quote_type(marked.text, marked.contents, inside(marked.text)) is QuoteType(expected), note


def test_type_lets_two_letters_in_a_hundred_pass() -> None:
    text = "a" * 100
    types = [quote_type(text, [(0, 100)], b"\1" * n + b"\0" * (100 - n)) for n in (0, 1, 2, 50, 98, 99, 100)]
    assert types == ["indirect", "indirect", "mixed", "mixed", "mixed", "direct", "direct"]


@given(letters=st.integers(1, 300), share=st.floats(0, 1))
def test_type_is_what_the_scorer_calls_kind(scorer: ModuleType, letters: int, share: float) -> None:
    marked = round(share * letters)
    flags = b"\1" * marked + b"\0" * (letters - marked)
    assert quote_type("a" * letters, [(0, letters)], flags) == scorer.kind_of(set(range(letters)), set(range(marked)))


@settings(max_examples=300)
@given(text=MARKED_TEXTS)
def test_inside_is_what_the_scorer_calls_marked(scorer: ModuleType, text: str) -> None:
    assert {i for i, flag in enumerate(inside(text)) if flag} == scorer.marked(text)


def test_inside_is_what_the_scorer_calls_marked_on_real_articles(scorer: ModuleType, shared: Path) -> None:
    differing = []
    for line in (shared / "quotes-vi" / "train.jsonl").read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        if {i for i, flag in enumerate(inside(article["text"])) if flag} != scorer.marked(article["text"]):
            differing.append(article["id"])
    assert differing == []


@given(MARKED_TEXTS)
def test_pairs_begin_with_a_mark_and_closed_ones_end_with_one(text: str) -> None:
    for pair in pairs(text):
        assert 0 <= pair.start < pair.end <= len(text)
        assert text[pair.start] in MARKS and (not pair.closed or text[pair.end - 1] in MARKS)


@given(MARKED_TEXTS)
def test_pairs_nest_or_stand_apart(text: str) -> None:
    found = pairs(text)
    for i, inner in enumerate(found):
        for outer in found[i + 1 :]:
            apart = inner.end <= outer.start or outer.end <= inner.start
            assert apart or (outer.start < inner.start and inner.end <= outer.end)


@given(
    paragraphs=st.lists(st.lists(st.sampled_from(["nói", "“đi”", "“có, không”"]), min_size=1), min_size=1, max_size=5),
    stray=st.sampled_from("“”"),
    data=st.data(),
)
def test_stray_mark_costs_at_most_the_quote_it_touches(
    paragraphs: list[list[str]], stray: str, data: st.DataObject
) -> None:
    text = "\n".join(" ".join(words) for words in paragraphs)
    at = data.draw(st.integers(0, len(text)))
    damaged = inside(text[:at] + stray + text[at:])
    for pair in pairs(text):
        if not pair.start < at < pair.end:
            shift = int(at <= pair.start)
            assert damaged[pair.start + shift : pair.end + shift] == b"\1" * (pair.end - pair.start)


@given(
    before=st.lists(st.sampled_from(["nói", "“đi”", "\n"])).map(" ".join),
    after=st.lists(st.sampled_from(["nói", "“đi”", "\n"])).map(" ".join),
    damage=st.text(alphabet=f"{MARKS}ab ", max_size=20),
)
def test_marks_of_one_paragraph_leave_paragraphs_around_it_alone(before: str, after: str, damage: str) -> None:
    flags = inside(f"{before}\n{damage}\n{after}")
    assert flags[: len(before)] == inside(before)
    assert flags[len(flags) - len(after) :] == inside(after)
