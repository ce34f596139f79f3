"""Offsets after changes to the text of a gold article."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ainoi.training.edits import Edit, breaks, cut, edited, repeated, sentence_ends
from gold_articles import article, assert_sound, shown


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([], "Ông {c:nói}: “[Tôi đi]”."),
        ([Edit(5, 5, "<"), Edit(10, 10, "(")], "Ông {c:n<ói}: “([Tôi đi]”."),
        ([Edit(10, 10, "("), Edit(16, 16, ")")], "Ông {c:nói}: “([Tôi đi])”."),
        ([Edit(0, 4, "")], "{c:nói}: “[Tôi đi]”."),
        ([Edit(10, 13, "Chúng tôi")], "Ông {c:nói}: “[Chúng tôi đi]”."),
        ([Edit(6, 11, "?")], "Ông {c:nói}: “[Tôi đi]”."),
        ([Edit(10, 14, "")], "Ông {c:nói}: “[đi]”."),
        ([Edit(10, 13, "")], "Ông {c:nói}: “ [đi]”."),
        ([Edit(4, 7, "")], "Ông : “[Tôi đi]”."),
        ([Edit(10, 16, "")], "Ông nói: “”."),
        ([Edit(9, 10, ""), Edit(16, 17, "")], "Ông {c:nói}: [Tôi đi]."),
    ],
)
def test_edits_move_spans_with_their_words(edits: list[Edit], expected: str) -> None:
    record = article("Ông {c:nói}: “[Tôi đi]”.")
    assert shown(edited(record, edits)) == expected


@pytest.mark.parametrize("edits", [[Edit(1, 3, "x"), Edit(2, 4, "y")], [Edit(0, 99, "")], [Edit(-1, 0, "x")]])
def test_edits_that_overlap_or_lie_outside_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match=r"edits overlap|outside of the text"):
        edited(article("Ông Tám đi."), edits)


@given(data=st.data())
def test_any_edits_leave_sound_records(data: st.DataObject) -> None:
    record = article("{m:Ông Tám} {c:nói}: “[Tôi đi]”.", "[Mai về], {m:bà} {c:đáp}.", by="\n")
    size = len(record["text"])
    points = sorted(data.draw(st.lists(st.integers(0, size), max_size=8)))
    pieces = data.draw(st.lists(st.sampled_from(["", " ", "x", "  y "]), min_size=4, max_size=4))
    edits = [
        Edit(start, end, piece)
        for (start, end), piece in zip(zip(points[::2], points[1::2], strict=False), pieces, strict=False)
    ]
    assert_sound(edited(record, edits))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Một. Hai", ["Một.", "Hai"]),
        ("Ông V. Putin nói. Bà St. John đi.", ["Ông V. Putin nói.", "Bà St. John đi."]),
        ("“Đi!” Ông nói.", ["“Đi!”", "Ông nói."]),
        ("“Đi!” ông nói. “Về.”", ["“Đi!” ông nói.", "“Về.”"]),
        ("Tên báo\n\nMột đoạn\n", ["Tên báo", "Một đoạn"]),
        ("Giá 1.000 đồng, 2. 5 USD… hết", ["Giá 1.000 đồng, 2. 5 USD… hết"]),
        ("", []),
    ],
)
def test_sentences_end(text: str, expected: list[str]) -> None:
    ends = sentence_ends(text)
    assert [text[start:end].strip() for start, end in zip([0, *ends], ends, strict=False)] == expected


def test_an_article_breaks_between_records_only() -> None:
    record = article("Mở đầu.", "“[Tôi đi. Anh ở lại]”.", "{m:Ông} {c:nói}. Hết.")
    record["quotes"][0]["cue"] = [record["text"].index("nói"), record["text"].index("nói") + 3]
    assert [record["text"][:end] for end in breaks(record)] == [
        "",
        "Mở đầu.",
        "Mở đầu. “Tôi đi. Anh ở lại”. Ông nói.",
        record["text"],
    ]


def test_a_part_keeps_the_records_inside_and_their_cues() -> None:
    record = article("{m:Ông Tám} {c:nói}: [mai đi].", "{m:Bà Hoa} {c:đáp}: [tôi ở].", "[Thế thôi].")
    text = record["text"]
    assert shown(cut(record, text.index("Bà"), text.index(" Thế"))) == "{m:Bà Hoa} {c:đáp}: [tôi ở]."
    assert shown(cut(record, text.index("mai"), text.index("tôi"))) == "[mai đi]. Bà Hoa đáp: "
    with pytest.raises(ValueError, match="no stretch"):
        cut(record, 5, 500)


def test_a_nested_record_goes_with_the_one_around_it() -> None:
    record = article("{m:Ông Tám} {c:nói}: [bà Hoa hứa sẽ đi].")
    at = record["text"].index("sẽ đi")
    record["quotes"].append({**record["quotes"][0], "spans": [[at, at + 5]], "nested": True})
    assert cut(record, at, at + 5)["quotes"] == []
    assert len(cut(record, 8, len(record["text"]))["quotes"]) == 2


def test_a_passage_comes_again_with_its_records() -> None:
    record = article("{m:Ông} {c:nói}: [mai đi].", "Hết.", by="\n")
    end = record["text"].index(".") + 1
    assert shown(repeated(record, 0, end, end)) == "{m:Ông} {c:nói}: [mai đi].¶{m:Ông} {c:nói}: [mai đi].¶Hết."
    with pytest.raises(ValueError, match="cannot be repeated"):
        repeated(record, 3, 9, 5)
