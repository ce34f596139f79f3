"""What is asked of a store."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ainoi_service.search.folding import fold
from ainoi_service.search.lookup import Lookup
from ainoi_service.store.engine import Store, open_store, sqlite_url
from benchmarking.stores.questions import COMMONEST, Interviewer, Question
from benchmarking.stores.serving import query_of
from benchmarking.stores.wording import Wording


@pytest.fixture
def asking(store: Store, wording: Wording) -> Interviewer:
    return Interviewer(store, wording, seed=1)


def of_kind(questions: list[Question], kind: str) -> list[dict[str, str]]:
    return [question.values for question in questions if question.kind == kind]


def test_every_kind_of_look_up_is_asked_as_often(asking: Interviewer) -> None:
    kinds = Counter(question.kind for question in asking.look_ups(1000))
    assert kinds == {
        "no words": 200,
        "20 commonest syllables": 200,
        "phrases": 200,
        "folded": 200,
        "speaker and dates": 200,
    }


def test_every_kind_of_claim_is_asked_as_often_with_and_without_a_speaker(asking: Interviewer) -> None:
    claims = asking.claims(350)
    assert set(Counter(question.kind for question in claims).values()) == {50}
    for question in claims:
        wanted = question.kind.endswith("of a speaker") or question.kind == "said by another"
        assert ("speaker" in question.values) == wanted


def test_the_same_seed_asks_the_same(store: Store, wording: Wording, asking: Interviewer) -> None:
    other = Interviewer(store, wording, seed=1)
    assert (other.look_ups(50), other.claims(50)) == (asking.look_ups(50), asking.claims(50))


def test_all_the_commonest_syllables_are_asked(asking: Interviewer) -> None:
    asked = of_kind(asking.look_ups(100), "20 commonest syllables")
    assert {values["q"] for values in asked} == set(asking.commonest())
    assert len(asking.commonest()) == COMMONEST


def test_phrases_and_folded_words_of_quotes_are_found(store: Store, asking: Interviewer) -> None:
    lookup, look_ups = Lookup(store), asking.look_ups(100)
    for values in of_kind(look_ups, "phrases"):
        assert values["q"].startswith('"') and lookup.search(query_of(values)).total > 0
    for values in of_kind(look_ups, "folded"):
        assert values["q"] == fold(values["q"]) and lookup.search(query_of(values)).total > 0


def test_speakers_are_asked_for_in_months_that_there_are(store: Store, asking: Interviewer) -> None:
    asked = of_kind(asking.look_ups(500), "speaker and dates")
    assert all("2022-12" <= values["from"] <= values["to"] <= "2026-11" for values in asked)
    assert any(Lookup(store).search(query_of(values)).total > 0 for values in asked)


def test_an_empty_store_cannot_be_asked_about(tmp_path: Path, wording: Wording) -> None:
    empty = open_store(sqlite_url(tmp_path))
    with pytest.raises(ValueError, match="too few"):
        Interviewer(empty, wording)
    empty.close()
