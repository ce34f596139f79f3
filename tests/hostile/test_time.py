"""T13: time grows as the text does: ten times the text takes at most twelve times as long, whatever it holds.

Computing time of this process is compared within one run: one large text with ten small ones directly before it, which
take about as long, so that both meet the same ups and downs of the machine; the quickest of several tries of either.
Work that is over in no time is not compared.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import pytest

from ainoi import Annotator, Article, EmptyTextError
from ainoi.clean import clean
from ainoi.marks import inside
from ainoi.tokens import tokenize
from hostile.made_up_tags import crowded, long_mentions, mentions_only, one_cue, one_quote
from hostile.shapes import SHAPES

Record = Callable[[str, object], None]
TIMES = 10
MOST = 12.0
"""Times as long that ten times the text may take."""
NOTHING = 0.15
"""Seconds below which the larger text is simply fast: then a stray pause is longer than the work."""
FEWEST_TRIES = 3
TRIES = 9

LARGE = (
    "a run of “",
    "a run of line breaks",
    "a run of combining acutes",
    "one word",
    "one word of marks apart",
    "one number",
    "quotes",
    "names",
    "names in one sentence",
    "lines of one word",
    "paragraphs that are repeated",
    "an article in NFD",
    "ten thousand opening marks, then an article",
    "a question that ends in a letter",
    "words and marks in no order",
)


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


def _too_slow(work: Callable[[str], object], small: str, large: str) -> float | None:
    """How many times as long ``large`` takes, if that is too long: the quickest of several tries of either."""
    ten_small, one_large = float("inf"), float("inf")
    for number in range(TRIES):
        ten_small = min(ten_small, _seconds(lambda: [work(small) for _ in range(TIMES)]))
        one_large = min(one_large, _seconds(lambda: work(large)))
        if one_large < NOTHING or (number + 1 >= FEWEST_TRIES and TIMES * one_large <= MOST * ten_small):
            return None
    return TIMES * one_large / ten_small


def _law(work: Callable[[str], object], names: list[str], size: int, record_property: Record) -> None:
    slow = {}
    for name in names:
        times = _too_slow(work, SHAPES[name](size), SHAPES[name](TIMES * size))
        if times is not None:
            slow[name] = round(times, 1)
    record_property("count", len(names))
    assert slow == {}


def _reading(annotator: Annotator) -> Callable[[str], object]:
    """All that is done with a text before the network, marks included."""
    furniture, encoder = annotator._pack.furniture, annotator._model.encoder

    def work(text: str) -> object:
        cleaned = clean(text, furniture)
        tokens = tokenize(cleaned.text)
        return inside(cleaned.text), encoder.encode([cleaned.text], [tokens])

    return work


def _annotating(annotator: Annotator) -> Callable[[str], object]:
    def work(text: str) -> object:
        try:
            return annotator.annotate(Article(text=text, date="2025-12-04"))
        except EmptyTextError:
            return None

    return work


@pytest.mark.alone
def test_cleaning_and_encoding_take_linear_time(annotator: Annotator, record_property: Record) -> None:
    _law(_reading(annotator), list(SHAPES), 10_000, record_property)


@pytest.mark.alone
def test_cleaning_and_encoding_take_linear_time_up_to_two_megabytes(
    annotator: Annotator, record_property: Record
) -> None:
    _law(_reading(annotator), [name for name in LARGE if name != "an article in NFD"], 60_000, record_property)


@pytest.mark.alone
def test_decoding_and_resolving_take_linear_time_in_crowds(
    made_up: Callable[..., Annotator], record_property: Record
) -> None:
    _law(_annotating(made_up(crowded)), list(SHAPES), 8_000, record_property)


@pytest.mark.alone
@pytest.mark.parametrize("layout", [mentions_only, long_mentions, one_quote, one_cue])
def test_decoding_and_resolving_take_linear_time_in_every_layout(
    made_up: Callable[..., Annotator], layout: Callable[..., object], record_property: Record
) -> None:
    _law(_annotating(made_up(layout)), list(LARGE), 8_000, record_property)


@pytest.mark.alone
def test_the_whole_annotator_takes_linear_time(annotator: Annotator, record_property: Record) -> None:
    names = ["a run of “", "one word", "quotes", "names in one sentence", "paragraphs that are repeated"]
    _law(_annotating(annotator), names, 10_000, record_property)


def test_there_are_enough_shapes(record_property: Record) -> None:
    record_property("count", len(SHAPES))
    assert len(SHAPES) >= 40 and set(LARGE) <= SHAPES.keys()
    for shape in SHAPES.values():
        assert 0.5 * 20_000 <= len(shape(20_000)) <= 2.2 * 20_000
