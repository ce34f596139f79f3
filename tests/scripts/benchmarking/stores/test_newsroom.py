"""Made-up articles: that annotations are of their texts, and that what real articles have is among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import pairwise

import pytest

from ainoi.schema import QuoteType, SpeakerKind
from ainoi_service.store.corrections import quote_id
from ainoi_service.store.ingest import prepared
from benchmarking.stores.newsroom import FIRST_DAY, LAST_DAY, MadeUp, Newsroom


@pytest.fixture(scope="module")
def articles(newsroom: Callable[[int], Newsroom]) -> list[MadeUp]:
    return list(newsroom(0).articles(2_000))


def test_there_are_as_many_quotes_as_asked_for(articles: list[MadeUp]) -> None:
    assert sum(len(one.annotated.quotes) for one in articles) == 2_000
    assert 7 < 2_000 / len(articles) < 12


def test_the_same_seed_makes_the_same_articles(newsroom: Callable[[int], Newsroom], articles: list[MadeUp]) -> None:
    assert list(newsroom(0).articles(2_000)) == articles
    assert next(newsroom(1).articles(2_000)) != articles[0]


def test_every_quote_stands_where_it_says(articles: list[MadeUp]) -> None:
    for one in articles:
        text = one.article.text
        for quote in one.annotated.quotes:
            assert quote.text == " … ".join(text[span.start : span.end] for span in quote.spans)
            assert quote.id == quote_id(prepared(one.article).id, quote.spans)
            for place in (quote.cue, quote.mention):
                assert place is None or place.text == text[place.start : place.end]


def test_quotes_are_in_their_order_each_once_and_link_to_quotes_of_their_article(articles: list[MadeUp]) -> None:
    for one in articles:
        quotes = one.annotated.quotes
        by_id = {quote.id: quote for quote in quotes}
        assert len(by_id) == len(quotes)
        assert all(a.spans[0].start <= b.spans[0].start for a, b in pairwise(quotes))
        for quote in quotes:
            if quote.nested_in is not None:
                outer = by_id[quote.nested_in].spans
                assert outer[0].start <= quote.spans[0].start and quote.spans[-1].end <= outer[-1].end
            if quote.repeat_of is not None:
                assert by_id[quote.repeat_of].text == quote.text


def test_quotation_marks_are_where_the_type_says(articles: list[MadeUp]) -> None:
    for one in articles:
        for quote in one.annotated.quotes:
            if quote.nested_in is None and quote.repeat_of is None:
                inside = "“" in quote.text
                before = one.article.text[quote.spans[0].start - 1]
                assert inside == (quote.type is QuoteType.MIXED and " " in quote.text)
                assert (quote.type is QuoteType.DIRECT) == (before in '"“')


def test_days_rise_from_the_first_to_the_last_year(articles: list[MadeUp]) -> None:
    days = [date.fromisoformat(one.article.date or "") for one in articles]
    assert days == sorted(days)
    assert days[0] == FIRST_DAY and (LAST_DAY - days[-1]).days < 10


def test_all_that_real_articles_have_is_there(articles: list[MadeUp]) -> None:
    quotes = [quote for one in articles for quote in one.annotated.quotes]
    assert {quote.type for quote in quotes} == set(QuoteType)
    kinds = {quote.speaker.kind for quote in quotes}
    assert kinds == {SpeakerKind.PERSON, SpeakerKind.ORGANIZATION, SpeakerKind.UNNAMED}
    for has in ("nested_in", "repeat_of", "via", "said_on"):
        assert any(getattr(quote, has) is not None for quote in quotes), has
    assert any(len(quote.spans) == 2 for quote in quotes)
    assert any(quote.speaker.alternatives for quote in quotes)
    assert len({one.article.outlet for one in articles}) > 10


def test_few_speakers_say_much_and_most_say_little(articles: list[MadeUp]) -> None:
    said = Counter(quote.speaker.id for one in articles for quote in one.annotated.quotes if quote.speaker.id)
    assert said.most_common(1)[0][1] > 40
    assert sum(times <= 2 for times in said.values()) > len(said) / 2


def test_some_statements_are_in_several_articles_in_the_same_words_and_in_others(articles: list[MadeUp]) -> None:
    words = {i: {quote.text for quote in one.annotated.quotes} for i, one in enumerate(articles)}
    printed = Counter(text for texts in words.values() for text in texts if len(text) > 60)
    assert max(printed.values()) > 1
    bags = [(i, frozenset(text.split())) for i, texts in words.items() for text in texts if len(text) > 60]
    near = [
        (a, b)
        for (i, a), (j, b) in pairwise(sorted(bags, key=lambda one: sorted(one[1])))
        if i != j and 0.5 < len(a & b) / len(a | b) < 1
    ]
    assert near
