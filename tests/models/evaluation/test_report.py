"""What a person reads of a scoring."""

from __future__ import annotations

from typing import Any

import pytest

from ainoi.evaluation.report import CONTEXT, details_of, error_lines, table_lines
from ainoi.evaluation.score import Figures, Match, match_article, table_of

TEXT = "Ông Tám nói: “Chúng tôi đi”.\nBà cho biết cầu đã xong. Theo TASS, bộ này hứa giá sẽ giảm."


def span(words: str) -> list[int]:
    return [TEXT.index(words), TEXT.index(words) + len(words)]


def quote(
    content: str,
    speaker: str | None,
    *,
    cue: str | None = None,
    mention: str | None = None,
    kind: str = "person",
    via: str | None = None,
    nested: bool = False,
) -> dict[str, Any]:
    return {
        "spans": [span(content)],
        "cue": cue and span(cue),
        "mention": mention and span(mention),
        "speaker": speaker,
        "aliases": [],
        "kind": kind,
        "via": via,
        "nested": nested,
    }


GOLD = {
    "id": "article-1",
    "text": TEXT,
    "quotes": [
        quote("Chúng tôi đi", "Lê Tám", cue="nói", mention="Ông Tám"),
        quote("cầu đã xong", "Trần Hoa", cue="cho biết", mention="Bà"),
        quote("giá sẽ giảm", None, cue="hứa", mention="bộ này", kind="unnamed", via="TASS"),
        quote("đi", "Lê Tám", nested=True),
    ],
}


def form(words: str) -> str:
    return {"Ông Tám": "name", "Bà": "pronoun", "bộ này": "role"}[words]


def match(*predictions: dict[str, Any]) -> Match:
    return match_article(GOLD, predictions)


def test_details_of_a_perfect_scoring() -> None:
    details = details_of([match(*GOLD["quotes"])], form)
    assert details.speakers == {"name": (1, 1), "role": (1, 1), "pronoun": (1, 1), "none": (0, 0)}
    assert (details.cue, details.kind, details.named, details.named_right) == (1.0, 1.0, pytest.approx(2 / 3), 1.0)
    assert details.via == details.nested == Figures(1.0, 1.0, 1.0)


def test_details_of_errors() -> None:
    details = details_of(
        [
            match(
                quote("Chúng tôi đi", "Trần Hoa", cue="nói", mention="Ông Tám", kind="organization"),
                quote("cầu đã xong", "Trần Hoa", cue=None, mention="Bà", via="TASS"),
                quote("giá sẽ giảm", None, cue="Theo", mention=None, kind="unknown", via="tass"),
            )
        ],
        form,
    )
    assert details.speakers == {"name": (0, 1), "role": (1, 1), "pronoun": (1, 1), "none": (0, 0)}
    assert (details.cue, details.kind) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert (details.named, details.named_right) == (pytest.approx(2 / 3), 0.5)
    assert (details.via, details.nested) == (Figures(0.5, 1.0, 0.6667), Figures(0.0, 0.0, 0.0))


def test_details_of_nothing() -> None:
    details = details_of([], form)
    assert (details.cue, details.kind, details.named, details.named_right) == (0.0, 0.0, 0.0, 0.0)


def test_table_has_a_line_for_every_row() -> None:
    matches = [match(*GOLD["quotes"])]
    lines = list(table_lines(table_of(matches), details_of(matches, form)))
    assert lines[0] == "1 articles   mention accuracy 1.000"
    assert lines[2] == (
        "all            3     3 |   1.000 1.000 1.000 |    1.000 |       1.000 |       1.000 1.000 1.000"
    )
    assert [line.split()[0] for line in lines[2:7]] == ["all", "direct", "mixed", "indirect", "person"]
    assert len({len(line) for line in lines[2:7]}) == 1
    assert "  pronoun        1 of     1   1.000" in lines
    assert not any(line.startswith("  none") for line in lines)
    assert lines[-1] == "nested  P 1.000   R 1.000   F1 1.000"


def test_errors_are_shown_with_the_passage() -> None:
    predictions = [
        quote("Chúng tôi đi", "Trần Hoa", cue="nói", mention="Ông Tám"),
        quote("cầu đã xong", "Trần Hoa", cue="cho biết", mention="Bà"),
        quote("Theo TASS", None),
    ]
    lines = list(error_lines([match(*predictions)]))
    whole = TEXT.replace("\n", " ⏎ ")
    assert lines == [
        "article-1  wrong speaker direct  speaker Lê Tám <- Trần Hoa by mention 'Ông Tám'"
        "  mention 'Ông Tám'  cue 'nói'",
        f"    …{whole.replace('Chúng tôi đi', '[[Chúng tôi đi]]')}…",
        "",
        "article-1  missed indirect  speaker None  mention 'bộ này'  cue 'hứa'",
        f"    …{whole.replace('giá sẽ giảm', '[[giá sẽ giảm]]')}…",
        "",
        "article-1  spurious indirect  speaker None  mention None  cue None",
        f"    …{whole.replace('Theo TASS', '[[Theo TASS]]')}…",
        "",
    ]


def test_long_passage_is_cut_on_both_sides() -> None:
    text = "a" * 300 + " lời " + "b" * 300
    record = {**quote("đi", "Lê Tám"), "spans": [[301, 304]]}
    [_, passage, _] = error_lines([match_article({"id": "x", "text": text, "quotes": [record]}, [])])
    assert passage == f"    …{'a' * (CONTEXT - 1)} [[lời]] {'b' * (CONTEXT - 1)}…"


def test_perfect_scoring_has_no_errors() -> None:
    assert list(error_lines([match(*GOLD["quotes"])])) == []
