"""What can be a source: whole mentions, names beside what was read, and how much the network hears in them."""

from __future__ import annotations

import numpy as np
import pytest

from ainoi.decode.sources import NAMED, also, as_sources, whole_mentions, whole_words
from ainoi.decode.spans import Found
from ainoi.tokens import tokenize

TokenSpan = tuple[int, int]


@pytest.mark.parametrize(
    ("sources", "mentions", "expected"),
    [
        pytest.param([(1, 2)], [(0, 3)], [(0, 3)], id="inside"),
        pytest.param([(1, 4)], [(0, 2)], [(0, 4)], id="over its end"),
        pytest.param([(1, 4)], [(3, 6)], [(1, 6)], id="over its start"),
        pytest.param([(1, 6)], [(2, 4)], [(1, 6)], id="around it"),
        pytest.param([(1, 4)], [(0, 2), (3, 5)], [(0, 5)], id="from one to another"),
        pytest.param([(1, 2), (2, 3)], [(0, 3)], [(0, 3)], id="two in one"),
        pytest.param([(0, 2), (3, 5)], [(1, 4)], [(0, 4), (4, 5)], id="two that share one"),
        pytest.param([(2, 4)], [(0, 2), (4, 6)], [(2, 4)], id="beside"),
        pytest.param([], [(0, 2)], [], id="no source"),
    ],
)
def test_source_in_a_mention_is_all_of_it(
    sources: list[TokenSpan], mentions: list[TokenSpan], expected: list[TokenSpan]
) -> None:
    widened = whole_mentions([Found(*s, "source", 0.5) for s in sources], [Found(*m, "person", 0.9) for m in mentions])
    assert widened == [Found(*span, "source", 0.5) for span in expected]


def test_more_spans_come_in_where_they_touch_none() -> None:
    found = [Found(2, 4, "source", 0.9)]
    more = [Found(0, 2, "person", 0.5), Found(3, 6, "person", 0.5), Found(6, 7, "person", 0.5)]
    assert [f.span for f in also(found, more)] == [(0, 2), (2, 4), (6, 7)]


def test_mention_is_as_good_a_source_as_the_network_hears_one_in_it() -> None:
    scores = np.log(np.asarray([[0.2, 0.8, 0.0], [0.8, 0.1, 0.1], [0.999, 0.001, 0.0]]) + 1e-12)
    heard, unheard = as_sources([Found(0, 2, "person", 0.9), Found(2, 3, "role", 0.9)], scores)
    assert (heard.span, round(heard.score, 3)) == ((0, 2), 0.4)
    assert (unheard.span, unheard.score) == ((2, 3), NAMED)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["ông Jan Chan-o-"], ["ông Jan Chan-o-cha"]),
        (["ông Jan Chan-"], ["ông Jan Chan-o-cha"]),
        (["ông Jan"], ["ông Jan"]),
        (["Chan-o-", "cha nói"], ["Chan-o-", "cha nói"]),
    ],
)
def test_span_that_ends_at_a_hyphen_goes_on_to_the_end_of_the_part_behind_it(
    words: list[str], expected: list[str]
) -> None:
    text = "Hôm qua ông Jan Chan-o-cha nói"
    tokens = tokenize(text)
    starts, ends = [start for start, _ in tokens], [end for _, end in tokens]
    found = [Found(starts.index(text.index(w)), ends.index(text.index(w) + len(w)) + 1, "person", 0.9) for w in words]
    widened = whole_words(found, text, tokens)
    assert [text[starts[f.start] : ends[f.end - 1]] for f in widened] == expected
