"""The baseline around a tagger that knows two names, and the pieces it is made of."""

from __future__ import annotations

import pytest

from benchmarking.baseline import Baseline, TaggedWord, entity_words, quoted

NAMES = {"Dmitry Peskov": ["Dmitry", "Peskov"], "Lê Hoà": ["Lê Hòa"], "Putin": ["Putin"]}


def tag(sentence: str) -> list[TaggedWord]:
    """Tags for the names above in the order in which they stand; every other word is left out."""
    found = sorted((sentence.index(name), words) for name, words in NAMES.items() if name in sentence)
    tagged: list[TaggedWord] = [("nói", "V", "B-VP", "O")]
    for _, words in found:
        tagged += [(word, "Np", "B-NP", "B-PER" if i == 0 else "I-PER") for i, word in enumerate(words)]
    return tagged


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("Ông Dmitry Peskov nói: “Không có thay đổi nào cả”.", ["Dmitry Peskov"]),
        ("“Không có thay đổi nào cả”, ông Putin nói.", ["Putin"]),
        ("Ông Dmitry Peskov đi. Ông Putin đến.\nNgười ta nói: “Không có thay đổi nào cả”.", ["Putin"]),
        ("“Ông Putin không nói gì cả”, Dmitry Peskov nói.", ["Dmitry Peskov"]),
        ("“Không có thay đổi nào cả”.", [None]),
        ("Ông Putin nói “điều đó”.", []),
    ],
)
def test_a_quote_is_given_to_the_person_named_nearest_outside_it(text: str, speakers: list[str | None]) -> None:
    quotes = Baseline(lambda line: [line], tag).annotate(text)
    assert [quote["speaker"] for quote in quotes] == speakers
    assert [quote["kind"] for quote in quotes] == ["person" if speaker else "unnamed" for speaker in speakers]


def test_persons_are_found_where_they_stand_and_respelled_ones_are_not() -> None:
    text = "\nPutin gặp Dmitry\tPeskov. Lê Hoà đến.\n\nPutin đi."
    baseline = Baseline(lambda line: [line], lambda line: tag(line.replace("\t", " ")))
    assert [text[start:end] for start, end in baseline.persons(text)] == ["Putin", "Dmitry\tPeskov", "Putin"]


@pytest.mark.parametrize(
    ("text", "contents"),
    [
        ("nói: “một hai ba bốn”.", ["một hai ba bốn"]),
        ('nói: "một hai ba bốn". Rồi "năm sáu bảy tám".', ["một hai ba bốn", "năm sáu bảy tám"]),
        ("nói: «một hai ba bốn».", ["một hai ba bốn"]),
        ("nói: “một hai ba”.", []),
        ("nói: “một hai\nba bốn”.", []),
    ],
)
def test_what_stands_inside_marks(text: str, contents: list[str]) -> None:
    assert [text[start:end] for start, end in quoted(text)] == contents


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        ("B-PER I-PER O B-PER", [["0", "1"], ["3"]]),
        ("B-PER B-PER", [["0"], ["1"]]),
        ("I-PER O", [["0"]]),
        ("B-PER I-LOC I-PER", [["0"], ["2"]]),
        ("O B-LOC", []),
    ],
)
def test_the_words_of_an_entity(tags: str, found: list[list[str]]) -> None:
    tagged = [(str(i), "Np", "B-NP", tag) for i, tag in enumerate(tags.split())]
    assert list(entity_words(tagged, "PER")) == found
