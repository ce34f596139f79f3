"""The answers of checks, by a table of cases, and the evidence for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ainoi.schema import Act
from ainoi_service.similar.checks import ANSWERS, check
from quote_bench import Bench, Said

_QUOTE = re.compile(r"(?P<who>[^:(]+?) ?(?:\((?P<how>denied|denial)\))?: (?P<text>.+)")


def said(field: str) -> Said:
    found = _QUOTE.fullmatch(field.strip())
    assert found is not None, field
    return Said(
        None if found["who"] == "?" else found["who"],
        found["text"],
        denied=found["how"] == "denied",
        act=Act.DENIAL if found["how"] == "denial" else Act.STATEMENT,
    )


def cases() -> list[tuple[str, str, str, str]]:
    lines = (Path(__file__).parent / "checks_table.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(row[0], row[1], row[2], "\t".join(row[3:])) for row in rows]


@pytest.mark.parametrize(("answer", "claim", "speaker", "quotes"), cases())
def test_the_answer_of_the_table(table_bench: Bench, answer: str, claim: str, speaker: str, quotes: str) -> None:
    for field in quotes.split(" || ") if quotes else []:
        table_bench.put(said(field))
    assert check(table_bench.neighbours, claim, speaker or None).answer == answer


def test_evidence_is_ranked_by_answer_then_by_likeness_then_newest_first(bench: Bench) -> None:
    [older] = bench.put(Said("Lê Thị Mai", "Đêm hội đã bán hết vé", "2025-01-02"))
    [newer] = bench.put(Said("Lê Thị Mai", "Đêm hội đã bán hết vé", "2025-03-04"))
    [other] = bench.put(Said("Trần Văn Sơn", "Đêm hội đã bán hết vé", "2025-05-06"))
    [denied] = bench.put(Said("Lê Thị Mai", "Đêm hội đã bán hết vé", "2024-01-02", denied=True))
    found = check(bench.neighbours, "đêm hội đã bán hết vé", "Lê Thị Mai")
    assert found.answer == "denied"
    assert [(one.quote.id, one.kind, one.similarity) for one in found.evidence] == [
        (denied, "denied", 1.0),
        (newer, "verbatim", 1.0),
        (older, "verbatim", 1.0),
        (other, "said_by_other", 1.0),
    ]


def test_only_articles_of_the_period_count(bench: Bench) -> None:
    bench.put(Said("Lê Thị Mai", "Đêm hội đã bán hết vé", "2025-01-02"))
    answers = {
        period: check(bench.neighbours, "đêm hội đã bán hết vé", "Lê Thị Mai", *period).answer
        for period in [(20250101, 20250131), (20250103, None), (None, 20250101), (None, 20250102)]
    }
    assert answers == {
        (20250101, 20250131): "verbatim",
        (20250103, None): "not_found",
        (None, 20250101): "not_found",
        (None, 20250102): "verbatim",
    }


def test_the_answer_is_the_kind_of_the_first_evidence_and_the_most_is_kept(bench: Bench) -> None:
    for number in range(5):
        bench.put(Said("Lê Thị Mai", f"Đêm hội đã bán hết vé, lần thứ {number} rồi"))
    found = check(bench.neighbours, "đêm hội đã bán hết vé", "Lê Thị Mai", most=3)
    assert (found.answer, len(found.evidence)) == ("verbatim", 3)
    assert found.content == "đêm hội đã bán hết vé"


def test_a_quote_that_was_taken_down_is_no_evidence(bench: Bench) -> None:
    from ainoi_service.store import articles

    [id] = bench.put(Said("Lê Thị Mai", "Đêm hội đã bán hết vé"))
    [evidence] = check(bench.neighbours, "đêm hội đã bán hết vé").evidence
    articles.delete(bench.store, evidence.quote.article.id)
    assert evidence.quote.id == id
    assert check(bench.neighbours, "đêm hội đã bán hết vé").evidence == []


def test_asking_in_an_empty_store_finds_nothing(make_bench: Callable[[], Bench]) -> None:
    assert check(make_bench().neighbours, "đêm hội đã bán hết vé", "Lê Thị Mai").answer == ANSWERS[-1]
