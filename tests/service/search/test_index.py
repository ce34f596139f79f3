"""The index against a plain scan, over random quotes, queries and histories."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi_service.search.documents import FACTORS, NONE, Document
from ainoi_service.search.index import Filters, Found, Index, Order, Place, Selection
from ainoi_service.search.segment import Segment
from ainoi_service.search.terms import Terms, parse, phrase
from indexed_quotes import DAYS, document, documents, facet, scan, texts

Change = tuple[list[int], list[Document], bool]
"""Articles, the quotes they have from then on, and whether the old ones are to be forgotten."""


@st.composite
def histories(draw: st.DrawFn) -> list[Change]:
    """Changes of up to six articles; what is left of an article has new numbers each time."""
    history: list[Change] = []
    number = 0
    for _ in range(draw(st.integers(1, 6))):
        articles = draw(st.lists(st.integers(1, 6), min_size=1, max_size=3, unique=True))
        added: list[Document] = []
        for article in articles:
            for _ in range(draw(st.integers(0, 4))):
                number += 1
                added.append(draw(documents(number=number, article=article)))
        history.append((articles, added, draw(st.booleans())))
    return history


terms = st.one_of(
    st.none(),
    texts().map(parse),
    texts().map(phrase),
    st.tuples(texts(), texts()).map(lambda parts: parse(f'{parts[0]} "{parts[1]}"')),
)
filters = st.builds(
    Filters,
    among=st.dictionaries(
        st.sampled_from(FACTORS),
        st.frozensets(st.sampled_from(("dmitry-peskov", "Báo A", "Báo B", "2024-01", "direct", "denial", "yes", "?"))),
        max_size=2,
    ),
    days=st.sampled_from(("published", "said")),
    first=st.one_of(st.none(), st.sampled_from(DAYS[1:])),
    last=st.one_of(st.none(), st.sampled_from(DAYS[1:])),
    least_confidence=st.sampled_from((0.0, 0.0, 0.5)),
)
orders = st.sampled_from(("relevance", "newest"))
small = st.sampled_from((0, 1, 256))


def _replayed(history: Sequence[Change], small: int) -> tuple[Index, list[Document]]:
    """The index after the history, and the quotes that must be in it. Somebody counts by value all the time."""
    index = Index(small=small)
    quotes: list[Document] = []
    for articles, added, forget in history:
        index.replace(articles, [added[:2], added[2:]], forget=forget)
        _count(index)
        index.tidy(wait=True)
        _count(index)
        quotes = [one for one in quotes if one.article not in articles] + added
    return index, quotes


def _count(index: Index) -> None:
    for name in FACTORS:
        index.snapshot.united(name)


@given(histories(), terms, filters, orders, small)
def test_the_index_finds_what_a_scan_finds_in_its_order(
    history: list[Change], terms: Terms | None, filters: Filters, order: Order, small: int
) -> None:
    index, quotes = _replayed(history, small)
    expected = scan(quotes, terms, filters, order)

    selection = index.snapshot.select(terms, filters)

    assert selection.first(1_000, order) == expected
    assert selection.total == len(expected)
    assert selection.every(order).tolist() == [one.number for one in expected]
    for place, one in enumerate(expected):
        assert selection.every(order, one.place).tolist() == [each.number for each in expected[place + 1 :]]
    assert sorted(selection.numbers().tolist()) == sorted(one.number for one in expected)


@given(histories(), terms, filters, small, st.integers(1, 3))
def test_facets_are_what_counting_gives(
    history: list[Change], terms: Terms | None, filters: Filters, small: int, most: int
) -> None:
    index, quotes = _replayed(history, small)
    numbers = {one.number for one in scan(quotes, terms, filters, "newest")}
    found = [one for one in quotes if one.number in numbers]

    selection = index.snapshot.select(terms, filters)

    assert {name: selection.facet(name, most) for name in FACTORS} == {
        name: facet(found, name, most) for name in FACTORS
    }


@given(histories(), terms, orders, small, st.integers(1, 4))
def test_pages_show_every_hit_once(
    history: list[Change], terms: Terms | None, order: Order, small: int, size: int
) -> None:
    index, quotes = _replayed(history, small)

    pages = _pages(index.snapshot.select(terms, Filters()), order, size)

    assert [one for page in pages for one in page] == scan(quotes, terms, Filters(), order)


def _pages(selection: Selection, order: Order, size: int) -> list[list[Found]]:
    pages = [selection.first(size, order)]
    while pages[-1]:
        pages.append(selection.first(size, order, pages[-1][-1].place))
    return pages


@given(histories(), st.lists(texts(), min_size=1, max_size=5), terms, orders, st.integers(1, 3))
def test_quotes_that_come_and_go_between_pages_do_not_move_the_others(
    history: list[Change], later: list[str], terms: Terms | None, order: Order, size: int
) -> None:
    index, quotes = _replayed(history, small=1)
    staying = [one for one in quotes if one.article != 1]
    shown: list[Found] = []
    place: Place | None = None

    for step in range(len(quotes) + len(later) + 1):
        page = index.snapshot.select(terms, Filters()).first(size, order, place)
        shown += page
        place = page[-1].place if page else place
        index.replace([1], [[document(1_000 + step, text)] for text in later[step : step + 1]])
        index.tidy(wait=True)

    numbers = {one.number for one in staying}
    assert [one for one in shown if one.number in numbers] == scan(staying, terms, Filters(), order)


@given(histories())
def test_what_is_to_be_forgotten_leaves_no_word_and_no_name_in_memory(history: list[Change]) -> None:
    index, quotes = _replayed(history, small=1)
    index.replace([7], [[document(1_000, "bí mật", article=7, speaker="name:x", outlet="Báo X")]])

    _count(index)

    index.replace([7], [], forget=True)
    index.tidy(wait=True)

    words = {word.exact for segment in index.snapshot.segments for word in segment.vocabulary.words}
    values = {name: set(index.snapshot.united(name).values) - {NONE} for name in FACTORS}
    assert words.isdisjoint({"bí", "mật"})
    assert "name:x" not in values["speaker"] and "Báo X" not in values["outlet"]
    assert index.snapshot.total == len(quotes)


@given(histories(), terms, filters)
def test_a_snapshot_stays_what_it_is(history: list[Change], terms: Terms | None, filters: Filters) -> None:
    index, quotes = _replayed(history, small=1)
    snapshot = index.snapshot

    index.replace([1, 2, 3], [[document(1_000, "tôi đi", article=2)]], forget=True)
    index.tidy(wait=True)

    assert snapshot.select(terms, filters).first(1_000, "newest") == scan(quotes, terms, filters, "newest")


def test_many_small_changes_make_few_segments() -> None:
    index = Index(small=4)
    for number in range(300):
        index.replace([number], [[document(number, "tôi đi", article=number)]])
        index.tidy(wait=True)

    assert index.snapshot.total == 300
    assert len(index.snapshot.segments) <= 8


def test_a_segment_that_has_lost_half_of_its_quotes_is_written_anew() -> None:
    index = Index()
    index.replace([], [[document(number, "tôi đi", article=number) for number in range(4)]])

    lengths = []
    for article in (0, 1):
        index.replace([article], [])
        index.tidy(wait=True)
        lengths.append([len(segment) for segment in index.snapshot.segments])

    assert lengths == [[4], [2]]


def test_no_phrase_reaches_from_one_quote_into_the_next() -> None:
    index = Index()
    index.replace([], [[document(1, "tôi", published_first=20251204), document(2, "đi", published_first=20251203)]])

    assert index.snapshot.select(phrase("tôi đi"), Filters()).total == 0
    assert index.snapshot.select(phrase("đi tôi"), Filters()).total == 0


def test_a_query_without_a_word_finds_nothing() -> None:
    index = Index()
    index.replace([], [[document(1, "tôi")]])

    assert index.snapshot.select(parse("?!"), Filters()).total == 0


def test_an_index_without_quotes_answers() -> None:
    selection = Index().snapshot.select(parse("tôi"), Filters())

    assert (selection.total, selection.first(20, "relevance"), selection.facet("month", 20)) == (0, [], [])
    assert selection.numbers().tolist() == []


def test_frequency_counts_all_spellings() -> None:
    index = Index(small=0)
    index.replace([1], [[document(number, "tôi tối") for number in range(9)]])
    index.replace([2], [[document(10, "toi đi", article=2)]])

    assert [index.snapshot.frequency(word) for word in ("toi", "di", "x")] == [19, 1, 0]


def test_changes_made_while_segments_are_merged_are_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    index = Index()
    index.replace([1], [[document(1, "tôi")]])
    merge = Segment.merged
    index.replace([2], [[document(2, "và", article=2)]])
    meanwhile = [([1], [[document(3, "đi")]])]

    def merged(parts: Sequence[Segment]) -> Segment | None:
        result = merge(parts)
        while meanwhile:
            index.replace(*meanwhile.pop())
        return result

    monkeypatch.setattr(Segment, "merged", merged)
    index.tidy(wait=True)

    found = index.snapshot.select(None, Filters()).numbers()
    assert sorted(found.tolist()) == [2, 3]
