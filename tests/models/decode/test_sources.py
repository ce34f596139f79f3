"""What can be a source: whole mentions, names beside what was read, and how much the network hears in them."""

from __future__ import annotations

import numpy as np
import pytest

from ainoi.decode.sources import NAMED, also, as_sources, whole_mentions
from ainoi.decode.spans import Found

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
