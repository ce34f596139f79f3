from __future__ import annotations

import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Literal

import pytest
from sqlalchemy import Engine, event

from ainoi import Speaker
from ainoi.schema import Act, Method, QuoteType, SpeakerKind
from ainoi_service.search.cursors import InvalidCursor
from ainoi_service.search.lookup import FacetValue, Lookup, Page
from ainoi_service.search.matching import Tier
from ainoi_service.search.query import QuoteQuery
from ainoi_service.store import articles, corrections
from ainoi_service.store.engine import Store

Add = Callable[..., str]

TRUMP = Speaker(id="donald-trump", name="Donald Trump", kind=SpeakerKind.PERSON, method=Method.NAME, confidence=0.9)
UNKNOWN = Speaker(kind=SpeakerKind.UNKNOWN, confidence=0.5)


@pytest.fixture
def lookup(store: Store) -> Lookup:
    return Lookup(store)


def found(page: Page) -> list[str]:
    return [hit.quote.text for hit in page.hits]


@pytest.mark.parametrize(
    "q",
    ["thuong luong", "Thương lượng", "THƯƠNG LƯỢNG", unicodedata.normalize("NFD", "thương lượng"), '"thương lượng"'],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_any_spelling_finds_any_spelling_and_marks_it_in_the_text_as_it_was_given(
    lookup: Lookup, add: Add, q: str, form: str
) -> None:
    add(unicodedata.normalize(form, "Ông nói: “Việc thương lượng đã xong”."))

    [hit] = lookup.search(QuoteQuery(q=q)).hits

    assert [hit.quote.text[start:end] for start, end in hit.highlights] == [unicodedata.normalize(form, "thương lượng")]


def test_exact_hits_come_before_folded_ones_and_phrases_before_scattered_words(lookup: Lookup, add: Add) -> None:
    add("“dam phan”", date="2025-12-05", id="1")
    add("“phan, dam”", date="2025-12-06", id="2")
    add("“phán và đàm”", date="2025-12-02", id="3")
    add("“đàm phán”", date="2025-12-03", id="4")
    add("“phán rồi đàm”", date="2025-12-04", id="5")
    add("“đàm luận”", date="2025-12-07", id="6")

    page = lookup.search(QuoteQuery(q="đàm phán"))

    assert [(hit.quote.text, hit.tier) for hit in page.hits] == [
        ("đàm phán", Tier.EXACT_PHRASE),
        ("phán rồi đàm", Tier.EXACT),
        ("phán và đàm", Tier.EXACT),
        ("dam phan", Tier.FOLDED_PHRASE),
        ("phan, dam", Tier.FOLDED),
    ]
    assert found(lookup.search(QuoteQuery(q="đàm phán", sort="newest"))) == [
        "phan, dam", "dam phan", "phán rồi đàm", "đàm phán", "phán và đàm",
    ]  # fmt: skip


def test_without_words_the_newest_come_first_and_the_undated_last(lookup: Lookup, add: Add) -> None:
    add("“một”")
    add("“hai”", date="2025")
    add("“ba”", date="2025-12-04")
    add("“bốn”", date="2025-12")

    assert found(lookup.search(QuoteQuery())) == ["ba", "bốn", "hai", "một"]
    assert found(lookup.search(QuoteQuery(q=" "))) == ["ba", "bốn", "hai", "một"]
    assert found(lookup.search(QuoteQuery(q="?"))) == []


@pytest.fixture
def mixed(add: Add) -> None:
    add("“một”", date="2025-11-30", outlet="Báo Ví Dụ")
    add("“hai”", date="2025-12-04", outlet="Báo Khác", quotes={"speaker": TRUMP, "said_on": "2025-10"})
    add("“ba”", date="2025", quotes={"type": QuoteType.MIXED, "act": Act.DENIAL, "confidence": 0.3})
    add("“bốn”", outlet="Báo Ví Dụ", quotes={"speaker": UNKNOWN, "act": None, "said_on": "2025-12-01"})


@pytest.mark.usefixtures("mixed")
@pytest.mark.parametrize(
    ("asked", "texts"),
    [
        ({}, ["hai", "một", "ba", "bốn"]),
        ({"speaker": "peskov"}, ["một", "ba"]),
        ({"speaker": "DONALD TRUMP"}, ["hai"]),
        ({"speaker": "Putin"}, []),
        ({"outlet": "báo ví dụ"}, ["một", "bốn"]),
        ({"outlet": "bao vi du"}, ["một", "bốn"]),
        ({"outlet": "Báo"}, []),
        ({"outlet": ""}, []),
        ({"type": QuoteType.MIXED}, ["ba"]),
        ({"act": Act.STATEMENT}, ["hai", "một"]),
        ({"min_confidence": 0.8}, ["hai", "một", "bốn"]),
        ({"from_": "2025-12"}, ["hai", "ba"]),
        ({"to": "2025-11"}, ["một", "ba"]),
        ({"from_": "2024", "to": "2026"}, ["hai", "một", "ba"]),
        ({"from_": "2025-10-15", "date_field": "said"}, ["hai", "bốn"]),
        ({"to": "2025-11", "date_field": "said"}, ["hai"]),
        ({"speaker": "peskov", "from_": "2025-12-01", "q": "BA"}, ["ba"]),
    ],
)
def test_every_filter_narrows(lookup: Lookup, asked: dict[str, Any], texts: list[str]) -> None:
    page = lookup.search(QuoteQuery(**asked))

    assert (found(page), page.total) == (texts, len(texts))


@pytest.mark.usefixtures("mixed")
def test_facets_count_the_whole_answer_whatever_is_shown_of_it(lookup: Lookup) -> None:
    page = lookup.search(QuoteQuery(page_size=1))

    assert page.facets == {
        "speaker": [
            FacetValue("peskov", "Dmitry Peskov", 2),
            FacetValue("donald-trump", "Donald Trump", 1),
        ],
        "outlet": [FacetValue("Báo Ví Dụ", "Báo Ví Dụ", 2), FacetValue("Báo Khác", "Báo Khác", 1)],
        "month": [FacetValue("2025-11", "2025-11", 1), FacetValue("2025-12", "2025-12", 1)],
    }
    assert lookup.counts(QuoteQuery(speaker="peskov"), "type", 5) == [
        FacetValue("direct", "direct", 1),
        FacetValue("mixed", "mixed", 1),
    ]


def test_pages_go_on_where_they_stopped_though_quotes_come_and_go(lookup: Lookup, add: Add, store: Store) -> None:
    ids = [add(f"“lời {number}”", date=f"2025-12-{number:02}") for number in range(1, 8)]
    query = QuoteQuery(q="lời", page_size=2)

    first = lookup.search(query)
    add("“lời mới”", date="2025-12-30")
    articles.delete(store, ids[5])
    articles.delete(store, ids[4])
    second = lookup.search(replace(query, page_token=first.next_page_token))
    third = lookup.search(replace(query, page_token=second.next_page_token, page_size=5))

    assert [found(page) for page in (first, second, third)] == [
        ["lời 7", "lời 6"],
        ["lời 4", "lời 3"],
        ["lời 2", "lời 1"],
    ]
    assert third.next_page_token is None


@pytest.mark.parametrize("sort", ["relevance", "newest"])
def test_every_quote_comes_in_the_order_of_the_pages_read_some_at_a_time(
    lookup: Lookup, add: Add, monkeypatch: pytest.MonkeyPatch, sort: Literal["relevance", "newest"]
) -> None:
    monkeypatch.setattr("ainoi_service.search.lookup.AT_ONCE", 2)
    for number in range(1, 6):
        add(f"“lời {number}”", date=f"2025-12-{number:02}")
        add(f"“loi {number}”", date=f"2025-12-{number:02}")
    query = QuoteQuery(q="lời", sort=sort, page_size=3)
    page = lookup.search(query)
    behind = replace(query, page_token=page.next_page_token)

    assert [quote.text for quote in lookup.every(query)] == found(lookup.search(replace(query, page_size=10)))
    assert [quote.text for quote in lookup.every(behind)] == found(lookup.search(replace(behind, page_size=10)))
    assert list(lookup.every(QuoteQuery(q="khác"))) == []
    with pytest.raises(InvalidCursor):
        lookup.every(replace(behind, q="khác"))


def test_every_quote_is_selected_once_and_those_removed_meanwhile_are_left_out(
    lookup: Lookup, add: Add, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ainoi_service.search.lookup.AT_ONCE", 1)
    ids = [add(f"“lời {number}”", date=f"2025-12-{number:02}") for number in range(1, 5)]

    quotes = lookup.every(QuoteQuery())
    first = next(quotes).text
    articles.delete(store, ids[1])
    add("“lời mới”", date="2025-12-03")

    assert [first, *(quote.text for quote in quotes)] == ["lời 4", "lời 3", "lời 1"]


def test_a_page_token_serves_only_its_own_query(lookup: Lookup, add: Add) -> None:
    add("“lời một” “lời hai”")
    token = lookup.search(QuoteQuery(q="lời", page_size=1)).next_page_token

    with pytest.raises(InvalidCursor):
        lookup.search(QuoteQuery(q="hai", page_token=token))


def test_repeats_wrong_quotes_and_older_versions_are_left_out(lookup: Lookup, add: Add, store: Store) -> None:
    add("“cũ”", url="https://bao.example/1")
    lookup.sync()
    add("“mới”", url="https://bao.example/1")
    add("“bản gốc”")
    add("“bản sao”", quotes={"repeat_of": "x"})
    add("“sai”")
    [wrong] = lookup.search(QuoteQuery(q="sai")).hits

    corrections.mark(store, wrong.quote.id, "wrong")

    assert sorted(found(lookup.search(QuoteQuery()))) == ["bản gốc", "mới"]
    corrections.mark(store, wrong.quote.id, "right")
    assert sorted(found(lookup.search(QuoteQuery()))) == ["bản gốc", "mới", "sai"]


def test_a_corrected_speaker_is_found_at_once(lookup: Lookup, add: Add, store: Store) -> None:
    add("“lời”")
    [hit] = lookup.search(QuoteQuery(speaker="peskov")).hits

    corrections.correct_speaker(store, hit.quote.id, TRUMP)

    assert found(lookup.search(QuoteQuery(speaker="donald-trump"))) == ["lời"]
    assert lookup.search(QuoteQuery()).facets["speaker"] == [FacetValue("donald-trump", "Donald Trump", 1)]


def test_what_is_taken_down_is_gone_from_answers_and_from_memory(lookup: Lookup, add: Add, store: Store) -> None:
    id = add("“bí mật”", outlet="Báo Kín", quotes={"speaker": TRUMP})
    add("“lời”")
    assert found(lookup.search(QuoteQuery(q="bí mật"))) == ["bí mật"]

    articles.delete(store, id)
    page = lookup.search(QuoteQuery())

    assert found(page) == ["lời"]
    assert page.facets["outlet"] == []
    segments = lookup.sync().segments
    assert {word.exact for segment in segments for word in segment.vocabulary.words} == {"lời"}
    assert {value for segment in segments for value in segment.columns.factors["speaker"].values} == {"", "peskov"}


def test_two_lookups_on_one_store_see_each_other_s_articles(add: Add, store: Store) -> None:
    first, second = Lookup(store), Lookup(store)
    assert (found(first.search(QuoteQuery())), found(second.search(QuoteQuery()))) == ([], [])

    add("“lời”")

    assert (found(first.search(QuoteQuery())), found(second.search(QuoteQuery()))) == (["lời"], ["lời"])


_WRITER = """
import sys
from ainoi import Article
from ainoi_service.store.engine import open_store
from ainoi_service.store.ingest import prepared, put
from fake_annotator import FakeAnnotator
article = Article(text="“từ nơi khác”")
put(open_store(sys.argv[1]), article, FakeAnnotator().annotate_batch([prepared(article)])[0])
"""


def test_what_another_process_writes_is_found(lookup: Lookup, add: Add, url: str) -> None:
    add("“từ đây”", date="2025")
    assert found(lookup.search(QuoteQuery(q="từ"))) == ["từ đây"]

    subprocess.run([sys.executable, "-c", _WRITER, url], check=True, env={"PYTHONPATH": ":".join(sys.path)})

    assert found(lookup.search(QuoteQuery(q="từ"))) == ["từ đây", "từ nơi khác"]


def test_a_store_that_did_not_change_is_asked_one_thing(lookup: Lookup, add: Add) -> None:
    add("“lời”")
    before = lookup.sync()

    with _statements() as asked:
        after = lookup.sync()

    assert after is before
    assert [statement for statement in asked if statement.startswith("SELECT")] == asked[-1:]
    assert "max(change.number)" in asked[-1]


def test_only_articles_that_changed_are_read_again(lookup: Lookup, add: Add) -> None:
    add("“lời một”")
    lookup.sync()
    add("“lời hai”")

    with _statements() as asked:
        snapshot = lookup.sync()

    reading = [statement for statement in asked if "quote.exact" in statement]
    assert len(reading) == 1 and "quote.article IN" in reading[0]
    assert snapshot.total == 2


def test_threads_search_while_others_write(lookup: Lookup, add: Add) -> None:
    def totals() -> list[int]:
        return [lookup.search(QuoteQuery(q="loi")).total for _ in range(20)]

    with ThreadPoolExecutor(max_workers=3) as pool:
        running = [pool.submit(totals) for _ in range(3)]
        for number in range(10):
            add(f"“lời {number}”")
        seen = [each.result() for each in running]

    assert all(totals == sorted(totals) for totals in seen)
    assert lookup.search(QuoteQuery(q="loi")).total == 10


@contextmanager
def _statements() -> Iterator[list[str]]:
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)
