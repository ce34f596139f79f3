"""From gold records to labels and links."""

from __future__ import annotations

import random
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi.decode.viterbi import Scheme, spans_of
from ainoi.model_config import KINDS, TRACKS
from ainoi.network.config import AinoiConfig
from ainoi.resolve.names import NameFinder
from ainoi.training.labels import NO_LINK, SCRAP, Example, make_example, sample_nonsense

CONFIG = AinoiConfig()
TEXT = "Ông Trần Văn Tám nói: “Bà Hoa hứa sẽ giúp”. Theo ông, một “kế hoạch” mới, dù chậm, sẽ thành công."


@pytest.fixture(scope="module")
def names() -> NameFinder:
    return NameFinder.load(Path(__file__).parents[3] / "models" / "ainoi" / "lang" / "vi")


def quote(
    text: str,
    *content: str,
    cue: str | None,
    mention: str | None,
    kind: str,
    nested: bool = False,
    speaker: str | None = "Trần Văn Tám",
) -> dict[str, Any]:
    def span(words: str) -> list[int]:
        return [text.index(words), text.index(words) + len(words)]

    return {
        "spans": [span(words) for words in content],
        "cue": cue and span(cue),
        "mention": mention and span(mention),
        "kind": kind,
        "speaker": None if kind == "unnamed" else speaker,
        "aliases": [],
        "nested": nested,
    }


def article(text: str) -> dict[str, Any]:
    """The gold of ``TEXT``, whatever Unicode form it is in."""

    def plain(words: str) -> str:
        return unicodedata.normalize("NFD", words) if not unicodedata.is_normalized("NFC", text) else words

    def gold(*content: str, cue: str | None, mention: str, kind: str, nested: bool = False) -> dict[str, Any]:
        return quote(
            text, *map(plain, content), cue=cue and plain(cue), mention=plain(mention), kind=kind, nested=nested
        )

    return {
        "id": "a",
        "text": text,
        "quotes": [
            gold("Bà Hoa hứa sẽ giúp", cue="nói", mention="Ông Trần Văn Tám", kind="person"),
            gold("sẽ giúp", cue="hứa", mention="Bà Hoa", kind="person", nested=True),
            gold("một “kế hoạch” mới", "sẽ thành công", cue="Theo", mention="ông,", kind="person"),
        ],
    }


def words(example: Example, spans: list[tuple[int, int]]) -> list[str]:
    return [example.text[example.tokens[start][0] : example.tokens[end - 1][1]] for start, end in spans]


def track(example: Example, name: str) -> list[str]:
    return words(
        example, [(start, end) for start, end, _ in spans_of(example.tracks[name], Scheme.of(CONFIG.labels(name)))]
    )


def test_every_track_marks_its_spans(names: NameFinder) -> None:
    example = make_example(article(TEXT), CONFIG, names)
    assert track(example, "content") == ["Bà Hoa hứa sẽ giúp", "một “kế hoạch” mới", "sẽ thành công"]
    assert track(example, "nested") == ["sẽ giúp"]
    assert track(example, "cue") == ["nói", "hứa", "Theo"]
    assert track(example, "source") == ["Ông Trần Văn Tám", "Bà Hoa", "ông,"]
    assert {name: len(labels) for name, labels in example.tracks.items()} == dict.fromkeys(TRACKS, len(example.tokens))


def test_links_point_to_the_cue_and_source_of_each_content(names: NameFinder) -> None:
    example = make_example(article(TEXT), CONFIG, names)
    linked = [
        (content, words(example, [example.cues[cue]])[0], words(example, [example.sources[source]])[0])
        for content, cue, source in zip(
            words(example, example.contents), example.cue_of, example.source_of, strict=True
        )
    ]
    assert linked == [
        ("Bà Hoa hứa sẽ giúp", "nói", "Ông Trần Văn Tám"),
        ("sẽ giúp", "hứa", "Bà Hoa"),
        ("một “kế hoạch” mới", "Theo", "ông,"),
        ("sẽ thành công", "Theo", "ông,"),
    ]
    assert example.kinds == [KINDS.index("person")] * 3


def test_decomposed_article_gives_the_same_example(names: NameFinder) -> None:
    composed = make_example(article(TEXT), CONFIG, names)
    decomposed = make_example(article(unicodedata.normalize("NFD", TEXT)), CONFIG, names)
    assert {name: labels.tolist() for name, labels in decomposed.tracks.items()} == {
        name: labels.tolist() for name, labels in composed.tracks.items()
    }
    assert (decomposed.text, decomposed.contents, decomposed.cue_of) == (
        composed.text,
        composed.contents,
        composed.cue_of,
    )


def test_names_in_the_text_are_mentions(names: NameFinder) -> None:
    example = make_example(article(TEXT), CONFIG, names)
    mentions = spans_of(example.tracks["mention"], Scheme.of(CONFIG.labels("mention")))
    assert ("Ông Trần Văn Tám", "person") in zip(
        words(example, [(start, end) for start, end, _ in mentions]), [kind for _, _, kind in mentions], strict=True
    )


def test_marked_words_that_nobody_says_are_kept_for_the_links(names: NameFinder) -> None:
    text = "Bà Hoa nói: “Tôi đi”. Một “kế hoạch lớn” đã xong."
    gold = {"id": "b", "text": text, "quotes": [quote(text, "Tôi đi", cue="nói", mention="Bà Hoa", kind="person")]}
    example = make_example(gold, CONFIG, names)
    assert words(example, example.marked) == ["kế hoạch lớn"]


def test_quote_without_cue_and_source_has_no_links(names: NameFinder) -> None:
    text = "“Tôi đi”."
    gold = {"id": "c", "text": text, "quotes": [quote(text, "Tôi đi", cue=None, mention=None, kind="unnamed")]}
    example = make_example(gold, CONFIG, names)
    assert (example.cue_of, example.source_of, example.cues, example.sources) == ([NO_LINK], [NO_LINK], [], [])


def test_shared_source_of_two_quotes_is_one(names: NameFinder) -> None:
    text = "“Tôi đi”, bộ này nói. “Tôi về”."
    quotes = [
        quote(text, content, cue="nói", mention="bộ này", kind="organization") for content in ("Tôi đi", "Tôi về")
    ]
    example = make_example({"id": "d", "text": text, "quotes": quotes}, CONFIG, names)
    assert (words(example, example.sources), example.source_of) == (["bộ này"], [0, 0])
    assert (example.kinds, example.cue_of) == ([KINDS.index("organization")], [0, 0])


@pytest.mark.parametrize("text", ["", " \n"])
def test_article_without_words_is_an_empty_example(names: NameFinder, text: str) -> None:
    example = make_example({"id": "e", "text": text, "quotes": []}, CONFIG, names)
    assert (example.tokens, example.contents) == ([], [])


@given(seed=st.integers(0, 10**6))
def test_nonsense_is_inside_the_article_and_no_content(names: NameFinder, seed: int) -> None:
    example = make_example(article(TEXT), CONFIG, names)
    spans = sample_nonsense(example, random.Random(seed))
    assert spans == sample_nonsense(example, random.Random(seed))
    for start, end in spans:
        assert 0 <= start < end <= len(example.tokens)
        for first, last in example.contents:
            shared = max(0, min(end, last) - max(start, first))
            assert shared < SCRAP * (max(end, last) - min(start, first))


def test_source_without_a_name_is_meant_by_the_names_of_its_speaker(names: NameFinder) -> None:
    text = (
        "Ông Trần Văn Tám đến Hà Nội gặp bà Lê Thị Hoa. Ông nói sẽ giúp. Vị giám đốc hứa trả lương. "
        "Một nhân viên kêu khổ. Bà Hoa khen ngợi. Bộ Y tế họp; cơ quan này cấm thuốc lá."
    )
    at = text.index("Ông nói")
    quotes = [
        quote(text, "sẽ giúp", cue="nói", mention=None, kind="person"),
        quote(text, "trả lương", cue="hứa", mention="Vị giám đốc", kind="person"),
        quote(text, "khổ", cue="kêu", mention="Một nhân viên", kind="unnamed"),
        quote(text, "khen ngợi", cue=None, mention="Bà Hoa", kind="person", speaker="Lê Thị Hoa"),
        quote(text, "cấm thuốc lá", cue=None, mention="cơ quan này", kind="organization", speaker="Bộ Y tế"),
    ]
    quotes[0]["mention"] = [at, at + 3]
    example = make_example({"id": "a", "text": text, "quotes": quotes}, CONFIG, names)
    meant = {
        words(example, [example.sources[source]])[0]: words(example, [example.names[i] for i in found])
        for source, found in example.meant_by.items()
    }
    assert meant == {
        "Ông": ["Ông Trần Văn Tám"],
        "Vị giám đốc": ["Ông Trần Văn Tám"],
        "Một nhân viên": [],
        "cơ quan này": ["Bộ Y tế"],
    }


def test_content_ends_with_a_label_of_its_own_where_the_network_has_one(names: NameFinder) -> None:
    plain = make_example(article(TEXT), CONFIG, names)
    ended = make_example(article(TEXT), AinoiConfig(ended=["content", "nested"]), names)
    labels = Scheme.of(AinoiConfig(ended=["content"]).labels("content"))
    spans = spans_of(plain.tracks["content"], Scheme.of(CONFIG.labels("content")))
    assert spans and spans_of(ended.tracks["content"], labels) == spans
    assert all(ended.tracks["content"][end - 1] == 3 for _, end, _ in spans)
    assert (ended.tracks["cue"] == plain.tracks["cue"]).all()
